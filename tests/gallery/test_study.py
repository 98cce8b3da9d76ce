"""A study that the gallery shows: raters see its pages, and their answers come back once."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cas.study import QUESTIONS, Item, Pair, plan, read_answers
from cas.study_page import write_study
from gallery import SiteSettings, create_app
from gallery.study import Study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    items = [Item(f"{arm}-{n}", arm, f"{arm} {n}") for arm in ("CAS", "Random") for n in range(3)]
    write_study(tmp_path, items, plan(items, raters=2, pages=4, shared=1, checks=1, seed=0))
    return tmp_path


@pytest.fixture
def rater(exhibition, folder: Path) -> TestClient:
    """Somebody who is asked."""
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), study=Study(folder)
    )
    return TestClient(app)


def pairs(folder: Path, rater: int) -> list[dict[str, str]]:
    with (folder / "pairs.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["rater"] == str(rater)]


def said(rows: list[dict[str, str]], choice: str = "left") -> str:
    """Answers to pairs as the page writes them."""
    file = io.StringIO()
    names = [*Pair.__annotations__, "question", "choice"]
    writer = csv.DictWriter(file, names, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerows({**row, "question": each, "choice": choice} for each in QUESTIONS)
    return file.getvalue()


def test_the_pages_are_there_and_run_under_the_gallerys_policy(rater: TestClient) -> None:
    page = rater.get("/study/?rater=0")
    assert page.status_code == 200 and "Which of the two?" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "<style" not in page.text and "onclick" not in page.text
    for name in ("study.js", "study.css"):
        assert rater.get(f"/study/{name}").status_code == 200


def test_answers_come_back_once_and_can_be_read(rater: TestClient, folder: Path) -> None:
    first, second = (said(pairs(folder, number)) for number in (0, 1))
    assert rater.post("/study/answers?rater=0", content=first).status_code == 201
    assert rater.post("/study/answers?rater=0", content=first).status_code == 200
    other = said(pairs(folder, 0), "right")
    assert rater.post("/study/answers?rater=0", content=other).status_code == 409
    assert rater.post("/study/answers?rater=1", content=second).status_code == 201
    kept = sorted((folder / "answers").iterdir())
    assert [file.name for file in kept] == ["answers-0.csv", "answers-1.csv"]
    answers = read_answers(kept)
    assert len(answers) == 2 * 4 * len(QUESTIONS)
    assert {answer.choice for answer in answers} == {"left"}
    assert rater.get("/study/answers/answers-0.csv").status_code == 404


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "hello",
        lambda text: text.replace("left", "both", 4),
        lambda text: text.replace('"CAS"', '"Random"'),
        lambda text: "\n".join(text.splitlines()[:-1]),
        lambda text: "\n".join(text.splitlines()[:-2]),
        lambda text: text + text.splitlines()[-1],
        lambda text: text.replace('"choice"', '"verdict"'),
        lambda text: text + '"0","99","a","b","A","B","","harmony","left"\n',
        lambda text: text + '"half a line',
    ],
)
def test_what_are_no_answers_is_refused(rater: TestClient, folder: Path, spoil) -> None:
    refused = rater.post("/study/answers?rater=0", content=spoil(said(pairs(folder, 0))))
    assert refused.status_code == 400
    assert not list(folder.glob("answers/*"))


@pytest.mark.parametrize("who", ["7", "", "../0", "0/../../x", "zero"])
def test_a_rater_that_nobody_asked_is_refused(rater: TestClient, folder: Path, who: str) -> None:
    refused = rater.post("/study/answers", params={"rater": who}, content=said(pairs(folder, 0)))
    assert refused.status_code == 400
    assert not list(folder.glob("answers/*"))


def test_bytes_that_are_no_text_are_refused(rater: TestClient) -> None:
    assert rater.post("/study/answers?rater=0", content=b"\xff\xfe").status_code == 400


def test_without_a_study_there_are_no_pages(visitor: TestClient) -> None:
    assert visitor.get("/study/").status_code == 404
    assert visitor.post("/study/answers?rater=0", content="").status_code == 404


def test_a_folder_without_a_study_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{tmp_path} holds no study"):
        Study(tmp_path)
