"""What happens to files on their way: they are cut off, bits tip over, other bytes get between."""

from __future__ import annotations

import gzip

from hypothesis import strategies as st

ENCODINGS = (*["utf-8", "utf-8-sig", "utf-16"] * 4, "utf-16-le", "utf-16-be", "latin-1", "cp1252")
"""Those that are read, and a few of the others."""


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes after up to three mishaps."""
    data = bytearray(whole)
    for mishap in draw(st.lists(st.sampled_from(["cut", "flip", "insert", "drop"]), max_size=3)):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        if mishap == "cut":
            del data[at:]
        elif mishap == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif mishap == "insert":
            data[at:at] = draw(st.sampled_from([b'"', b"\0", b"\xff", b"\n", b"\r", b",", b"{"]))
        elif mishap == "drop":
            del data[at : at + draw(st.integers(1, 9))]
    return bytes(data)


@st.composite
def files_of(draw: st.DrawFn, text: str, *, packed: bool = False) -> bytes:
    """A text file in any encoding, packed or not, whole or damaged."""
    encoding = draw(st.sampled_from(ENCODINGS))
    data = text.encode(encoding, "replace")
    if draw(st.integers(0, 2)) == 0:
        data = draw(damaged(data))
    if packed:
        data = gzip.compress(data, mtime=0)
        if draw(st.integers(0, 3)) == 0:
            data = draw(damaged(data))
    return data


TEXT = st.text(
    st.one_of(
        st.sampled_from(list("ab ,;\t\"'\n\r|#é字😀\ufeff\u2028\x85\x0b\x1c\x7f=-\\0")),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=12,
)
"""Text of a cell, with all that has a meaning to some reader."""
