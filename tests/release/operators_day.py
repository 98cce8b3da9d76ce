"""`python -m tests.release.operators_day`: a day of an operator, on real processes.

From an empty folder: two artists, one offline and one on a local model server, two channels each,
a proxy, a spent and a raised budget, a wrong token mended, an edited and a retired artist,
programs, a takedown, a backup restored elsewhere. What is typed and printed goes into
docs/operators-day.md (`--write`). It uses the command alone: `--artist PATH` is another one than
that of this checkout. The servers of others are local doubles; without nginx the proxy is left out,
and it says so.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.release.day_servers import Accounts, LocalModels, proxy, serving
from tests.release.transcript import ROOT, SessionError, Transcript, until
from tests.served.ports import free_port

PAGE = ROOT / "docs" / "operators-day.md"
INTRODUCTION = """\
# An operator's day

Written by `python -m tests.release.operators_day --write`: each command ran as it stands here, in
a folder that was empty, and what it printed is below it. Dates, times, free space, tokens, secrets,
ports and the folder are replaced. The servers of others are doubles on this machine: one of models
on port 11434, and on port 8801 one that takes the posts of Mastodon accounts and the calls of
webhooks; art.example is this machine for curl. `artist.env` holds the secrets: each shell begins
with `set -a; . ./artist.env; set +a`. `kill %1` is SIGTERM. A service does both by itself
([one machine](howto/one-machine.md)).
"""

TOKENS = ("alien-right-token", "moss-right-token")
SECRETS = {
    "MASTODON_TOKEN_ALIEN": "alien-wrong-token",
    "MASTODON_TOKEN_MOSS": TOKENS[1],
    "MUSEUM_SECRET": "0123456789abcdef0123456789abcdef",
    "ARCHIVE_SECRET": "fedcba9876543210fedcba9876543210",
}
CHANNELS = """
[[publishing.channels]]
kind = "mastodon"
name = "alien-mastodon"
token_env = "MASTODON_TOKEN_ALIEN"
artists = ["alien"]
server = "http://127.0.0.1:{port}"

[[publishing.channels]]
kind = "webhook"
name = "museum"
token_env = "MUSEUM_SECRET"
artists = ["alien"]
url = "http://127.0.0.1:{port}/hook"
allow_private = true

[[publishing.channels]]
kind = "mastodon"
name = "moss-mastodon"
token_env = "MASTODON_TOKEN_MOSS"
artists = ["moss"]
server = "http://127.0.0.1:{port}"

