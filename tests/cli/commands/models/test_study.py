"""`artist study` from an experiment and from pictures, through a browser, to the report."""

from __future__ import annotations

import io
import re
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from PIL import Image

from cli.main import artist
from tests.cli.conftest import Call

CHROMIUM = shutil.which("chromium")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_a_rater_completes_the_pages(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    for policy in ("CAS", "Random"):
        (tmp_path / "works" / policy).mkdir(parents=True)
        for number in range(3):
            colour = (40 * number, 99, 200 if policy == "CAS" else 20)
            Image.new("RGB", (16, 16), colour).save(tmp_path / "works" / policy / f"{number}.png")
    options = ["--raters", "2", "--pages", "4", "--shared", "1", "--checks", "1"]
    made = CliRunner().invoke(
        artist, ["study", "make", str(tmp_path / "works"), str(tmp_path / "study"), *options],
        catch_exceptions=False,
    )  # fmt: skip
    assert "8 pages for 2 raters" in made.output
    handler = partial(Quiet, directory=str(tmp_path / "study" / "public"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    tokens = [line[7:] for line in (tmp_path / "study" / "raters.txt").read_text().split()]
    files = []
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for rater, token in enumerate(tokens):
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{server.server_port}/index.html?rater={token}")
                for number in range(4):
                    assert page.locator("figure img").count() == 2
                    side = "Left" if (number + rater) % 2 else "Right"
                    for question in ("originality", "harmony"):
                        field = page.locator(f'fieldset:has([name="{question}"])')
                        field.get_by_text(side).click()
                    page.get_by_role("button", name="Next").click()
                page.get_by_text("Please save your answers").wait_for()
                with page.expect_download() as download:
                    page.get_by_role("link", name="Save your answers").click()
                files.append(tmp_path / f"answers-{rater}.csv")
                download.value.save_as(files[-1])
            browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    from cas.experiments.study_files import read_answers, read_pairs

    answers = read_answers(files, read_pairs(tmp_path / "study" / "pairs.csv"))
    assert len(answers) == 2 * 4 * 2
    assert {answer.rater for answer in answers} == set(tokens)
    assert sum(bool(answer.check) for answer in answers) == 4


def test_a_study_of_an_experiment(tmp_path: Path) -> None:
    run = CliRunner()
    options = ["experiment", str(tmp_path / "e"), "--runs", "2", "--generations", "3"]
    run.invoke(artist, [*options, "--policy", "CAS default"], catch_exceptions=False)
    made = run.invoke(
        artist,
        ["study", "make", str(tmp_path / "e"), str(tmp_path / "study"), "--raters", "3"],
        catch_exceptions=False,
    )
    assert "90 pages for 3 raters" in made.output
    rows = (tmp_path / "study" / "pairs.csv").read_text().splitlines()
    assert len(rows) == 91
    with (tmp_path / "answers.csv").open("w") as file:
        file.write(f"{rows[0]},question,choice\n")
        for number, row in enumerate(rows[1:]):
            choice = ("left", "right")[("CAS" in row.split(",")[4]) ^ (number % 9 == 0)]
            file.write(f"{row},harmony,{choice}\n")
    study = str(tmp_path / "study")
    result = run.invoke(artist, ["study", "analyse", study, str(tmp_path / "answers.csv")])
    assert result.exit_code == 0, result.exception
    assert "## harmony" in result.output
    assert "| all policies alike |" in result.output
    assert "no answers" in str(run.invoke(artist, ["study", "analyse", study]).exception)
    (tmp_path / "study" / "answers").mkdir()
    (tmp_path / "answers.csv").rename(tmp_path / "study" / "answers" / "answers-1.csv")
    assert run.invoke(artist, ["study", "analyse", study]).output == result.output
    none = run.invoke(artist, ["study", "analyse", str(tmp_path)])
    assert "pairs.csv cannot be read" in str(none.exception)


def test_an_invalid_source_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(artist, ["study", "make", str(tmp_path), str(tmp_path / "s")])
    assert "neither" in str(result.exception)


def test_pictures_are_written_again_and_no_file_reveals_its_policy(
    tmp_path: Path, call: Call
) -> None:
    for policy in ("CAS", "Random"):
        (tmp_path / "works" / policy).mkdir(parents=True)
        for suffix in ("tif", "jfif", "webp"):
            picture = Image.new("RGB", (16, 16), "red" if policy == "CAS" else "blue")
            stream = io.BytesIO()
            exif = Image.Exif()
            exif[0x010E] = f"a picture of {policy}"
            kind = {"tif": "TIFF", "jfif": "JPEG", "webp": "WEBP"}[suffix]
            picture.save(stream, kind, exif=exif)
            (tmp_path / "works" / policy / f"a.{suffix}").write_bytes(stream.getvalue())
    (tmp_path / "works" / "CAS" / "notes.txt").write_text("of no concern")
    options = ["--raters", "1", "--pages", "3", "--shared", "0", "--checks", "0"]
    made = call("study", "make", tmp_path / "works", tmp_path / "s", *options)
    assert (made.code, "Not pictures: 1 files, first notes.txt" in made.out) == (0, True)
    files = [path for path in (tmp_path / "s" / "public").rglob("*") if path.is_file()]
    pictures = sorted(path for path in files if path.suffix == ".png")
    assert len(pictures) == 6
    assert all(re.fullmatch("[0-9a-f]{16}", path.stem) for path in pictures)
    for path in pictures:
        with Image.open(path) as shown:
            assert (shown.size, shown.format, shown.info) == ((16, 16), "PNG", {})
    for path in files:
        assert b"CAS" not in path.read_bytes() and b"Random" not in path.read_bytes()
    written = [path.stat().st_mtime_ns for path in pictures]
    assert written == sorted(written), "nor do the files' times"
    (tmp_path / "works" / "CAS" / "b.png").write_bytes(b"torn")
    result = call("study", "make", tmp_path / "works", tmp_path / "s2", *options)
    assert (result.code, "b.png: it is no picture" in result.out) == (1, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is not a file of"),
        ('{"policy": "CAS"}\n', "is not a file of"),
        ('{"policy": "CAS", "settings": {"seeds": []}}\n{"run": 1}\n', "is not a file of"),
        ("[1]\n", "is not a file of"),
        ('{"policy": "CAS"\n', "line 1: not a JSON object"),
    ],
)
def test_a_truncated_experiment_is_an_error(
    tmp_path: Path, call: Call, text: str, expected: str
) -> None:
    (tmp_path / "e" / "runs").mkdir(parents=True)
    (tmp_path / "e" / "runs" / "CAS.jsonl").write_text(text)
    result = call("study", "make", tmp_path / "e", tmp_path / "s")
    assert (result.code, "CAS.jsonl" in result.out, expected in result.out) == (1, True, True)
