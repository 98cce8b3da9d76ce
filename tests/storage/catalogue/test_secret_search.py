"""Secrets that an earlier release left in the catalogue, on both databases."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, question_of
from storage.redaction import REDACTED, Redaction
from storage.secret_search import Found, search_catalogue

SECRET = "sk-canary-0123456789"


def test_every_row_that_holds_one_is_found_and_mended(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    made = make_manifest(1)
    prompt = f"The sea says {SECRET}."
    composition = made.composition.model_copy(update={"prompt": prompt})
    alive.restore_work(made.model_copy(update={"composition": composition}))
    with alive.database.write() as connection:
        connection.execute(
            text("UPDATE artists SET pause_reason = :told"), {"told": f"Bearer {SECRET}"}
        )
    secrets = Redaction([SECRET])
    expected = [
        Found("artists alien", ("pause_reason",)),
        Found("works alien:1", ("prompt",)),
    ]
    assert list(search_catalogue(alive, secrets)) == expected
    assert alive.search.works(question_of("canary")) != []
    assert list(search_catalogue(alive, secrets, apply=True)) == expected
    assert list(search_catalogue(alive, secrets)) == []
    (work,) = alive.works.newest()
    assert work.prompt == f"The sea says {REDACTED}."
    assert alive.search.works(question_of("canary")) == []
    assert alive.search.works(question_of("sea says")) == [work]