[[publishing.channels]]
kind = "webhook"
name = "archive"
token_env = "ARCHIVE_SECRET"
artists = ["moss"]
url = "http://127.0.0.1:{port}/hook"
allow_private = true
"""


class Day:
    """The state of the day: the session, the running artist, and the servers of others."""

    def __init__(self, folder: Path, *, command: str = "") -> None:
        self.shell = Transcript(folder, command=command)
        self.port = free_port()
        self.artist: subprocess.Popen[bytes] | None = None
        self.accounts = Accounts(*TOKENS)
        self.shell.hidden |= {
            f"127.0.0.1:{self.port}": "127.0.0.1:8000",
            f"localhost:{self.port}": "localhost:8000",
            f"port = {self.port}": "port = 8000",
            "0123456789abcdef0123456789abcdef": "…",
            "fedcba9876543210fedcba9876543210": "…",
            f"{getpass.getuser()}": "operator",
        }

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.shell.folder / "artist-data"

    def settings(self, section: str, *lines: str) -> None:
        """Set keys of one table of artist.toml, as in an editor: a line is `key = value`."""
        path = self.data / "artist.toml"
        before, header, rest = path.read_text().partition(f"[{section}]\n")
        table, following, after = rest.partition("\n[")
        for line in lines:
            key = re.escape(line.partition(" = ")[0])
            listed = re.search(rf"^(# )?{key} = .*$", table, re.MULTILINE)
            if listed is None:
                table = f"{line}\n{table}"
            else:
                table = table[: listed.start()] + line + table[listed.end() :]
        path.write_text(before + header + table + following + after)
        shown = "\n".join([f"[{section}]", *lines])
        self.shell.show("In `artist-data/artist.toml`:", shown, language="toml")

    def secrets(self, **values: str) -> None:
        """Write artist.env anew, and let all commands have it."""
        self.shell.environment |= values
        shown = {name: re.sub("^[0-9a-f]{32}$", "…", value) for name, value in values.items()}
        text = "".join(f"{name}={value}\n" for name, value in self.shell.environment.items())
        (self.shell.folder / "artist.env").write_text(text)
        lines = "\n".join(f"{name}={value}" for name, value in shown.items())
        self.shell.show("In `artist.env`:", lines, language="sh")

    def start(self) -> None:
        """Start the artist, and wait until its gallery answers."""
        self.artist = self.shell.start("artist run", log="artist.log")
        until(self._answers, "the gallery answers")

    def restart(self) -> None:
        """Stop it and start it again, as `systemctl restart` does."""
        assert self.artist is not None
        self.shell.stop(self.artist)
        self.start()

    def works(self, artist: str) -> int:
        """How many works it has, by the API."""
        return int(self.asked(f"/api/v1/artists/{artist}")["works"])

    def made(self, artist: str, count: int) -> None:
        """Wait until an artist has so many works."""
        until(lambda: self.works(artist) >= count, f"{artist} has {count} works")

    def posted(self, artist: str) -> bool:
        """Whether a work of the artist is among the statuses of the Mastodon server."""
        posts = [status["content"] for status in self.accounts.statuses]
        return any(f"/works/{artist}/" in post for post in posts)

    def alarms(self) -> list[str]:
        """The kinds of the current alarms."""
        return list(self.asked("/health").get("alarms", []))

    def asked(self, path: str) -> Any:
        """JSON of the gallery; of an error, too."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=30
            ) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def _answers(self) -> bool:
        if self.artist is not None and self.artist.poll() is not None:
            raise SessionError((self.shell.folder / "artist.log").read_text())
        with contextlib.suppress(OSError, ValueError):
            return bool(self.asked("/health/live")["status"] == "ok")
        return False


def morning(day: Day) -> None:
    """The first artist, offline."""
    shell = day.shell
    shell.heading("An empty folder, and the first artist")
    shell.run("ls -A")
    shell.run("artist init")
    day.settings(
        "gallery",
        f"port = {day.port}",
        'base_url = "https://art.example"',
        'credit = "Museum of Moss"',
    )
    day.settings("picture", "width = 512", "height = 512")
    day.settings("tuning", 'every = "20s"')
    shell.say("The imprint is a file.")
    shell.run("mkdir artist-data/pages")
    imprint = "# Imprint\n\nMuseum of Moss, Green Road 1.\n"
    shell.file("artist-data/pages/imprint.md", imprint, language="markdown")
    shell.run("artist doctor")
    day.start()
    day.made("alien", 2)
    shell.run("artist works")
    shell.run("artist status")


def public_address(day: Day, port: int | None) -> None:
    """A proxy with TLS, and the admin's pages behind it."""
    shell = day.shell
    shell.heading("A public address, and the admin pages")
    site = "https://art.example"
    if port is None:
        shell.say("nginx is not installed here: this part was done without a proxy.")
        site = f"http://127.0.0.1:{day.port}"
    else:
        shell.say(
            "nginx runs with the example of [operations](operations.md#behind-a-proxy) and a"
            " certificate for art.example."
        )
        here = f"art.example:443:127.0.0.1:{port}"
        certificate = f"{shell.folder}-proxy/art.example.pem"
        curl = f'connect-to = "{here}"\ncacert = "{certificate}"\n'
        (shell.folder / ".curlrc").write_text(curl)
    shell.run("artist password --name ann --password 'correct horse battery'")
    shell.run(f"curl -s {site}/ | grep -o '<title>.*</title>'", expect="<title>Cultural Alien<")
    shell.run(f"curl -s {site}/about/imprint | grep Green", expect="Green Road 1")
    form = "-d who=ann --data-urlencode 'password=correct horse battery'"
    shell.run(
        f"curl -s -o page -D headers -c cookies {form} {site}/admin/sign-in;"
        " grep -iE '^(HTTP|location|set-cookie)' headers",
        expect="303 See Other" if port is None else r"set-cookie: desk=.*; Secure",
    )
    admin = f"curl -s -b cookies {site}/admin | grep -o '<title>.*</title>'"
    shell.run(admin, expect="<title>Overview")


