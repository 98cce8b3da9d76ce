"""A canary in the place of every secret: no output, log, database or archive ever holds it."""

from __future__ import annotations

import base64
import io
import json
import logging
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from cli.main import artist, expected_errors
from cli.output import _SafeStream
from cli.runtime.deployment import Deployment
from cli.runtime.publishing_channels import publisher
from cli.runtime.wiring import wire
from gallery.publishing.channel import RetryLater
from scheduler.notifier import Notifier
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, CycleFailed, Published, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.archive.objects import canonical_json
from storage.catalogue import Alarm, Catalogue
from storage.catalogue.db.tables import metadata
from storage.errors import StorageError
from storage.redaction import REDACTED, conceal, is_specific, redacted
from tests.border.examples import TEXTS, fed
from tests.manifests import MOMENT, a_manifest, a_spending
from worker.config.settings import SECRETS_OF_LIBRARIES, Settings
from worker.engine.app import RUN_STEP
from worker.errors import ServiceUnavailable
from worker.ops.log import configure_log

PRINTABLE = st.characters(min_codepoint=33, max_codepoint=126)
SECRETS = st.text(PRINTABLE, min_size=4, max_size=40).map("cN7~".__add__)
FORMS: list[Callable[[str], str]] = [
    str,
    lambda secret: repr(f"Bearer {secret}\n"),
    lambda secret: json.dumps({"Authorization": secret}),
    lambda secret: quote(secret, safe=""),
    lambda secret: quote(secret, safe="").lower(),
    quote,
    quote_plus,
    lambda secret: base64.b64encode(f"user:{secret}".encode()).decode(),
    lambda secret: f"postgresql://user:{quote(secret, safe='')}@host/database",
]


@pytest.fixture(scope="module")
def ram() -> Iterator[Path]:
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def catalogue(ram: Path, created_once: ArtistCreated) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{ram / 'catalogue.sqlite3'}")
    opened.artists.add(created_once)
    opened.restore_work(a_manifest(1))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def created_once() -> ArtistCreated:
    return ArtistCreated.model_validate(
        {
            "artist": "alien",
            "at": MOMENT,
            "title": "Alien",
            "statement": "",
            "style": "",
            "seeds": ["sea", "sky"],
            "seed": 1,
            "scope": "alien",
            "parts": {
                "composer": "openai",
                "painter": "offline",
                "text_encoder": "all-MiniLM-L6-v2",
                "image_encoder": "efficientnet-lite0",
            },
        }
    )


def everything_in(catalogue: Catalogue) -> str:
    with catalogue.database.read() as connection:
        return "\n".join(
            str(row)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        )


@given(secret=SECRETS, form=st.sampled_from(FORMS), around=st.tuples(TEXTS, TEXTS))
@fed
def test_whatever_is_said_of_it_no_store_keeps_it(
    catalogue: Catalogue,
    ram: Path,
    secret: str,
    form: Callable[[str], str],
    around: tuple[str, str],
) -> None:
    """In an error, an event, a row, a log line or a line of output; in any of its forms."""
    assume(is_specific(secret))
    redacted._known, redacted._forms = frozenset(), ()
    conceal(secret)
    said = around[0] + form(secret) + around[1]
    archive = Archive(FolderStore(ram / "archive", create=True))
    log, screen = io.StringIO(), io.BytesIO()
    handler = logging.StreamHandler(log)
    logger = logging.getLogger("tests.border")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        for error in (StorageError(said), ServiceUnavailable(said), RetryLater(said)):
            try:
                raise error
            except Exception as caught:
                logger.exception("it says %s", caught)
        logger.warning(said.replace("%", "%%"))
        logger.warning("%s", said, extra={"reason": said})
    finally:
        logger.removeHandler(handler)
    screen_text = _SafeStream(screen, encoding="utf-8", errors="replace", write_through=True)
    screen_text.write(said)
    catalogue.artists.pause("alien", said)
    catalogue.alarms.update([Alarm("alien", "paused", said)])
    catalogue.works.moderate("alien:1", "held", said)
    spending = a_spending(
        2, "compose", model=said, state="refused", ceiling=5, reason=said, request_id=said
    )
    catalogue.ledger.enter(spending)
    failed = CycleFailed(
        artist="alien",
        at=MOMENT,
        number=3,
        started_at=MOMENT,
        tuning_version=1,
        step="paint",
        reason=said,
    )
    sent = Published(
        artist="alien", at=MOMENT, number=1, channel="x", attempt=1, state="failed", detail=said
    )
    for event in (spending, failed, sent):
        key = f"events/alien/{event.kind}/{event.id}.json"
        (ram / "archive" / key).unlink(missing_ok=True)
        archive.append(event.model_copy(update={"artist": "alien"}))
    kept = "".join(path.read_text() for path in (ram / "archive").rglob("*.json"))
    for place in (log.getvalue(), screen.getvalue().decode(), everything_in(catalogue), kept):
        assert secret not in place.replace(REDACTED, "")
        assert quote(secret, safe="") not in place.replace(REDACTED, "")
        assert json.dumps(secret)[1:-1] not in place.replace(REDACTED, "")


