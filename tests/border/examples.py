"""How many inputs a border is fed with, and of what kinds."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st

Test = TypeVar("Test")

SEED = 20261128
FEW = 300
"""Inputs in the ordinary suite; HYPOTHESIS_PROFILE=many feeds ten thousand."""


def fed(test: Test) -> Test:
    """Feed a test with inputs that are the same each time."""
    many = settings(
        max_examples=max(FEW, settings().max_examples),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    return seed(SEED)(many(test))  # type: ignore[type-var]


TEXTS: st.SearchStrategy[str] = st.one_of(
    st.text(st.characters()),
    st.text(
        st.sampled_from("aZ0 ./:@?#%&=+-_~'\"\\\n\r\t\0\x1b\x85\u202e\ud83d\ufffe😀é"), max_size=30
    ),
    st.sampled_from(
        ["", " ", "0", "-1", "nan", "inf", "1e400", "true", "null", "../..", "/", "~", "[]", "{}"]
    ),
)
"""Any text, surrogates and control characters among it, and what is often taken for another."""

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        TEXTS,
        st.sampled_from([0, 2**31, -(2**70)]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
"""Anything that JSON, TOML or a program may hand over."""