def second_artist(day: Day, models: LocalModels) -> None:
    """An artist on a local model server, with a small budget."""
    shell = day.shell
    shell.heading("A second artist, on a local model server, with a small budget")
    shell.say("Words cost nothing there, a picture four cents.")
    day.settings(
        "openai",
        f'base_url = "{models.base_url}"',
        f'text_model = "{models.words.model}"',
        f'image_model = "{models.painter}"',
        f'prices."{models.words.model}" = {{ input = 0, output = 0 }}',
        "image_ceiling = 0.04",
    )
    day.settings("parts", 'painter = "openai"')
    day.restart()
    words = "--title 'Forest Archive' --statement 'What grows over what was built.'"
    shell.run(f"artist create moss --seeds forest,stone {words}")
    shell.run("artist tune moss --daily-budget 0.09")
    shell.run("artist doctor")
    day.made("moss", 1)
    until(
        lambda: any("moss: budget" in alarm for alarm in day.alarms()),
        "the spent budget is an alarm",
    )
    shell.run("artist status")
    shell.say("The budget is raised; what waited goes on at once.")
    shell.run("artist tune moss --daily-budget 5")
    day.made("moss", day.works("moss") + 2)
    shell.run("artist list")
    shell.run("artist tune moss --history")


def channels(day: Day, port: int) -> None:
    """Two channels for each artist, one of them with a wrong token."""
    shell = day.shell
    shell.heading("Two channels for each artist, and a wrong token")
    with (day.data / "artist.toml").open("a") as file:
        file.write(CHANNELS.format(port=port))
    shell.show(
        "At the end of `artist-data/artist.toml`:", CHANNELS.format(port=port), language="toml"
    )
    day.secrets(**SECRETS)
    day.restart()
    until(lambda: any("channel" in alarm for alarm in day.alarms()), "the wrong token is an alarm")
    until(lambda: day.posted("moss") and len(day.accounts.hooks) > 1, "the other channels post")
    shell.run("artist status | head -6", expect="refuses the token")
    shell.run(f"curl -s http://127.0.0.1:{day.port}/health", expect="channel alien-mastodon")
    shell.run("artist doctor | grep -A3 channel", expect="moss-mastodon: @alien")
    shell.run("artist publications | head -8", expect="alien-mastodon sends nothing")
    shell.say("The token was copied wrongly. It is mended, and what waits is sent.")
    day.secrets(MASTODON_TOKEN_ALIEN=TOKENS[0])
    day.restart()
    assert not day.posted("alien")
    shell.run("artist publications --retry-all", expect="1 channel goes on")
    until(lambda: day.posted("alien"), "the held posts are sent")
    until(lambda: not any("channel" in alarm for alarm in day.alarms()), "the alarm is over")
    shell.run("artist publications | head -6")


def programs(day: Day) -> None:
    """A token, and what a program may do with it."""
    shell = day.shell
    shell.heading("Programs")
    shell.run("artist token desk > desk.token")
    api = f"http://127.0.0.1:{day.port}/api/v1"
    ask = 'curl -s -H "Authorization: Bearer $(cat desk.token)"'
    post = f"{ask} -H 'Content-Type: application/json'"
    shell.run(f"curl -s {api}/artists/moss/status", expect="needs a token")
    shell.run(f"{ask} {api}/artists/moss/status | cut -c1-200")
    shell.run(f"{post} -X PATCH -d '{{\"beta\": 0.7}}' {api}/artists/moss/tuning | cut -c1-80")
    reason = '{"reason": "a guided tour"}'
    shell.run(f"{post} -d '{reason}' {api}/artists/moss/pause | cut -c1-80")
    shell.run(f"{post} -X POST {api}/artists/moss/resume | cut -c1-80")
    shell.run("artist token")


