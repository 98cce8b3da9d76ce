"""Each technique on a ball before a plain sky, whose right answers are known."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import label

from tests.worker.studio.studies import sheet
from worker.studio.field.camera import Camera
from worker.studio.field.colour import Pixels, from_hex, luminance, to_oklab
from worker.studio.field.noise import blur
from worker.studio.field.render import FAR
from worker.studio.field.shade import Target
from worker.studio.marks import (
    TECHNIQUES,
    engraving,
    gouache,
    linocut,
    mosaic,
)
from worker.studio.marks.flats import cleaned, keyed, parting, shining
from worker.studio.marks.paper import light_paper
from worker.studio.marks.planes import SCENERY, plain, planes, thin
from worker.studio.marks.slicing import Field, hatch
from worker.studio.marks.strokes import lay
from worker.studio.marks.technique import no_stage
from worker.studio.scene.model import GROUND

SIZE, RADIUS = 256, 46
Y, X = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
FAR_OFF = np.hypot(Y - 150, X - 128)
BALL = FAR_OFF < RADIUS
MOON = np.hypot(Y - 60, X - 250) < 26
"""It is cut by the frame."""


def ball(*, sky: Pixels | None = None, colour: str = "#8a6a48", paper: str = "#efe6d2") -> Target:
    """The ball, lit from the left, in a sky that is light below and blue above."""
    base = sheet(3).target
    if sky is None:
        low, high = from_hex("#e8d9b8"), from_hex("#5f7a94")
        sky = low + (high - low) * (1 - Y / SIZE)[..., None]
    albedo = np.where(BALL[..., None], from_hex(colour), sky).astype(np.float32)
    light = np.where(BALL, np.clip(0.5 - (X - 128) / (2 * RADIUS), 0, 1), 1).astype(np.float32)
    seen = albedo * (0.15 + 0.85 * light)[..., None]
    edge = np.where(np.abs(FAR_OFF - RADIUS) < 0.6, 1, 0).astype(np.float32)
    facing = np.zeros((SIZE, SIZE, 3), np.float32)
    facing[..., 2] = 1
    buffers = replace(
        base.buffers,
        object=np.where(BALL, 0, -1).astype(np.int32),
        part=np.where(BALL, 0, -1).astype(np.int32),
        depth=np.where(BALL, 5, FAR).astype(np.float32),
        albedo=albedo,
        light=light,
        shadow=light,
        normal=facing,
        edge=edge,
        position=np.stack([X / SIZE - 0.5, 0.5 - Y / SIZE, 0 * X], axis=-1),
        camera=Camera(eye=(0, 0, 5), target=(0, 0, 0), span=1.0),
    )
    return replace(
        base,
        buffers=buffers,
        colour=seen,
        tone=luminance(seen),
        weight=BALL.astype(np.float32),
        accent=np.zeros((SIZE, SIZE), bool),
        pigments=np.stack([from_hex("#1d1a16"), from_hex("#8a6a48"), from_hex(paper)]),
        rng=np.random.default_rng(1),
    )


def with_set(target: Target, hill: NDArray[np.bool_], light: Pixels | None = None) -> Target:
    """The ball before an upright wall or, where it is true, before a hill and a sky."""
    where = hill if hill.any() else ~BALL
    seen = target.buffers
    buffers = replace(
        seen,
        object=np.where(where, GROUND, seen.object).astype(np.int32),
        part=np.where(where, 1, seen.part).astype(np.int32),
        depth=np.where(where, 9, seen.depth).astype(np.float32),
        light=seen.light if light is None else light,
    )
    return replace(target, buffers=buffers)


def painted(name: str, target: Target) -> Pixels:
    return TECHNIQUES[name].render(target, no_stage)


def test_a_gradation_is_no_shape_and_a_moon_at_the_frame_is_one() -> None:
    target = ball()
    assert not shining(target).any()
    sky = target.buffers.albedo.copy()
    sky[MOON] = 0.97
    found = shining(ball(sky=sky))
    assert found[MOON & ~BALL].mean() > 0.97
    assert not found[~MOON].any()


@pytest.mark.parametrize("name", ["screen print", "mosaic", "oil"])
def test_a_sky_has_no_steps(name: str) -> None:
    grey = luminance(painted(name, ball()))[24:-24, 24:70]
    # Two levels with an edge between them would be nearly all of the change within few rows.
    rows = np.convolve(grey.mean(1), np.ones(9) / 9, "valid")
    whole = abs(float(rows[-1] - rows[0]))
    assert whole > 0.1
    assert np.abs(rows[12:] - rows[:-12]).max() < 0.45 * whole


@pytest.mark.parametrize("name", ["engraving", "etching"])
def test_a_print_from_copper_has_black_and_no_bare_sky(name: str) -> None:
    target = ball(sky=np.full((SIZE, SIZE, 3), 0.93, np.float32))
    grey = luminance(painted(name, target))
    assert np.percentile(grey[BALL], 2) < 0.2
    above, below = grey[24:70, 24:-24], grey[190:230, 24:-24]
    assert float(below.mean() - above.mean()) > 0.08


@pytest.mark.parametrize("name", ["engraving", "etching", "linocut"])
@pytest.mark.parametrize("colour", ["#1c1814", "#e8dcc0"])
def test_a_subject_in_one_ink_has_large_lights_and_darks(name: str, colour: str) -> None:
    grey = luminance(painted(name, ball(colour=colour)))
    inner = FAR_OFF < RADIUS - 6
    lit, dark = (float(grey[inner & side].mean()) for side in (X < 112, X > 148))
    assert lit - dark > 0.3


@pytest.mark.parametrize("code", ["#b7d4db", "#b6c6ad", "#d8c0e8", "#e9dcc0"])
def test_papers_are_light_and_warm_or_white(code: str) -> None:
    lightness, red, yellow = to_oklab(light_paper(ball(paper=code))).tolist()
    assert lightness > 0.9
    assert np.hypot(red, yellow) < (0.023 if yellow > 0 and red > -0.002 else 0.01)


def test_rows_of_tesserae_run_round_the_subject() -> None:
    target = ball()
    kind, _, away = mosaic._shapes(target)
    angle = mosaic._rows(target, kind, away)
    outwards = np.arctan2(Y - 150, X - 128)
    along = np.abs(np.sin(angle - outwards))
    unit = SIZE / 1000
    ring = (FAR_OFF > RADIUS + 4) & (RADIUS + 55 * unit > FAR_OFF)
    assert np.percentile(along[ring], 10) > 0.9
    level = np.abs(np.sin(angle))[RADIUS + 120 * unit < FAR_OFF]
    assert np.median(level) < 0.1


def test_small_marks_are_not_laid_more_seldom() -> None:
    target = ball()
    label = np.zeros((SIZE, SIZE), np.int32)
    scale = np.ones((SIZE, SIZE), np.float32)
    laid = []
    for least in (1.0, 0.05):
        scale[0, 0] = least
        strokes = lay(
            target, width=8.0, length=3.0, angle=scale, label=label, scale=scale, spread=1.0
        )  # fmt: skip
        laid.append(len(strokes))
    assert laid[1] == pytest.approx(laid[0], rel=0.1)


def test_shade_on_a_linocut_is_cut_by_the_gouge() -> None:
    target = ball()
    tone = linocut._tone(target)
    dark = BALL & (tone > 0.01) & (tone < 0.12)
    cut = linocut._gouges(target, tone)[dark]
    assert dark.sum() > 100
    assert 0.02 < cut.mean() < 0.4


def test_what_has_no_shade_keeps_its_lightness_in_a_linocut() -> None:
    target = ball()
    even = np.where(BALL, 1, target.buffers.light).astype(np.float32)
    for level in (0.97, 0.05):
        tone = np.where(BALL, level, target.tone).astype(np.float32)
        flat = replace(target, tone=tone, buffers=replace(target.buffers, light=even * level))
        assert float(np.median(linocut._tone(flat)[BALL])) == pytest.approx(level, abs=0.2)


def test_a_watercolour_leaves_paper_about_its_washes_and_in_them() -> None:
    grey = luminance(painted("watercolour", ball(sky=np.full((SIZE, SIZE, 3), 0.5, np.float32))))
    rim = np.concatenate([grey[:8].ravel(), grey[-8:].ravel(), grey[:, :8].ravel()])
    assert np.percentile(rim, 2) > 0.85
    wash = grey[20:-20, 20:-20][~BALL[20:-20, 20:-20]]
    assert 0.1 < (wash > 0.9).mean() < 0.85
    assert (wash < 0.85).mean() > 0.1
    # The range of one wash is wide.
    assert np.percentile(wash, 95) - np.percentile(wash, 3) > 0.2


def test_two_pigments_mingle_in_a_wash_of_a_watercolour() -> None:
    made = painted("watercolour", ball(sky=np.full((SIZE, SIZE, 3), 0.3, np.float32)))
    yellow = to_oklab(blur_all(made))[24:-24, 24:-24, 2][~BALL[24:-24, 24:-24]]
    assert np.ptp(np.percentile(yellow, (5, 95))) > 0.02


def blur_all(picture: Pixels) -> Pixels:
    return np.stack([blur(np.ascontiguousarray(picture[..., c]), 3) for c in range(3)], axis=-1)


def test_the_shade_of_a_watercolour_is_one_glaze_with_an_edge() -> None:
    grey = luminance(painted("watercolour", ball(colour="#d8c8a8")))
    row = grey[140:160, 128 - RADIUS + 6 : 128 + RADIUS - 6].mean(0)
    step = np.abs(row[4:] - row[:-4]).max()
    assert step > 0.45 * float(row.max() - row.min())
    assert row[:8].mean() - row[-8:].mean() > 0.25


def test_light_and_shade_part_where_they_differ_most() -> None:
    light = np.repeat([0.32, 0.38, 0.64, 0.9], 50).astype(np.float32)
    assert 0.38 < parting(light) < 0.64


def test_what_is_behind_is_engraved_in_one_direction() -> None:
    target = ball(sky=np.full((SIZE, SIZE, 3), 0.1, np.float32))
    first, *others = engraving.covers(target)
    inside = ~BALL & (np.abs(X - 128) < 100) & (np.abs(Y - 128) < 100)
    # Between lines of three pixels one stays paper.
    assert first[inside].max() > 0.4
    assert all(other[inside].max() == 0 for other in others)


def test_a_shaded_wall_of_a_screen_print_is_flat_and_the_subject_has_dots() -> None:
    target = ball(colour="#e8c8a0")
    seen = target.buffers
    light = np.where(BALL, seen.light, 0.4).astype(np.float32)
    wall = replace(seen, object=np.where(BALL, 0, GROUND).astype(np.int32), light=light)
    grey = luminance(painted("screen print", replace(target, buffers=wall)))
    beside = grey[40:80, 150:220]
    assert beside.mean() < 0.5
    turning = BALL & (X > 134) & (X < 150) & (FAR_OFF < RADIUS - 8)
    assert grey[turning].std() > 4 * beside.std()


@pytest.mark.parametrize("name", ["etching", "gouache", "linocut", "screen print"])
def test_a_plain_wall_has_no_specks(name: str) -> None:
    target = ball()
    flat = np.where(BALL, target.buffers.light, 1).astype(np.float32)
    target = with_set(target, np.zeros_like(BALL), light=flat)
    grey = luminance(painted(name, target)).astype(np.float32)
    plain = (FAR_OFF > RADIUS + 30) & (np.abs(X - 128) < 90) & (np.abs(Y - 128) < 90)
    off = np.abs(grey - blur(grey, 4.0))
    assert (off[plain] > 0.22).mean() < 0.0005
    size = np.bincount(label(plain & (grey < np.median(grey[plain]) - 0.25))[0].ravel())[1:]
    assert not ((size > 0) & (size < 8)).any()


def test_plate_tone_and_lines_of_an_etching_end_at_the_plates_edge() -> None:
    grey = luminance(painted("etching", ball(sky=np.full((SIZE, SIZE, 3), 0.1, np.float32))))
    # The plate begins 30 thousandths from the edge of the sheet.
    rim, inner = grey[40:200, 10:13].mean(1), grey[40:200, 16:19].mean(1)
    assert np.abs(rim - inner).mean() < 0.06
    assert grey[40:200, :5].mean() > rim.mean() + 0.2


@pytest.mark.parametrize("share", [0.5, 0.8, 0.93])
@pytest.mark.parametrize("pitch", [3.1, 4.0, 6.6])
def test_ruled_lines_do_not_beat_with_the_pixels(share: float, pitch: float) -> None:
    # Lines that lean a little pass all places between pixels.
    value = (Y + 0.03 * X) / 4
    field = Field(value, np.full_like(value, 0.25), np.zeros_like(value))
    cover, space = np.full_like(value, share), np.full_like(value, pitch / 4)
    ink = hatch(field, cover, space)
    assert ink.mean() == pytest.approx(share, abs=0.01)
    row = np.abs(np.fft.rfft(ink.mean(0)))[1:] / SIZE
    assert row.max() < 0.004


def test_the_crest_of_a_hill_is_no_ground() -> None:
    hill = (Y > 120) & ~BALL
    target = with_set(ball(), hill)
    normal = target.buffers.normal.copy()
    normal[(Y > 120) & (Y < 128)] = (0, 1, 0)
    target = replace(target, buffers=replace(target.buffers, normal=normal))
    assert (planes(target)[hill] == SCENERY).all()


def test_a_hill_behind_a_linocut_has_no_wire_for_a_contour() -> None:
    hill = (Y > 90) & ~BALL
    night = np.full((SIZE, SIZE, 3), 0.05, np.float32)
    target = with_set(ball(sky=night, colour="#f0e8d8"), hill)
    crest = np.where(np.abs(Y - 90) < 0.6, 1, target.buffers.edge).astype(np.float32)
    target = replace(target, buffers=replace(target.buffers, edge=crest))
    grey = luminance(painted("linocut", target))
    assert grey[84:97, 20:236].max() - grey[60:70, 20:236].max() < 0.05


def test_what_is_thinner_than_a_few_tools_has_one_tone() -> None:
    target = ball()
    assert not thin(target, 60.0)[FAR_OFF < RADIUS - 2].any()
    assert thin(target, 500.0)[BALL].all()
    tone = np.where(X < 128, 0.1, 0.3).astype(np.float32)
    assert np.ptp(plain(target, tone, 500.0)[BALL]) == 0
    assert plain(target, tone, 60.0)[150, 100] == pytest.approx(0.1)


def test_small_islands_and_holes_are_taken_out_of_a_shape() -> None:
    shape = BALL.copy()
    shape[20:23, 20:23] = True
    shape[150:152, 128:130] = False
    assert (cleaned(shape, 16) == BALL).all()


def test_a_black_backdrop_is_painted_in_a_dark_colour() -> None:
    target = ball(sky=np.full((SIZE, SIZE, 3), 0.01, np.float32))
    lab = to_oklab(keyed(target, darkest=0.25, lightest=0.95, hue=0.05))[~BALL]
    assert lab[:, 0].min() > 0.2
    assert np.hypot(lab[:, 1], lab[:, 2]).min() > 0.03


def test_the_sky_of_a_gouache_is_a_few_flat_bands() -> None:
    drawn = gouache._shapes(ball())
    assert 2 <= len(np.unique(drawn[~BALL])) <= 4


@pytest.mark.parametrize("code", ["#b03040", "#e8dcc0", "#303030"])
def test_a_shade_of_a_gouache_is_darker_and_has_a_hue(code: str) -> None:
    shapes = np.where(BALL, 1, 0).astype(np.int32)
    lit, dark, high, deep = (to_oklab(c)[1] for c in gouache._values(ball(colour=code), shapes))
    assert lit[0] - dark[0] > 0.06
    assert high[0] > lit[0] and deep[0] < dark[0]
    assert np.hypot(*dark[1:]) > 0.025


def test_nearly_half_of_a_subject_is_lit_in_a_gouache_however_dim_its_light_is() -> None:
    dim = np.where(BALL & (FAR_OFF > 20), 0.1, 0.9).astype(np.float32)
    target = ball()
    buffers = replace(target.buffers, light=dim)
    thing, shade, _, _ = gouache._masks(replace(target, buffers=buffers))
    assert (shade & thing).sum() < 0.6 * BALL.sum()


def test_a_watercolour_of_the_night_leaves_paper() -> None:
    night = ball(sky=np.full((SIZE, SIZE, 3), 0.03, np.float32))
    grey = luminance(painted("watercolour", night))
    assert (grey > 0.85).mean() > 0.04
    assert (grey[60:-60, 60:-60] < 0.6).mean() > 0.5
