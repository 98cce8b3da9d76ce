"""What words look like."""

import numpy as np
import pytest

from worker.encoders.minilm import MiniLMEncoder
from worker.studio.lexicon import Lexicon, glyph_words, motif_words, scenery_words, tag_words

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("word", "motif"),
    [
        ("fox", "fox"),
        ("castle", "castle"),
        ("castles", "castle"),
        ("Lighthouse", "lighthouse"),
        ("churches", "church"),
        ("skull", "skull"),
        ("violin instrument", "violin"),
    ],
)
def test_words_and_their_plurals_are_known(word, motif):
    assert Lexicon().read(word, np.random.default_rng(1)).motif.name == motif


@pytest.mark.parametrize("word", ["grief", "time", "freedom", "death", "love", "justice", "fear"])
def test_abstract_concepts_have_metaphors(word):
    assert Lexicon().read(word, RNG).motif is not None


def test_misspelling_is_read_by_its_nearest_word():
    subject = Lexicon().read("lighthuose", RNG)
    assert subject.near == "lighthouse"
    assert "lighthouse" in subject.stand_in


def test_an_unheard_of_word_has_nothing_to_show():
    subject = Lexicon().read("qwxzptk", RNG)
    assert (subject.motif, subject.scenery, subject.near) == (None, None, None)


def test_an_encoder_finds_a_neighbour_in_meaning(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    lexicon = Lexicon(MiniLMEncoder().encode)
    assert lexicon.read("violinist", RNG).motif.name == "violin"
    assert lexicon.read("schooner", RNG).motif.kind == "boat"
    assert lexicon.read("qwxzptk", RNG).concept == "qwxzptk"


ALL_MOTIFS = sorted({m for motifs in motif_words().values() for m in motifs}, key=repr)


def test_every_motif_of_the_table_can_be_drawn_near_its_box():
    for motif in ALL_MOTIFS:
        left, top, right, bottom = motif.draw(np.random.default_rng(2)).bounds
        assert -3 < left < right < 3, motif
        assert -1.6 < top < bottom < 0.35, motif


def test_motifs_from_fonts_name_their_material():
    fonts = [m for m in ALL_MOTIFS if m.drawing.startswith(("noto:", "mdi:", "flower:"))]
    assert fonts
    assert all(motif.material.licence in ("OFL-1.1", "Apache-2.0") for motif in fonts)


def test_the_common_museum_subjects_are_known_by_name():
    known = {*motif_words(), *scenery_words(), *tag_words(), *glyph_words()}
    subjects = [
        "man",
        "woman",
        "hill",
        "figure",
        "wood",
        "river",
        "mountain",
        "landscape",
        "portrait",
        "castle",
        "bridge",
        "coast",
        "boat",
        "tower",
        "tree",
        "church",
        "sea",
        "house",
        "dog",
        "ruin",
        "flower",
        "harbour",
        "mourning",
        "horse",
        "cloud",
        "sailing_boat",
        "distant_townscape",
        "self-portrait",
        "mother_and_child",
        "still_life",
    ]
    assert {subject.replace("_", " ") for subject in subjects} <= known


def test_nothing_with_a_face_drawn_on_comes_from_the_font() -> None:
    """A ghost that winks is an emoji, however it is carved."""
    lexicon = Lexicon()
    for word in (
        "ghost",
        "zombie",
        "vampire",
        "fairy",
        "teddy bear",
        "princess",
        "child",
        "snowman",
    ):
        motif = lexicon.read(word, np.random.default_rng(1)).motif
        assert motif is None or not motif.drawing.startswith(f"noto:{word}"), word
    ghost = lexicon.read("ghosts", np.random.default_rng(1)).motif
    assert ghost is not None and ghost.drawing.startswith("person:")
    assert not [name for name in glyph_words() if "face" in name or "emoji" in name]
