"""A plan to a scene: forms, meshes, arrangement, settings and light."""
