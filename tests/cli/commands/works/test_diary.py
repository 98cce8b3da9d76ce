"""`artist diary` tells what the stores say."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from storage.catalogue import Catalogue
from tests.cli.conftest import Call


def test_the_diary_of_a_life(call: Call, lived: Path) -> None:
    with closing(Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")) as catalogue:
        works = [work.number for work in catalogue.works.all("alien")]
    told = call("diary", "--data", lived)
    assert told.code == 0 and "This is where I begin" in told.out
    days = json.loads(call("diary", "--data", lived, "--days", 30, "--json").out)
    assert sum(day["works"] for day in days) == len(works)
    numbers = {n for day in days for one in day["sentences"] for n in one["works"]}
    assert numbers <= set(works)
    assert "has made no works then." in call("diary", "--data", lived, "--before", "1999-01-01").out
    assert call("diary", "nobody", "--data", lived).code == 1
    assert call("diary", "--before", "soon", "--data", lived).code == 2
