import numpy as np
import pytest

from worker.studio.field.camera import Camera
from worker.studio.field.render import FAR, Buffers, Light, Surface, coverage, render
from worker.studio.field.scraps import whole
from worker.studio.scene.mesh import Mesh, box, sheet

GREY = np.full(3, 0.5, np.float32)


def surface(mesh: Mesh, number: int, colour: object = GREY, **more: object) -> Surface:
    paint = np.asarray(colour, dtype=np.float32)
    return Surface(
        mesh.points, mesh.faces, mesh.normals, mesh.grain, mesh.points, paint, paint,
        object=number, **more,
    )  # fmt: skip


def plane(reach: float = 6.0, level: float = 0.0, cells: int = 30) -> Mesh:
    x, z = np.meshgrid(*[np.linspace(-reach, reach, cells)] * 2, indexing="ij")
    return sheet(np.stack([x, np.full_like(x, level), z], -1))


def white(rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.ones((len(rays), 3), np.float32), np.ones(len(rays), np.float32)


def seen(surfaces: list[Surface], camera: Camera, light: Light, size: int = 96) -> Buffers:
    return render(surfaces, camera, light, (size, size), backdrop=white, focus=((0, 0, 0), 4.0))


def brute(points: np.ndarray, camera: Camera, shape: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """Each pixel's nearest triangle and the way to it by Moeller and Trumbore (1997)."""
    rays, eye = camera.rays(shape), np.array(camera.eye)
    nearest, way = np.full(shape, -1), np.full(shape, np.inf)
    margin = np.full(shape, np.inf)
    for number, (a, b, c) in enumerate(points):
        u, v = b - a, c - a
        p = np.cross(rays, v)
        turn = p @ u
        with np.errstate(divide="ignore", invalid="ignore"):
            first = p @ (eye - a) / turn
            q = np.cross(eye - a, u)
            second = rays @ q / turn
            t = (v @ q) / turn
        least = np.minimum(np.minimum(first, second), 1 - first - second)
        margin = np.minimum(margin, np.abs(least))
        closer = (least > 0) & (t > 0) & (t < way)
        nearest[closer], way[closer] = number, t[closer]
    return nearest, way, margin


@pytest.mark.parametrize("seed", range(6))
def test_each_pixel_shows_what_its_ray_meets_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1.5, 1.5, (12, 3, 3))
    camera = Camera((0.3, 0.4, 5.0), (0, 0, 0), lens=40, shift_x=0.05, shift_y=-0.1)
    shape = (40, 56)
    surfaces = []
    for number, corners in enumerate(points):
        flat = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        normal = np.tile(flat / np.linalg.norm(flat), (3, 1))
        mesh = Mesh(corners, np.array([[0, 1, 2]], np.int32), normal, corners * 0)
        surfaces.append(surface(mesh, number))
    found = render(surfaces, camera, Light(), shape, backdrop=white, focus=((0, 0, 0), 3.0))
    nearest, way, margin = brute(points, camera, shape)
    sure = margin > 1e-6
    assert sure.mean() > 0.9
    assert (found.object == nearest)[sure].all()
    hit = sure & (nearest >= 0)
    at = np.array(camera.eye) + way[hit][:, None] * camera.rays(shape)[hit]
    assert np.allclose(found.position[hit], at, atol=1e-4)
    along = way[hit] * (camera.rays(shape)[hit] @ camera.axes[2])
    assert np.allclose(found.depth[hit], along, atol=1e-4)
    assert (found.depth[nearest < 0] == FAR)[sure[nearest < 0]].all()
    # normals face the viewer
    assert ((found.normal * camera.rays(shape)).sum(-1)[hit] <= 1e-6).all()
    objects, _ = coverage(surfaces, camera, shape)
    assert (objects == found.object).all()


def test_a_box_throws_its_shadow_where_geometry_says() -> None:
    # Light at 45 degrees from -x: a cube of one metre darkens 0.5 < x < 1.5.
    camera = Camera((0.5, 9.0, 0), (0.5, 0, 0), lens=36)
    light = Light((1.0, -1.0, 0.0), softness=0.002)
    picture = seen([surface(plane(), 0), surface(box(1, 1, 1), 1)], camera, light, 160)
    ground = picture.object == 0
    x, z = picture.position[..., 0], picture.position[..., 2]
    within = ground & (x > 0.56) & (x < 1.44) & (np.abs(z) < 0.44)
    outside = ground & ((x < -0.56) | (x > 1.56) | (np.abs(z) > 0.56))
    assert within.sum() > 200
    assert (picture.shadow[within] < 0.1).mean() > 0.99
    assert (picture.shadow[outside] > 0.9).mean() > 0.99
    assert picture.light[within].mean() < picture.light[outside].mean() - 0.2


def test_a_lamp_throws_shadows_away_from_itself() -> None:
    camera = Camera((0, 9.0, 0), (0, 0, 0), lens=36)
    light = Light(at=(-3.0, 2.0, 0.0), softness=0.002)
    picture = seen([surface(plane(), 0), surface(box(0.5, 1, 0.5), 1)], camera, light, 160)
    ground, x = picture.object == 0, picture.position[..., 0]
    z = picture.position[..., 2]
    behind = ground & (x > 0.4) & (x < 2.0) & (np.abs(z) < 0.15)
    before = ground & (x < -0.4) & (x > -2) & (np.abs(z) < 0.5)
    assert picture.shadow[behind].mean() < 0.1
    assert picture.shadow[before].mean() > 0.95


def test_what_casts_nothing_has_no_shadow_and_the_unseen_can_have_one() -> None:
    camera = Camera((0.5, 9.0, 0), (0.5, 0, 0), lens=36)
    light = Light((1.0, -1.0, 0.0), softness=0.002)
    floor = surface(plane(), 0)
    bare = seen([floor, surface(box(1, 1, 1), 1, casts=False)], camera, light)
    assert bare.shadow[bare.object == 0].min() > 0.9
    ghost = seen([floor, surface(box(1, 1, 1), 1, visible=False)], camera, light)
    assert not (ghost.object == 1).any()
    assert (ghost.shadow < 0.1).mean() > 0.02


def test_what_is_clear_is_shaded_by_far_things_alone() -> None:
    camera, light = Camera((0, 4, 4), (0, 0, 0), lens=60), Light((0, -1, 0), softness=0.02)
    plate = box(1.2, 0.05, 1.2)
    for height, clear, dark in ((0.4, 0.0, True), (0.4, 0.8, False), (1.4, 0.8, True)):
        ground = surface(plane(), 0, clear=clear)
        found = seen([ground, surface(plate.moved(y=height), 1, visible=False)], camera, light)
        assert (found.shadow[48, 48] < 0.1) == dark


def test_corners_are_darker_than_open_ground() -> None:
    walls = [plane(), plane().turned(x=90).moved(0, 0, -1), plane().turned(z=90).moved(-1)]
    camera = Camera((3, 3, 3), (-0.6, 0.3, -0.6), lens=50)
    picture = seen([surface(mesh, k) for k, mesh in enumerate(walls)], camera, Light())
    corner = np.linalg.norm(picture.position - (-1, 0, -1), axis=-1)
    closed = picture.occlusion[(corner < 0.25) & (picture.object >= 0)].mean()
    free = (picture.object == 0) & (picture.position[..., 0] > 0.2) & (corner < 3)
    assert closed > picture.occlusion[free].mean() + 0.2
    assert picture.occlusion[free].mean() < 0.05


def test_sides_to_the_light_are_lighter() -> None:
    camera = Camera((0, 1, 6), (0, 0.5, 0))
    picture = seen([surface(box(1, 1, 1).turned(y=45), 0)], camera, Light((1, -0.3, -0.4)))
    left = picture.normal[..., 0] < -0.5
    right = picture.normal[..., 0] > 0.5
    assert picture.light[left & (picture.object == 0)].mean() > (
        picture.light[right & (picture.object == 0)].mean() + 0.3
    )


def test_water_shows_the_scene_upside_down() -> None:
    red = (0.9, 0.1, 0.1)
    tower = surface(box(1, 2, 0.2).moved(0, 0, -3), 1, red)
    water = surface(plane(12), 0, (0.2, 0.3, 0.4), mirrors=1.0)
    camera = Camera((0, 1.0, 6), (0, 1.0, 0), lens=45)
    picture = seen([water, tower], camera, Light())
    rows, columns = np.nonzero(picture.object == 1)
    horizon = 47.5  # the view is level
    foot = rows.max()
    # The image of a point at height h over the water is seen where -h is: the tower's head.
    points = np.array([[0.0, -1.0, -2.9]])
    _, row, _ = camera.project(points, (96, 96))
    assert foot > horizon
    assert picture.object[int(row[0]), columns.min() + 4] == 0
    seen_there = picture.albedo[int(row[0]), (columns.min() + columns.max()) // 2]
    assert seen_there[0] > 2 * seen_there[1]


def test_contours_lie_between_objects() -> None:
    camera = Camera((0, 0.5, 6), (0, 0.5, 0))
    picture = seen([surface(box(1, 1, 1), 0)], camera, Light())
    inside = picture.object == 0
    border = inside[:-1, :-1] != inside[:-1, 1:]
    assert (picture.edge[:-1, :-1][border] == 1).all()
    assert picture.edge[~inside & ~np.roll(inside, -1, 0) & ~np.roll(inside, -1, 1)].max() == 0


def test_flow_has_unit_length_and_follows_the_grain() -> None:
    camera = Camera((0, 0.5, 6), (0, 0.5, 0))
    picture = seen([surface(box(2, 2, 1).grained(0, 1, 0), 0)], camera, Light())
    assert np.allclose(np.linalg.norm(picture.flow, axis=-1), 1, atol=1e-4)
    assert (np.abs(picture.flow[picture.object == 0][:, 1]) > 0.95).all()


def test_an_empty_scene_is_its_backdrop() -> None:
    picture = seen([], Camera((0, 0, 5), (0, 0, 0)), Light(), 16)
    assert (picture.albedo == 1).all()
    assert (picture.object == -1).all()


def test_what_lies_behind_the_viewer_is_not_seen() -> None:
    picture = seen(
        [surface(box(1, 1, 1).moved(0, 0, 20), 0)], Camera((0, 0, 5), (0, 0, 0)), Light()
    )
    assert (picture.object == -1).all()


def test_the_backdrop_is_not_asked_where_nothing_of_it_is_seen() -> None:
    def refuses(rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        raise AssertionError("asked for the colours of no rays")

    wall = surface(box(40.0, 40.0, 0.2), 0)
    camera = Camera((0, 20.0, 4.0), (0, 20.0, 0))
    buffers = render([wall], camera, Light(), (64, 64), backdrop=refuses, focus=((0, 0, 0), 4.0))
    assert (buffers.object == 0).all()


def test_scraps_of_shade_and_light_on_an_object_are_out() -> None:
    objects = np.full((60, 60), -1, np.int32)
    objects[5:55, 5:55] = 2
    shade = np.ones((60, 60), np.float32)
    shade[:, 30:] = 0.0
    broken = shade.copy()
    broken[20:23, 10:13], broken[40, 14], broken[20:23, 40:43] = 0.0, 0.6, 1.0
    broken[2, 2] = 0.0
    mended = whole(broken, objects)
    assert (mended[5:55, 5:55] == shade[5:55, 5:55]).all()
    assert mended[2, 2] == 0, "the ground keeps its small shadows"
    broken[20:32, 10:22] = 0.0
    assert (whole(broken, objects)[20:32, 10:22] == 0).all(), "a large shadow stays"
