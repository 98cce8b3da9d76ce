import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from tests.worker.studio.studies import painter, plan
from worker.studio import PaintError
from worker.studio.marks import TECHNIQUES

LINES = [name for name, technique in TECHNIQUES.items() if technique.lines]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", TECHNIQUES)
def test_every_technique_paints_and_shows_its_making(name: str) -> None:
    stages: list[bytes] = []
    made = painter(96, 96).paint(
        plan(3).model_copy(update={"technique": name}), on_stage=stages.append
    )
    pixels = np.asarray(Image.open(io.BytesIO(made.png)), dtype=np.float32) / 255
    assert pixels.shape[:2] == (96, 96)
    assert pixels.std() > 0.06
    assert 10 <= len(stages) <= 16
    pictures = [np.asarray(Image.open(io.BytesIO(stage)).convert("RGB")) for stage in stages]
    # The thumbnail in three values comes first; the file's compression softens their edges.
    _, counts = np.unique(np.round(pictures[0].mean(-1) / 24), return_counts=True)
    assert np.sort(counts)[-4:].sum() > 0.85 * counts.sum()
    assert not np.array_equal(pictures[0], pictures[-1])
    last = np.asarray(Image.open(io.BytesIO(stages[-1])).convert("RGB").resize((96, 96)), float)
    assert np.abs(last / 255 - pixels[..., :3]).mean() < 0.15


@pytest.mark.parametrize("name", TECHNIQUES)
def test_techniques_say_what_they_are(name: str) -> None:
    technique = TECHNIQUES[name]
    assert technique.name == name
    assert technique.colours in ("full", "few", "ink")
    assert technique.words
    assert all(word == word.lower() for word in technique.words)
    assert re.match(r"[Aa]n? \w", technique.phrase)


@pytest.mark.parametrize("name", LINES)
def test_lines_lie_on_the_sheet(name: str) -> None:
    svg = painter(128, 96).lines(plan(3).model_copy(update={"technique": name}))
    root = ElementTree.fromstring(svg)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert width / height == pytest.approx(4 / 3, abs=0.02)
    paths = [path.attrib["d"] for path in root.iter(f"{SVG}path")]
    assert len(paths) > 20
    points = np.array([
        [float(v) for v in pair] for d in paths for pair in re.findall(r"(-?[\d.]+),(-?[\d.]+)", d)
    ])  # fmt: skip
    slack = 0.02 * height
    assert points.min(0)[0] >= left - slack
    assert points.min(0)[1] >= top - slack
    assert points[:, 0].max() <= width + slack
    assert points[:, 1].max() <= height + slack
    assert np.ptp(points[:, 0]) > 0.5 * width


def test_there_are_lines_and_what_has_none_says_so() -> None:
    assert len(LINES) >= 2
    other = next(name for name in TECHNIQUES if name not in LINES)
    with pytest.raises(PaintError, match="not made of lines; these are: "):
        painter().lines(plan(3).model_copy(update={"technique": other}))
