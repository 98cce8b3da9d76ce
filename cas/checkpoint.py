"""A pair's folder without loading its models: file names, sizes, and consistency checks.

Nothing here imports torch: who only asks how a folder is does not wait for it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cas.errors import CheckpointError, VocabularyError
from cas.text_files import read_lines
from cas.vocabulary import Vocabulary

SHIPPED = Path(__file__).parent / "pretrained"
"""The folder of the shipped pairs."""
SHIPPED_PAIRS = ("museums", "world")
"""Their names, the default first."""
VOCABULARY_FILE = "vocabulary.txt"
"""A pair's vocabulary, one concept a line."""
ABSTRACT_FILE = "abstract.txt"
"""Those of its concepts that a picture can only allude to, one a line; a pair may have none."""
WEIGHTS = "model.safetensors"
"""The file of a model's weights."""
MODEL_CARD = "MODEL_CARD.md"
"""The model card of a pair, in its folder."""
CONFIG = "config.json"
"""The file of its shape and its vocabulary's fingerprint."""
MODELS = ("coherence", "context")
"""The folders of the two."""

Trace = tuple[int, int, int]
"""A file's time of change, size and number: it changes when the file is written again."""


def pair_folder(pair: Path | str) -> Path:
    """Return the folder of a pair, which is named by its folder or is a shipped one.

    Raises:
        CheckpointError: it holds no vocabulary.
    """
    folder = _named(pair)
    if not (folder / VOCABULARY_FILE).is_file():
        raise CheckpointError(
            f"There is no pair at {str(pair)!r}: give a folder with {VOCABULARY_FILE}, coherence/"
            f" and context/, or a shipped pair ({', '.join(SHIPPED_PAIRS)})."
        )
    return folder


def file_signature(file: Path) -> Trace | None:
    """Return the trace of a file; None where it is missing."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def pair_signatures(pair: Path | str) -> tuple[Trace | None, ...]:
    """Return the trace of each file of a pair; cheap enough to ask often."""
    folder = _named(pair)
    files = [folder / model / file for model in MODELS for file in (CONFIG, WEIGHTS)]
    lists = (folder / VOCABULARY_FILE, folder / ABSTRACT_FILE)
    return tuple(file_signature(file) for file in (*lists, *files))


def pair_vocabulary(pair: Path | str) -> Vocabulary:
    """Read a pair's concepts.

    Raises:
        CheckpointError: there is no such pair.
        VocabularyError: the file cannot be read.
    """
    return Vocabulary.load(pair_folder(pair) / VOCABULARY_FILE)


def pair_abstract(pair: Path | str) -> frozenset[str]:
    """Read those of a pair's concepts that a picture can only allude to; none without a list.

    Raises:
        CheckpointError: there is no such pair.
        VocabularyError: the file cannot be read.
    """
    file = pair_folder(pair) / ABSTRACT_FILE
    if not file.is_file():
        return frozenset()
    return frozenset(line.strip() for line in read_lines(file, error=VocabularyError)) - {""}


def pair_size(pair: Path | str) -> int:
    """Return a pair's number of concepts, if its files fit together.

    Vocabulary, shapes and the length of the weights are checked, not the weights themselves.

    Raises:
        CheckpointError: a file is missing, cut short or of another pair.
        VocabularyError: the vocabulary cannot be read, or is not the one of the models.
    """
    folder = pair_folder(pair)
    vocabulary = pair_vocabulary(folder)
    for model in MODELS:
        try:
            config = json.loads((folder / model / CONFIG).read_text(encoding="utf-8"))
            rows, width = _table_shape(folder / model / WEIGHTS)
            told = (config["vocab_size"], config["n_embd"], config.get("vocabulary"))
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise CheckpointError(
                f"{folder / model} holds no readable model ({error}). Copy it again, or train it"
                " anew."
            ) from error
        if told[2] not in (None, vocabulary.fingerprint) or told[0] != len(vocabulary) + 2:
            raise VocabularyError(
                f"The model in {folder / model} was trained on another vocabulary: keep each model"
                f" with its own {VOCABULARY_FILE}."
            )
        if (rows, width) != told[:2]:
            raise CheckpointError(
                f"The weights in {folder / model} do not fit its {CONFIG}: the two files belong to"
                " different models."
            )
    return len(vocabulary)


def _named(pair: Path | str) -> Path:
    return SHIPPED / str(pair) if str(pair) in SHIPPED_PAIRS else Path(pair)


def _table_shape(file: Path) -> tuple[int, int]:
    """Return the shape of the table of concepts, from the head of a whole safetensors file."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        size = file.stat().st_size
        if not 0 < length <= size:
            raise ValueError(f"{file.name} has no head")
        head: dict[str, Any] = json.loads(stream.read(length))
    tensors = [tensor for name, tensor in head.items() if name != "__metadata__"]
    if size != 8 + length + max(tensor["data_offsets"][1] for tensor in tensors):
        raise ValueError(f"{file.name} is cut short")
    rows, width = head["transformer.wte.weight"]["shape"]
    return int(rows), int(width)