def changes(day: Day) -> None:
    """An edited artist, and a work that is taken down."""
    shell = day.shell
    shell.heading("An artist is edited, and a work is taken down")
    shell.run("artist edit alien --title 'Alien at Sea' --style linocut")
    shell.run("artist edit alien")
    day.made("alien", day.works("alien") + 1)
    page = f"http://127.0.0.1:{day.port}/artists/alien"
    shell.run(f"curl -s {page} | grep -o '<title>.*</title>'", expect="Alien at Sea")
    reason = "--reason 'A photographer asked for it.'"
    if "takedown" in shell.run("artist moderate --help"):
        shell.run(f"artist moderate alien:1 takedown {reason} --yes", expect="Taken down")
    else:
        shell.run(f"artist moderate alien:1 hidden {reason}", expect="is hidden")
    work = f"http://127.0.0.1:{day.port}/api/v1/works/alien/1"
    shell.run(f"curl -s -w ' %{{http_code}}\\n' {work}", expect=" 410")


def night(day: Day) -> None:
    """All works as tables, a backup restored elsewhere, and the end of an artist."""
    shell = day.shell
    shell.heading("Tables, and a backup that is restored elsewhere")
    shell.run("artist dump works.csv --public")
    shell.run("head -2 works.csv | cut -c1-160")
    shell.run("artist dump works.sqlite")
    query = "SELECT artist, count(*), round(sum(cost_usd), 2) FROM works GROUP BY artist"
    if shutil.which("sqlite3") is not None:
        shell.run(f"sqlite3 works.sqlite '{query}'", expect="moss")
    shell.run("artist backup backup.tar")
    shell.run("artist restore backup.tar --data elsewhere", expect=r"Restored \d\d works")
    shell.run("artist verify --data elsewhere")
    shell.run("artist works --data elsewhere | head -5")
    shell.heading("An artist retires")
    shell.run("artist retire moss")
    shell.run("artist list", expect="moss +retired")
    assert day.artist is not None
    shell.stop(day.artist)
    shell.run("artist verify")
    shell.run("tail -3 artist.log")


@contextlib.contextmanager
def _proxy(folder: Path, gallery: int) -> Iterator[int | None]:
    if shutil.which("nginx") is None:
        yield None
        return
    with proxy(folder, gallery=gallery) as port:
        yield port


def live(day: Day) -> None:
    """The whole day.

    Raises:
        SessionError: something was not as it should be.
    """
    folder = day.shell.folder
    models = LocalModels()
    day.shell.hidden[models.origin.removeprefix("http://")] = "127.0.0.1:11434"
    began = time.monotonic()
    try:
        with (
            serving(day.accounts) as port,
            _proxy(folder.with_name(f"{folder.name}-proxy"), day.port) as tls,
        ):
            day.shell.hidden[f"127.0.0.1:{port}"] = "127.0.0.1:8801"
            day.shell.say(INTRODUCTION.rstrip())
            morning(day)
            public_address(day, tls)
            second_artist(day, models)
            channels(day, port)
            programs(day)
            changes(day)
            night(day)
    finally:
        models.close()
        if day.artist is not None and day.artist.poll() is None:
            day.artist.kill()
    if models.words.problems:
        raise SessionError(f"the model server was sent: {models.words.problems}")
    print(f"\nThe day took {time.monotonic() - began:.0f} s.")


def main() -> None:
    """Live the day; with `--write`, write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    parser.add_argument("--artist", default="", metavar="PATH", help="the command that is tried")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="operators-day-") as name:
        folder = Path(name) / "day"
        folder.mkdir()
        day = Day(folder, command=options.artist)
        try:
            live(day)
        except SessionError:
            print(day.shell.text(), (folder / "artist.log").read_text()[-3000:], sep="\n")
            raise
    if options.write:
        PAGE.write_text(day.shell.text(), encoding="utf-8")
        print(PAGE)


if __name__ == "__main__":
    main()
