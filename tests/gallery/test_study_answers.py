"""A study served by the gallery: raters see its pages, and their answers are stored once."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cas.experiments.study import Item, plan
from cas.experiments.study_files import QUESTIONS, read_answers, read_pairs
from cas.experiments.study_page import write_study
from gallery import SiteSettings, create_app
from gallery.study_answers import Study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    items = [
        Item(f"{policy}-{n}", policy, f"words {n}")
        for policy in ("CAS", "Random")
        for n in range(3)
    ]
    write_study(tmp_path, items, plan(items, raters=2, pages=4, shared=1, checks=1, seed=0))
    return tmp_path


@pytest.fixture
def tokens(folder: Path) -> list[str]:
    """The tokens of two raters."""
    return [line.removeprefix("?rater=") for line in (folder / "raters.txt").read_text().split()]


@pytest.fixture
def rater(exhibition, folder: Path) -> TestClient:
    """A rater's client."""
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), study=Study(folder)
    )
    return TestClient(app)


def said(token: str, choice: str = "left") -> str:
    """Answers to all pairs as the page writes them."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("rater", "page", "question", "choice"))
    writer.writerows((token, page, each, choice) for page in range(1, 5) for each in QUESTIONS)
    return file.getvalue()


def test_the_pages_are_there_and_run_under_the_gallerys_policy(
    rater: TestClient, tokens: list[str]
) -> None:
    page = rater.get(f"/study/?rater={tokens[0]}")
    assert page.status_code == 200 and "Which of the two?" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "<style" not in page.text and "onclick" not in page.text
    for name in ("study.js", "study.css"):
        assert rater.get(f"/study/{name}").status_code == 200
    assert len(rater.get(f"/study/pairs/{tokens[0][:8]}.json").json()["pairs"]) == 4


@pytest.mark.parametrize(
    "path",
    [
        *("pairs.csv", "raters.txt", "answers/", "answers/answers-0.csv", "pairs", "pairs/"),
        *(
            "../pairs.csv",
            "%2e%2e/pairs.csv",
            "pairs/../../raters.txt",
            "pairs/%2e%2e/%2e%2e/raters.txt",
        ),
    ],
)
def test_policies_raters_and_answers_are_not_served(rater: TestClient, path: str) -> None:
    answer = rater.get(f"/study/{path}")
    assert answer.status_code == 404
    assert "CAS-" not in answer.text and "rater=" not in answer.text


def test_answers_come_back_once_and_can_be_read(
    rater: TestClient, folder: Path, tokens: list[str]
) -> None:
    first, second = tokens
    assert rater.post(f"/study/answers?rater={first}", content=said(first)).status_code == 201
    assert rater.post(f"/study/answers?rater={first}", content=said(first)).status_code == 200
    changed = rater.post(f"/study/answers?rater={first}", content=said(first, "right"))
    assert (changed.status_code, changed.text) == (
        409,
        "You have answered before; those answers are kept.",
    )
    assert rater.post(f"/study/answers?rater={second}", content=said(second)).status_code == 201
    kept = sorted((folder / "answers").iterdir())
    assert [file.name for file in kept] == sorted(f"answers-{token[:8]}.csv" for token in tokens)
    answers = read_answers(kept, read_pairs(folder / "pairs.csv"))
    assert len(answers) == 2 * 4 * len(QUESTIONS)
    assert {answer.choice for answer in answers} == {"left"}
    assert {answer.left_policy for answer in answers} == {"CAS", "Random"}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: "", "lacks the column"),
        (lambda text: "hello", "lacks the column"),
        (lambda text: text.replace("left", "both", 4), "'both'"),
        (lambda text: text.replace("harmony", "beauty"), "'beauty'"),
        (lambda text: "\n".join(text.splitlines()[:-1]), "the harmony of page 4"),
        (lambda text: "\n".join(text.splitlines()[:-2]), "2 answers are missing"),
        (lambda text: "\n".join(text.splitlines()[:1]), "8 answers are missing"),
        (lambda text: text + text.splitlines()[-1], "the harmony of page 4 is answered again"),
        (lambda text: text.replace('"choice"', '"verdict"'), "lacks the column choice"),
        (lambda text: text.replace('"4"', '"5"'), "about page '5'"),
        (lambda text: text + '"half a line', "answers, line 10"),
    ],
)
def test_invalid_answers_are_refused_with_the_reason(
    rater: TestClient, folder: Path, tokens: list[str], spoil, told: str
) -> None:
    refused = rater.post(f"/study/answers?rater={tokens[0]}", content=spoil(said(tokens[0])))
    assert refused.status_code == 400
    assert told in refused.text and refused.headers["content-type"].startswith("text/plain")
    assert tokens[0] not in refused.text
    assert not list(folder.glob("answers/*"))


def test_a_rater_can_not_answer_for_another(
    rater: TestClient, folder: Path, tokens: list[str]
) -> None:
    first, second = tokens
    for who, answers in (
        (first, said(second)),
        (first[:8], said(first[:8])),
        (first[:8] + second[8:], said(first)),
        (first.upper(), said(first)),
        ("0", said("0")),
        ("", said(first)),
        ("../0", said(first)),
    ):
        refused = rater.post("/study/answers", params={"rater": who}, content=answers)
        assert refused.status_code == 400
    assert not list(folder.glob("answers/*"))
    assert rater.post(f"/study/answers?rater={first}", content=said(first)).status_code == 201


def test_invalid_utf8_is_refused(rater: TestClient, tokens: list[str]) -> None:
    answer = rater.post(f"/study/answers?rater={tokens[0]}", content=b"\xff\xfe")
    assert (answer.status_code, answer.text) == (400, "Answers must be UTF-8.")


def test_without_a_study_there_are_no_pages(visitor: TestClient) -> None:
    assert visitor.get("/study/").status_code == 404
    assert visitor.post("/study/answers?rater=0", content="").status_code == 404


def test_a_folder_without_a_study_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{tmp_path} holds no study"):
        Study(tmp_path)
