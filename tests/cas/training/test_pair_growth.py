"""A whole pair that grows: what lies in the new folder, what stays, and what can't be done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel

from cas import CulturalAlienSampler
from cas.data.corpus import Work
from cas.errors import CasError, CheckpointError, CorpusError, TrainingError, VocabularyError
from cas.training.pair_growth import GrowthProgress, grow_pair

NEW = ["drone", "neon sign"]


def text_vectors(texts: Sequence[str]) -> np.ndarray:
    """A vector a text: what letters it holds."""
    return np.array([[text.count(chr(97 + n)) for n in range(26)] for text in texts], np.float32)


@pytest.fixture
def pair(tmp_path: Path, sampler: CulturalAlienSampler) -> Path:
    sampler.save_pretrained(tmp_path / "pair")
    (tmp_path / "pair" / "MODEL_CARD.md").write_bytes(b"# Model card: the pair pair\n\nIts \xe9.\n")
    return tmp_path / "pair"


@pytest.fixture
def teaching(works: list[Work]) -> list[Work]:
    """The made-up museum, and 25 works that show the new `drone` beside two old concepts."""
    shown = ("drone", "concept a0", "concept a1")
    return [*works, *(Work(f"d{n}", f"pilot {n % 5}", (*shown, f"concept b{n // 5}"))
                      for n in range(25))]  # fmt: skip


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_grown_pair_knows_more_and_the_old_one_stays(
    pair: Path, tmp_path: Path, teaching: list[Work]
) -> None:
    before = hashes(pair)
    seen: list[GrowthProgress] = []
    out = tmp_path / "grown"
    report = grow_pair(
        pair, out, concepts=NEW, text_vectors=text_vectors, works=teaching, progress=seen.append
    )
    assert hashes(pair) == before
    old, new = (CulturalAlienSampler.from_pretrained(folder) for folder in (pair, out))
    assert list(new.vocabulary) == [*old.vocabulary, *NEW]
    assert (report.old_fingerprint, report.fingerprint) == (old.fingerprint, new.fingerprint)
    assert [(p.kind, p.step) for p in seen if p.step == p.steps] == [
        ("coherence", 60),
        ("context", 60),
    ]
    drone, neon = report.concepts
    assert (drone.works, drone.artists, neon.works, neon.artists) == (25, 5, 0, 0)
    assert 1 <= drone.median_rank <= 42
    assert len(set(drone.nearest) & set(old.vocabulary)) == 3
    assert report.pools == 200 and report.pools_are == "works of the corpus"
    frame = report.to_pandas()
    assert frame.loc["drone", "works"] == 25 and list(frame.index) == NEW
    card = (out / "MODEL_CARD.md").read_text()
    assert card == report.markdown() + "\n## Model card: the pair pair\n\nIts \ufffd.\n"
    assert old.fingerprint in card and "No work taught neon sign" in card


def test_old_concepts_keep_their_places_among_themselves(
    pair: Path, tmp_path: Path, teaching: list[Work]
) -> None:
    """Seen from the plain sampler: log-odds between old concepts are those of before."""
    out = tmp_path / "grown"
    report = grow_pair(pair, out, concepts=NEW, text_vectors=text_vectors, works=teaching)
    old, new = (CulturalAlienSampler.from_pretrained(folder) for folder in (pair, out))
    pool = ["concept a0", "concept c3", "concept h4"]
    for before, after in zip(old.next_nlls(pool), new.next_nlls(pool), strict=True):
        shifted = after[: len(before)] - before
        assert np.ptp(shifted) < 1e-4
        assert shifted.mean() > 0  # the new ones took their share of the normaliser
    for shift in report.shifts:
        assert shift.among_old < 1e-3
        assert 0 <= shift.among_all <= len(NEW)


def test_works_teach_what_a_new_concept_goes_with(
    pair: Path, tmp_path: Path, teaching: list[Work]
) -> None:
    nlls = {}
    for name, works in (("taught", teaching), ("untaught", None)):
        grow_pair(
            pair, tmp_path / name, concepts=NEW, text_vectors=text_vectors, works=works, seed=1
        )
        grown = CulturalAlienSampler.from_pretrained(tmp_path / name)
        drone = grown.vocabulary.index("drone")
        pool = ["concept a0", "concept a1"]
        nlls[name] = [each[drone] for each in grown.next_nlls(pool)]
    for taught, untaught in zip(nlls["taught"], nlls["untaught"], strict=True):
        assert taught < untaught - 0.2


def test_plain_transformers_reads_both_models(
    pair: Path, tmp_path: Path, teaching: list[Work]
) -> None:
    out = tmp_path / "grown"
    grow_pair(pair, out, concepts=NEW, text_vectors=text_vectors, works=teaching)
    ours = CulturalAlienSampler.from_pretrained(out)
    tokens = torch.tensor([[3, 41, 7]])
    for kind in ("coherence", "context"):
        plain = GPT2LMHeadModel.from_pretrained(out / kind, dtype=torch.float32)
        plain.train(False)
        start = torch.tensor([[plain.config.bos_token_id]])
        with torch.no_grad():
            logits = plain(input_ids=torch.cat([start, tokens], dim=1)).logits[:, -1]
        nll = -logits.log_softmax(-1)[:, :42]
        assert torch.allclose(getattr(ours, kind).next_nll(tokens), nll, atol=1e-4)


def test_the_same_arguments_make_the_same_pair(
    pair: Path, tmp_path: Path, teaching: list[Work]
) -> None:
    made = []
    for name, seed in (("one/grown", 4), ("two/grown", 4), ("three/grown", 5)):
        torch.manual_seed(len(made))  # whatever torch drew before
        grow_pair(
            pair, tmp_path / name, concepts=NEW, text_vectors=text_vectors, works=teaching,
            seed=seed,
        )  # fmt: skip
        made.append(hashes(tmp_path / name))
    assert made[0] == made[1]
    assert made[0]["context/model.safetensors"] != made[2]["context/model.safetensors"]


def test_a_pair_grows_again_and_its_card_keeps_the_line(pair: Path, tmp_path: Path) -> None:
    first = grow_pair(pair, tmp_path / "one", concepts=["drone"], text_vectors=text_vectors)
    assert first.pools_are == "sets that the old coherence model draws"
    grow_pair(tmp_path / "one", tmp_path / "two", concepts=["neon"], text_vectors=text_vectors)
    assert list(CulturalAlienSampler.from_pretrained(tmp_path / "two").vocabulary)[-2:] == [
        "drone",
        "neon",
    ]
    card = (tmp_path / "two" / "MODEL_CARD.md").read_text()
    assert "# Model card: the pair two" in card
    assert "\n## Model card: the pair one" in card and "\n### Model card: the pair pair" in card


def test_works_of_unknown_artists_teach_coherence_alone(
    pair: Path, tmp_path: Path, new_model: Callable[..., object]
) -> None:
    works = [Work(f"w{n}", None, ("drone", f"concept a{n}")) for n in range(5)]
    report = grow_pair(
        pair, tmp_path / "grown", concepts=["drone"], text_vectors=text_vectors, works=works
    )
    assert (report.concepts[0].works, report.concepts[0].artists) == (5, 0)


def test_a_killed_run_leaves_no_pair_and_can_be_begun_again(
    pair: Path, tmp_path: Path, teaching: list[Work], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "grown"
    asked = {"concepts": NEW, "text_vectors": text_vectors}

    def die(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grow_pair(pair, out, works=teaching, progress=die, **asked)
    assert [path.name for path in tmp_path.iterdir()] == ["pair"]

    # What a process that had no time to clean up leaves: half a pair beside the place.
    (tmp_path / ".partial-grown" / "context").mkdir(parents=True)
    (tmp_path / ".partial-grown" / "context" / "model.safetensors").write_bytes(b"half")
    grow_pair(pair, out, **asked)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["grown", "pair"]
    CulturalAlienSampler.from_pretrained(out)


@pytest.mark.parametrize(
    ("concepts", "complaint"),
    [
        ([], "no new concept"),
        ("drone", "one string was given: 'drone'"),
        (["drone", "concept a0"], "knows 'concept a0' already"),
        (["drone", "neon", "drone"], "'drone' is twice"),
        (["drone", " "], "is empty"),
        (["Drone"], "'Drone' must be 'drone'"),
        ([" drone"], "' drone' must be 'drone'"),
        (["neon  sign"], "'neon  sign' must be 'neon sign'"),
    ],
)
def test_concepts_that_a_pair_can_not_take(
    pair: Path, tmp_path: Path, concepts: list[str], complaint: str
) -> None:
    with pytest.raises(VocabularyError, match=complaint):
        grow_pair(pair, tmp_path / "grown", concepts=concepts, text_vectors=text_vectors)
    assert not (tmp_path / "grown").exists()


def test_works_that_can_not_teach(pair: Path, tmp_path: Path, works: list[Work]) -> None:
    def grow(corpus: list[Work]) -> None:
        grow_pair(pair, tmp_path / "grown", concepts=NEW, text_vectors=text_vectors, works=corpus)

    with pytest.raises(CorpusError, match=r"holds a new concept \(drone, neon sign\)"):
        grow(works)
    with pytest.raises(CorpusError, match="They do hold 'drones'"):
        grow([Work("w", "a", ("drones", "concept a0"))])
    with pytest.raises(CorpusError, match="beside another concept"):
        grow([Work("w", "a", ("drone", "something else"))])
    with pytest.raises(CorpusError, match="grow without works"):
        grow([])


def test_folders_that_do_not_fit(pair: Path, tmp_path: Path) -> None:
    def grow(source: Path, out: Path) -> CasError:
        with pytest.raises(CasError) as caught:
            grow_pair(source, out, concepts=NEW, text_vectors=text_vectors)
        return caught.value

    nothing = grow(tmp_path / "nothing", tmp_path / "grown")
    assert isinstance(nothing, CheckpointError) and "There is no pair at" in str(nothing)
    (tmp_path / "there").mkdir()
    there = grow(pair, tmp_path / "there")
    assert isinstance(there, TrainingError) and "is there already" in str(there)
    in_the_way = grow(pair, pair / "vocabulary.txt" / "grown")
    assert isinstance(in_the_way, TrainingError) and "can't be written" in str(in_the_way)
