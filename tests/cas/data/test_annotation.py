"""Annotation: open_clip's own vectors, resumed shards, broken pictures, bias and its remedies."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import open_clip
import pyarrow as pa
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyarrow import parquet

from cas.data.annotation import (
    AnnotationError,
    encode_all,
    encode_shard,
    read_shards,
    shards_of,
    unfinished,
    write_works,
)
from cas.data.assignment import AssignmentError, AssignmentRules, assign, spread
from cas.data.clip import TEMPLATES, UNTRAINED, Clip, ClipError, make_untrained
from cas.data.corpus import read_works
from cas.data.image_sources import Picture, pictures_of
from cas.errors import CorpusError
from cas.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return make_untrained(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Seven pictures by two artists, one truncated and one missing, and a doubled row."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = []
    for number in range(7):
        pixels = np.random.default_rng(number).integers(0, 256, (70, 90, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        rows.append({"file": f"{number}.png", "id": f"w{number}", "artist": f"a{number % 2}"})
    whole = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(whole[: len(whole) // 2])
    rows += [{"file": "gone.png", "id": "gone"}, rows[0]]
    (folder / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_concepts_are_the_mean_over_templates(clip: Clip, tmp_path: Path) -> None:
    model = open_clip.create_model(UNTRAINED, pretrained=str(clip._weights)).eval()
    tokenizer = open_clip.get_tokenizer(UNTRAINED)
    vectors = []
    for template in TEMPLATES:
        with torch.inference_mode():
            tokens = tokenizer([template.format(c) for c in ("sea", "kiln")])
            vectors.append(model.encode_text(tokens, normalize=True).numpy())
    expected = unit(np.mean(vectors, axis=0))
    assert clip.concepts(["sea", "kiln"]) == pytest.approx(expected, abs=1e-5)


def test_pictures_are_encoded_as_open_clip_does(clip: Clip, folder: Path, tmp_path: Path) -> None:
    encode_all(pictures_of(str(folder)), clip, tmp_path / "shards", size=3, batch=2)
    shard, faults = read_shards(tmp_path / "shards")
    assert shard.ids == ("w0", "w1", "w2", "w4", "w5", "w6")
    assert shard.artists == ("a0", "a1", "a0", "a0", "a1", "a0")
    assert {fault.id for fault in faults} == {"w3", "gone"}
    assert "truncated" in next(fault.reason for fault in faults if fault.id == "w3")
    model, _, prepare = open_clip.create_model_and_transforms(
        UNTRAINED, pretrained=str(clip._weights)
    )
    with torch.inference_mode():
        pixels = prepare(Image.open(folder / "4.png").convert("RGB"))[None]
        expected = model.eval().encode_image(pixels, normalize=True).numpy()[0]
    assert shard.vectors[3] == pytest.approx(expected, abs=1e-5)


def test_a_finished_shard_is_not_encoded_again(clip: Clip, folder: Path, tmp_path: Path) -> None:
    shards = list(shards_of(pictures_of(str(folder)), size=3))
    encode_shard(0, shards[0], clip, tmp_path)
    first = (tmp_path / "shard-00000.npz").stat().st_mtime_ns
    encode_all(pictures_of(str(folder)), clip, tmp_path, size=3)
    assert (tmp_path / "shard-00000.npz").stat().st_mtime_ns == first
    assert len(read_shards(tmp_path)[0].ids) == 6
    (tmp_path / "shard-00001.npz").write_bytes(b"torn")
    with pytest.raises(AnnotationError, match=r"shard-00001\.npz is broken"):
        read_shards(tmp_path)


def test_without_a_model_nothing_is_written(clip: Clip, folder: Path, tmp_path: Path) -> None:
    missing = Clip("ViT-B-32", weights=tmp_path / "no such file.pt")
    with pytest.raises(ClipError, match="no such file"):
        encode_all(pictures_of(str(folder)), missing, tmp_path / "shards")
    assert not (tmp_path / "shards").exists(), "the folder can be begun with another model"
    encode_all(pictures_of(str(folder)), clip, tmp_path / "shards", size=9)


def test_a_shard_or_plan_that_is_torn_is_named(clip: Clip, folder: Path, tmp_path: Path) -> None:
    pictures = list(pictures_of(str(folder)))[:2]
    encode_shard(0, pictures, clip, tmp_path)
    shard = tmp_path / "shard-00000.npz"
    whole = shard.read_bytes()
    flipped = [bytes([*whole[:at], whole[at] ^ 255, *whole[at + 1 :]]) for at in (0, 70, 200, -30)]
    for torn in (b"", whole[:4], whole[:300], whole[:-9], *flipped):
        shard.write_bytes(torn)
        with pytest.raises(AnnotationError, match=r"shard-00000\.npz is broken .*delete it"):
            read_shards(tmp_path)
    for torn in (b"", b'{"clip": ', b"{}", b"[1]"):
        (tmp_path / "annotation.json").write_bytes(torn)
        with pytest.raises(AnnotationError, match=r"annotation\.json"):
            encode_shard(1, pictures, clip, tmp_path)


def test_a_run_goes_on_only_with_the_same_pictures_in_the_same_shards(
    clip: Clip, folder: Path, tmp_path: Path
) -> None:
    pictures = list(pictures_of(str(folder)))
    encode_all(pictures, clip, tmp_path, size=3)
    with pytest.raises(AnnotationError, match=r"holds 3 works and 2 are asked.*size of shards"):
        encode_all(pictures, clip, tmp_path, size=2)
    with pytest.raises(AnnotationError, match="of which 2 are the same"):
        encode_all(pictures[1:], clip, tmp_path, size=3)
    encode_shard(7, pictures[:1], clip, tmp_path)  # as workers do that were told another size
    with pytest.raises(AnnotationError, match="'w0' in two shards"):
        read_shards(tmp_path)


def test_vectors_of_two_models_do_not_mix(clip: Clip, folder: Path, tmp_path: Path) -> None:
    encode_all(pictures_of(str(folder)), clip, tmp_path / "shards")
    other = make_untrained(tmp_path / "other", seed=1)
    with pytest.raises(AnnotationError, match="cannot be mixed"):
        encode_all(pictures_of(str(folder)), other, tmp_path / "shards")


def test_a_folder_without_any_picture_says_so(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    encode_all(pictures_of(str(tmp_path)), clip, tmp_path / "shards")
    with pytest.raises(AnnotationError, match=r"1 could not be decoded.*a\.png"):
        read_shards(tmp_path / "shards")


def test_sources_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "turner").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "turner" / "sea.png")
    content = (tmp_path / "turner" / "sea.png").read_bytes()
    assert [(p.id, p.artist) for p in pictures_of(str(tmp_path))] == [("turner/sea.png", "turner")]
    rows = [{"bytes": content, "path": "x.png"}]
    table = pa.table({"image": rows, "artist": [22], "genre": ["landscape"]})
    parquet.write_table(table, tmp_path / "shard.parquet")
    (picture,) = pictures_of(f"file://{tmp_path}/*.parquet")
    assert (picture.artist, picture.open().size) == ("22", (8, 8))
    parquet.write_table(pa.table({"url": ["x"]}), tmp_path / "other.parquet")
    with pytest.raises(CorpusError, match="no column `image`"):
        list(pictures_of(str(tmp_path / "other.parquet")))
    with pytest.raises(CorpusError, match="no folder"):
        list(pictures_of(str(tmp_path / "nowhere")))
    with pytest.raises(OSError, match="no image"):
        Picture("x", None).open()


def test_parquet_images_are_read_by_the_group_when_the_first_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = []
    for number in range(6):
        buffer = BytesIO()
        Image.new("RGB", (8, 8), (number * 40, 0, 0)).save(buffer, "png")
        images.append({"bytes": buffer.getvalue(), "path": None})
    table = pa.table({"image": [*images, None], "artist": [7] * 7})
    path = tmp_path / "shard.parquet"
    parquet.write_table(table, path, row_group_size=2)
    read: list[tuple[int, list[str]]] = []
    plain = parquet.ParquetFile.read_row_group

    def noted(file: parquet.ParquetFile, number: int, columns: list[str]) -> pa.Table:
        read.append((number, columns))
        return plain(file, number, columns)

    monkeypatch.setattr(parquet.ParquetFile, "read_row_group", noted)
    pictures = list(pictures_of(str(path)))
    assert [picture.id for picture in pictures] == [f"shard.parquet#{n}" for n in range(1, 8)]
    assert {picture.artist for picture in pictures} == {"7"}
    assert ["image"] not in [columns for _, columns in read]
    read.clear()
    reds = [picture.open().getpixel((0, 0))[0] for picture in pictures[2:6]]
    assert reds == [80, 120, 160, 200]
    assert read == [(1, ["image"]), (2, ["image"])]
    with pytest.raises(OSError, match="holds no image"):
        pictures[6].open()


def test_unfinished_shards_are_told_and_others_refused(
    clip: Clip, folder: Path, tmp_path: Path
) -> None:
    shards = tmp_path / "shards"
    pictures = list(pictures_of(str(folder)))[:-1]  # the last is the first once more
    assert list(unfinished(pictures, shards, size=2)) == [0, 1, 2, 3]
    encode_shard(1, pictures[2:4], clip, shards)
    assert 1 not in list(unfinished(pictures, shards, size=2))
    with pytest.raises(AnnotationError, match="another size of shards"):
        list(unfinished(pictures, shards, size=1))


def test_weights_that_cannot_be_had() -> None:
    with pytest.raises(ClipError, match="no model 'nothing'"):
        Clip("nothing").concepts(["sea"])
    with pytest.raises(ClipError, match="cannot be read"):
        _ = Clip(weights=Path("/nowhere.pt")).name


def test_plain_assignment_is_the_nearest_in_order() -> None:
    generator = np.random.default_rng(0)
    pictures, concepts = unit(generator.normal(size=(20, 8))), unit(generator.normal(size=(30, 8)))
    assigned = assign(pictures, concepts, AssignmentRules(4))
    for picture, row in zip(pictures, assigned, strict=True):
        assert row.tolist() == np.argsort(-(concepts @ picture), kind="stable")[:4].tolist()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.1, 0.3, 0.6]), st.booleans())
def test_the_cap_holds_and_every_picture_has_its_concepts(
    seed: int, cap: float, centre: bool
) -> None:
    generator = np.random.default_rng(seed)
    pictures = unit(generator.normal(size=(40, 6)) + 1.0)
    concepts = unit(generator.normal(size=(60, 6)))
    assigned = assign(pictures, concepts, AssignmentRules(3, centre=centre, cap=cap))
    counts = Counter(assigned.ravel().tolist())
    assert max(counts.values()) <= int(cap * 40)
    assert all(len(set(row)) == 3 for row in assigned.tolist())


def test_a_full_vocabulary_still_gives_every_picture_its_concepts() -> None:
    generator = np.random.default_rng(0)
    pictures, concepts = unit(generator.normal(size=(50, 6))), unit(generator.normal(size=(5, 6)))
    assigned = assign(pictures, concepts, AssignmentRules(3, cap=0.02))
    assert all(len(set(row)) == 3 and min(row) >= 0 for row in assigned.tolist())


def test_centring_takes_a_hub_away() -> None:
    """All pictures lean to one side, and one concept lies there."""
    generator = np.random.default_rng(1)
    lean = np.zeros(12)
    lean[0] = 4.0
    own = generator.normal(size=(40, 12))
    pictures = unit(np.repeat(own, 5, axis=0) + lean)
    concepts = unit(np.concatenate([own, lean[None]]))
    vocabulary = Vocabulary([f"c{n}" for n in range(40)] + ["hub"])
    plain, centred = (
        spread(
            assign(pictures, concepts, AssignmentRules(3, centre=centre)),
            pictures, concepts, vocabulary,
        )
        for centre in (False, True)
    )  # fmt: skip
    assert plain.top_concept == "hub"
    assert plain.top > 0.9
    assert centred.top < 0.5
    assert centred.effective > plain.effective
    assert centred.cosine < plain.cosine


def test_what_is_written_is_a_corpus(clip: Clip, folder: Path, tmp_path: Path) -> None:
    encode_all(pictures_of(str(folder)), clip, tmp_path / "shards")
    shard, _ = read_shards(tmp_path / "shards")
    vocabulary = Vocabulary(["sea", "kiln", "tower", "moss"])
    assigned = assign(shard.vectors, clip.concepts(list(vocabulary)), AssignmentRules(2))
    write_works(tmp_path / "works.jsonl.gz", shard.named, assigned, vocabulary)
    works = list(read_works(tmp_path / "works.jsonl.gz"))
    assert [work.id for work in works] == list(shard.ids)
    assert works[1].artist == "a1"
    assert works[0].concepts == tuple(vocabulary[int(token)] for token in assigned[0])


def test_rules_out_of_range() -> None:
    with pytest.raises(AssignmentError, match="0 and 0"):
        AssignmentRules(0, cap=0.0)
