"""Artists are created, changed, retired and restored on the admin pages."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.site import titled
from tests.gallery.admin.desk import send

NEW = {
    "name": "blue-alien",
    "title": "Blue Alien",
    "statement": "It looks for blue.",
    "style": "linocut",
    "seed": ["sea", "", "Heron "],
    "show_seeds": "always",
    "memory": "own",
    "composer": "grammar",
    "painter": "offline",
}


def test_an_artist_is_created(ann: TestClient, stores) -> None:
    page = ann.get("/admin/create").text
    assert re.findall(r'<option value="(\w+)">', page)[:3] == ["heron", "kiln", "lantern"]
    answer = send(ann, "/admin/create", **NEW)
    assert answer.headers["location"] == "/admin/artists/blue-alien?done=created"
    made = stores.catalogue.artists.get("blue-alien").created
    assert (made.title, made.statement, made.style) == (
        "Blue Alien",
        "It looks for blue.",
        "linocut",
    )
    assert (made.seeds, made.show_seeds, made.scope) == (("sea", "heron"), "always", "blue-alien")
    other = stores.catalogue.artists.get("ada").created
    assert made.parts == other.parts, "vectors of one deployment stay comparable"
    assert made.seed != other.seed
    assert stores.archive.read_event("blue-alien", "artist", "created") == made
    for page in ("", "/artists/blue-alien", "/artists/blue-alien/edit", "/spending"):
        assert ann.get(f"/admin{page}").status_code == 200, "before the schedule gave it a tuning"
    assert "created it" in ann.get("/admin/log?artist=blue-alien&who=ann").text


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"name": "Blue Alien"}, "name", "lower-case letters"),
        ({"name": "ada"}, "name", "There is an artist ada already."),
        ({"seed": ["see"]}, "seeds", "Did you mean"),
        ({"seed": [""]}, "seeds", "at least one concept"),
        ({"seed": ["sea", "sea"]}, "seeds", "twice"),
        ({"painter": "openai"}, "painter", "OPENAI_API_KEY"),
        ({"painter": "by hand"}, "painter", "There is no painter"),
    ],
)
def test_mistakes_come_back_at_their_field(
    ann: TestClient, stores, monkeypatch: pytest.MonkeyPatch, values: dict, field: str, says: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    answer = send(ann, "/admin/create", **{**NEW, **values})
    assert answer.status_code == 400
    found = re.search(rf'id="{field}-wrong">([^<]*)<', answer.text)
    assert found is not None and says in found[1].replace("&#39;", "'")
    assert "It looks for blue." in answer.text, "what was typed stays"
    assert len(stores.catalogue.artists.all()) == 1


def test_an_artist_is_changed(ann: TestClient, stores) -> None:
    page = ann.get("/admin/artists/ada/edit").text
    assert re.findall(r'name="seed" value="(\w+)"', page) == ["sea", "sky"]
    values = {"title": "Ada the Second", "seed": ["sea", "kiln"], "composer": "grammar"}
    answer = send(ann, "/admin/artists/ada/edit", **values)
    back = answer.headers["location"]
    assert back == "/admin/artists/ada/edit?done=edited&fields=title%2Cseeds"
    told = "Saved: title, visitors see it at once; seeds, from the next work on."
    assert told in ann.get(back).text
    row = stores.catalogue.artists.get("ada")
    assert row.created.title == "Ada the Second", "at once"
    assert (row.created.seeds, row.next.seeds) == (("sea", "sky"), ("sea", "kiln"))
    (event,) = stores.archive.events("ada", "edit")
    assert (event.who, event.style) == ("ann", row.created.style)
    again = send(ann, "/admin/artists/ada/edit", **values)
    assert again.headers["location"].endswith("?done=same")
    wrong = send(ann, "/admin/artists/ada/edit", **{**values, "seed": ["lantrn"]})
    assert wrong.status_code == 400 and "lantern" in wrong.text


def test_an_artist_is_retired_and_works_again(ann: TestClient, stores) -> None:
    stores.catalogue.artists.pause("ada", "an error")
    send(ann, "/admin/artists/ada/retire")
    assert stores.catalogue.artists.get("ada").retired
    assert not stores.catalogue.artists.due(limit=9)
    assert "All is well" in ann.get("/admin").text
    assert send(ann, "/admin/artists/ada/now").status_code == 409
    assert send(ann, "/admin/artists/ada/resume").status_code == 409
    assert "Let it work again" in ann.get("/admin/artists/ada").text
    send(ann, "/admin/artists/ada/restore")
    row = stores.catalogue.artists.get("ada")
    assert not row.retired and not row.paused
    assert len(stores.catalogue.artists.due(limit=9)) == 1


def test_a_site_named_after_an_artist_follows_its_title(ann: TestClient, stores, sample) -> None:
    site = SiteSettings(title="The first title", named_after="ada")
    visitor = TestClient(create_app(stores.catalogue, stores.archive, site=site, limited=False))
    assert "<title>Ada" in visitor.get("/artists").text.replace("Artists – ", "")
    send(ann, "/admin/artists/ada/edit", title="Blue Ada", seed=["sea", "sky"])
    for path in ("/concepts", "/feed.atom", "/feed.json"):  # caches hold pages for some seconds
        assert "Blue Ada" in visitor.get(path).text
    sample.hang(stores.catalogue, stores.archive, works=1, artist="boris")
    assert titled(site, stores.catalogue).title == "Blue Ada", "another artist changes no title"
    own = SiteSettings(title="The Gallery")
    assert titled(own, stores.catalogue).title == "The Gallery"
    nobodys = SiteSettings(title="To come", named_after="alien")
    assert titled(nobodys, stores.catalogue).title == "To come"
