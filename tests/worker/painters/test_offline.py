import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from worker.composers import ComposeRequest
from worker.composers.grammar import GrammarComposer
from worker.errors import Misconfigured
from worker.painters import ALGORITHMIC, PaintRequest, SimilarityCheck
from worker.painters.offline import OfflineStudio
from worker.studio import OfflinePainter


def request(seed: int = 1, style: str = "", concepts=("kiln", "sea", "mourning")) -> PaintRequest:
    prompt = "A kiln by the sea."
    return PaintRequest(prompt=prompt, title="Kiln", concepts=concepts, style=style, seed=seed)


@pytest.fixture(scope="module")
def studio() -> OfflineStudio:
    return OfflineStudio(width=160, height=128, attempts=8)


def test_hands_over_the_picture_with_its_making(studio, books) -> None:
    result = studio.paint(request(style="linocut"), books)
    assert (result.width, result.height, result.media_type) == (160, 128, "image/png")
    assert Image.open(io.BytesIO(result.data)).size == (160, 128)
    assert result.technique == "linocut"
    assert {shown.concept for shown in result.shown} <= {"kiln", "sea", "mourning"}
    assert "kiln" in {shown.concept for shown in result.shown}
    assert all(shown.how for shown in result.shown)
    assert all(colour.startswith("#") for colour in result.palette)
    assert result.seed == 1
    assert result.digital_source_type == ALGORITHMIC
    assert books.entries == []


def test_the_seed_decides_the_picture(studio, books) -> None:
    first, again, other = (studio.paint(request(seed), books).data for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_plan_of_the_composition_is_painted(studio, books) -> None:
    composed = GrammarComposer(width=160, height=128).compose(
        ComposeRequest("a", "", "", ("fox", "church"), ("fox",), 5, paints_plan=True), books
    )
    asked = replace(request(), plan=composed.plan, statements=composed.statements)
    result = studio.paint(replace(asked, concepts=composed.concepts), books)
    assert result.plan == composed.plan
    assert result.attempts == 1
    assert len(result.statements) == len(composed.statements)
    assert any(statement.holds for statement in result.statements)
    true = [statement.text for statement in result.statements if statement.holds is not False]
    assert result.prompt == " ".join(true)


def test_an_impossible_plan_has_to_be_mended(studio, books) -> None:
    plan = OfflinePainter(160, 128).plan(["fox"], seed=1)
    asked = replace(request(), plan=plan.model_copy(update={"technique": "airbrush"}))
    with pytest.raises(Misconfigured, match="no technique 'airbrush'"):
        studio.paint(asked, books)


def test_strange_words_are_asked_of_the_encoder(books) -> None:
    asked: list[str] = []

    def encode(texts):
        asked.extend(texts)
        return np.eye(len(texts), 8, dtype=np.float32)

    OfflineStudio(width=128, height=128, attempts=8, encode=encode).paint(
        request(concepts=("zzyzx",)), books
    )
    assert "zzyzx" in asked


def test_settings_that_cannot_be_painted_have_to_be_mended(books) -> None:
    with pytest.raises(Misconfigured, match="offline painter: width must be"):
        OfflineStudio(width=8, height=128, attempts=8).paint(request(), books)
    with pytest.raises(Misconfigured, match="no concept"):
        OfflineStudio(width=128, height=128, attempts=8).paint(request(concepts=()), books)


def a_wall(*cosines: float, alike: float = 0.5) -> tuple[SimilarityCheck, list[bytes]]:
    """A wall on which pictures have these cosines, one after another, and what it was shown."""
    shown: list[bytes] = []
    coming = iter(cosines)

    def nearest(picture: bytes) -> float:
        shown.append(picture)
        return next(coming)

    return SimilarityCheck(nearest, alike), shown


def test_what_resembles_an_earlier_work_is_planned_and_painted_again(studio, books) -> None:
    similarity, shown = a_wall(0.9, 0.6, 0.4)
    result = studio.paint(replace(request(), similarity=similarity), books)
    assert result.data == shown[2]
    assert result.attempts == 3
    assert len(set(shown)) == 3

    first = studio.paint(request(), books)
    assert (first.data, first.attempts) == (shown[0], 1)
    assert first.plan != result.plan

    similarity, again = a_wall(0.9, 0.6, 0.4)
    assert studio.paint(replace(request(), similarity=similarity), books).data == result.data
    assert again == shown


def test_where_all_resemble_earlier_works_the_least_like_is_kept(books) -> None:
    studio = OfflineStudio(width=96, height=96, attempts=3)
    similarity, shown = a_wall(0.9, 0.6, 0.7)
    result = studio.paint(replace(request(), similarity=similarity), books)
    assert (result.data, result.attempts) == (shown[1], 3)


def test_a_style_keeps_its_technique_when_a_picture_is_painted_again(studio, books) -> None:
    similarity, _ = a_wall(0.9, 0.9, 0.1)
    result = studio.paint(replace(request(style="linocut"), similarity=similarity), books)
    assert result.technique == "linocut"
