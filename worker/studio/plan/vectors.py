"""Vectors of the words that stand for their neighbours, kept on disk from one run to the next.

Encoding the table of concepts takes seconds; reading the vectors back takes none. The file is named
after the words and after the encoder's vector of a probe, so that another table or another encoder
has a file of its own.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cas.atomic_files import appearing

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_PROBE = "lighthouse"


def kept_vectors(words: Sequence[str], encode: Encode) -> NDArray[np.float32]:
    """Unit vectors of the words, (n, d): from the cache, else encoded and put there.

    A cache that can't be read or written costs time and nothing else.
    """
    probe = unit(encode([_PROBE]))[0]
    code = hashlib.sha256("\x1f".join(words).encode())
    code.update(np.round(probe * 100).astype(np.int8).tobytes())
    path = cache_folder() / f"words-{code.hexdigest()[:20]}.npy"
    try:
        kept = np.load(path, allow_pickle=False)
        if kept.shape == (len(words), len(probe)) and kept.dtype == np.float32:
            return np.asarray(kept, dtype=np.float32)
    except (OSError, ValueError):
        pass  # not there yet, or damaged: made again below
    vectors = unit(encode(list(words)))
    _keep(path, vectors)
    return vectors


def cache_folder() -> Path:
    """The folder of this user's caches (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cultural-alien"


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors, (n, d), each of length one."""
    array = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    return np.asarray(array / np.maximum(lengths, 1e-9), dtype=np.float32)


def _keep(path: Path, vectors: NDArray[np.float32]) -> None:
    """Write whole or not at all, since several workers may do so at once."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with appearing(path) as part, part.open("wb") as file:
            np.save(file, vectors)
