import numpy as np
import pytest

from cas.checkpoint import SHIPPED, pair_vocabulary
from cas.errors import VocabularyError
from cas.text_files import read_lines, read_words
from worker.studio.plan import relate
from worker.studio.plan.depiction import Dictionary, depictions
from worker.studio.plan.describe import STRUCTURE_SENTENCES
from worker.studio.scene.model import FORMS
from worker.studio.scene.settings import SETTINGS
from worker.studio.scene.sky import HOURS

ROWS = [row for rows in depictions().values() for row in rows]


def test_every_row_names_what_the_studio_has() -> None:
    faults = []
    for row in ROWS:
        form = FORMS.get(row.form)
        if row.form and form is None:
            faults.append((row.concept, "form", row.form))
        if form and row.pose and row.pose not in form.poses:
            faults.append((row.concept, "pose", row.form, row.pose))
        if row.setting and row.setting not in SETTINGS:
            faults.append((row.concept, "setting", row.setting))
        if row.structure and row.structure not in STRUCTURE_SENTENCES:
            faults.append((row.concept, "structure", row.structure))
        if row.hour and row.hour not in HOURS:
            faults.append((row.concept, "hour", row.hour))
        if not (row.form or row.setting or row.structure or row.hour):
            faults.append((row.concept, "nothing"))
    assert faults == []


def test_attributes_of_rows_are_known_to_their_forms() -> None:
    faults = {
        (row.form, word)
        for row in ROWS
        if row.form in FORMS
        for word in row.attributes
        if word not in FORMS[row.form].attributes
    }
    assert sorted(faults) == []


def test_every_candidate_concept_has_a_row_or_is_listed_without() -> None:
    folder = SHIPPED / "candidates"
    lines = list(read_lines(folder / "concepts.tsv", error=VocabularyError))[1:]
    candidates = [line.split("\t")[0] for line in lines]
    without = read_words(folder / "no_depiction.txt", error=VocabularyError)
    assert sorted({*candidates} - {*depictions()}) == without
    assert len({*without}) == len(without)
    assert {*pair_vocabulary("world")} <= {*depictions()}


@pytest.mark.parametrize("table", ["_SUPPORTED", "_FRAMES", "_SHELLS", "_ROCKS"])
def test_tables_of_relations_name_forms(table: str) -> None:
    assert set(getattr(relate, table)) <= set(FORMS)


def test_bases_are_families() -> None:
    assert set(relate._BASES) <= {form.family for form in FORMS.values()}


@pytest.mark.parametrize(
    ("base", "bears"),
    [
        ("chair", True),
        ("wall", True),
        ("flag", False),
        ("house", False),
        ("theatre", False),
        ("person", False),
    ],
)
def test_things_stand_where_there_is_a_place_to_stand(base: str, bears: bool) -> None:
    pose = FORMS[base].poses[0]
    assert ("bears" in relate.relations_of(base, pose, "cat", "meadow")) is bears


def test_words_are_found_in_any_case_and_number() -> None:
    read = Dictionary().read
    assert {row.form for row in read("horse")} == {"horse"}
    for word in ("Horse", " HORSE ", "horses"):
        assert {row.form for row in read(word)} == {"horse"}
        assert {row.concept for row in read(word)} == {word}


def test_words_in_no_row_are_a_gesture_or_their_neighbour(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert [row.structure for row in Dictionary().read("zzyzx")] == ["gesture"]
    words = list(depictions())

    def encode(texts):
        """Each word is itself alone; zzyzx is much like a horse."""
        vectors = np.zeros((len(texts), len(words) + 1), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            known = "horse" if text == "zzyzx" else text
            vector[words.index(known) if known in words else -1] = 1
        return vectors

    read = Dictionary(encode).read
    (near,) = read("zzyzx")
    assert (near.form, near.stands_for, near.names_form) == ("horse", "horse", False)
    for strange in ("\N{GRINNING FACE}", "qwertyuiop"):
        assert [row.structure for row in read(strange)] == ["gesture"]