class _Echo(BaseHTTPRequestHandler):
    """Refuses everything, and repeats in its answer all that it was sent."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        said = f"refused: {self.path} {self.headers} {body[:2000]!r}"
        content = json.dumps({"error": {"message": said, "code": said}, "message": said}).encode()
        self.send_response(401, "refused")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.send_header("x-request-id", self.headers.get("authorization") or "none")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


for verb in ("GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"):
    setattr(_Echo, f"do_{verb}", _Echo.answer)


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


SETTINGS = """\
[parts]
composer = "openai"
painter = "offline"
image_encoder = "packaged"
[openai]
base_url = "http://user:{canary}-in-address@{echo}/v1"
[moderation]
check = "openai"
base_url = "http://{echo}"
[gallery]
base_url = "https://example.org"
[alarms]
webhook = "http://{echo}/hooks/{canary}-in-a-long-path?token={canary}-in-query"
email = "a@example.org"
smtp = "smtp://user@127.0.0.1:1"
[publishing.webhook]
url = "http://{echo}/hooks/{canary}-in-a-long-path"
allow_private = true
[publishing.mastodon]
server = "http://{echo}"
[publishing.bluesky]
handle = "alien.example"
service = "http://{echo}"
"""
CANARY = "canary-0123456789abcdef"
VARIABLES = [
    *(str(f.validation_alias) for f in Settings.model_fields.values() if f.validation_alias),
    *SECRETS_OF_LIBRARIES,
]


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another canary in each variable, with a newline at its end."""
    for number, variable in enumerate(VARIABLES):
        monkeypatch.setenv(variable, f"{CANARY}-{number}\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDARTIST")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_log("json")
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def hung(archive: Archive) -> Manifest:
    """The story of a work with a picture, and concepts that the shipped pair knows."""
    picture = io.BytesIO()
    Image.new("RGB", (96, 96), "navy").save(picture, "PNG")
    image = archive.save_image(picture.getvalue(), "image/png")
    story = canonical_json(a_manifest(1)).replace(b"concept 1", b"tower")
    made = Manifest.model_validate_json(story.replace(f"{1:064x}".encode(), image.encode()))
    archive.save_manifest(made)
    return made


def test_servers_that_repeat_what_they_were_sent_get_it_into_nothing(
    tmp_path: Path,
    echo: str,
    canaries: None,
    log: io.StringIO,
    created_once: ArtistCreated,
    tuned: TuningChanged,
) -> None:
    """A cycle, a publication, an alarm and every command that looks at them."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "artist.toml").write_text(SETTINGS.format(echo=echo, canary=CANARY))
    deployment = Deployment(folder)
    catalogue, archive = deployment.catalogue, deployment.archive
    archive.append(created_once)
    catalogue.artists.add(created_once)
    catalogue.artists.tune(tuned)
    catalogue.restore_work(hung(archive))
    wiring = wire(deployment, "memory://", tick_seconds=1, stall_timeout=1)
    wiring.schedule.tick()
    for _ in ("inspire", "compose"):
        wiring.app.tasks[RUN_STEP].apply(args=("alien:2",), throw=True)
    with catalogue.database.write() as connection:
        catalogue.outbox.add_in(connection, "alien:1", ["webhook", "mastodon", "bluesky"])
    assert publisher(deployment).publish_due() == 3
    catalogue.alarms.update([Alarm("alien", "paused", f"because of {CANARY}-0")])
    Notifier(deployment.settings).notify(catalogue)
    said = [log.getvalue()]
    for command in (
        ["status"],
        ["status", "--json"],
        ["doctor"],
        ["doctor", "--json"],
        ["works", "--json"],
        ["publications"],
        ["publications", "--json"],
        ["list"],
        ["redact", "--json"],
    ):
        ended = CliRunner().invoke(artist, [*command, "--data", str(folder)])
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            assert isinstance(ended.exception, expected_errors()), ended.exception
        said.append(f"{ended.output}{ended.exception or ''}")
    deployment.close()
    cycle = wiring.worker_context.catalogue.cycles.get("alien:2")
    assert cycle is not None and REDACTED in cycle.last_error, "the test must have had its chance"
    assert any(path.name.endswith("-refused.json") for path in folder.rglob("*.json"))
    stored = {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "artist.toml"
    }
    assert not [path for path, data in stored.items() if CANARY.encode() in data]
    assert not [text for text in said if CANARY in text.replace("\n", "")]
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as plain:
        assert CANARY not in "".join(plain.iterdump())


def test_an_archive_on_a_server_that_repeats_what_it_was_sent(
    tmp_path: Path, echo: str, canaries: None
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "artist.toml").write_text(
        '[parts]\nimage_encoder = "packaged"\n[storage]\n'
        f'archive = "s3://b?endpoint=http://{echo}&region=us-east-1"\nmemory = "http://{echo}"\n'
    )
    for command in (["doctor", "--json"], ["create", "bo", "--seeds", "sea"], ["verify"]):
        ended = CliRunner().invoke(artist, [*command, "--data", str(folder)])
        assert CANARY not in f"{ended.output}{ended.exception or ''}".replace("\n", "")
