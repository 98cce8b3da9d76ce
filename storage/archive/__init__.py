"""The archive: pictures, manifests and events as objects that are never changed."""
