"""The blind check by eye: which concepts does a picture of a real life show?

    python -m benchmarks.studio.blind write FOLDER [--life 0] [--pictures 24]
    python -m benchmarks.studio.blind score FOLDER PICKS

For each picture stand four times as many concepts as it shows, the others of the same life: chance
finds a quarter. `write` lays the answers in a file of their own, which the reviewer does not open.
PICKS has a line `01: fox, church` for each picture. As a control, `score` compares the picks with
concepts drawn by chance.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.studio.lives import paint_life
from storage.archive.plan import Plan
from worker.studio.plan.depiction import depictions

SIZE = 640
QUESTION = """\
Each picture shows some of the concepts in its line; the line says how many.
Which? Answer with one line a picture, like `01: fox, church`.
Do not open answers.json.

"""


def looks(concept: str) -> set[str]:
    """What may stand for a concept, to leave out choices that look the same."""
    rows = depictions().get(concept, ())
    return {word for row in rows for word in (row.form, row.setting, row.structure) if word}


def others(plan: Plan, known: set[str]) -> list[str]:
    """Concepts of the life that the picture does not show by chance, either."""
    seen = {actor.form for actor in plan.actors} | {plan.setting.kind, *plan.setting.features}
    seen = seen.union(*(looks(concept) for concept in plan.shown))
    return sorted(word for word in known - plan.shown if not looks(word) & seen)


def write(folder: Path, *, life: int, count: int) -> None:
    """Paint the pictures, and write question and answers."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(life)
    works = list(paint_life(life, count, size=SIZE))
    known = {concept for work in works for concept in work.composition.concepts}
    lines, answers = [], {}
    for number, work in enumerate(works, 1):
        plan = work.result.plan
        assert plan is not None
        true, rest = sorted(plan.shown), others(plan, known)
        drawn = rng.choice(rest, min(3 * len(true), len(rest)), replace=False)
        choices = [str(word) for word in rng.permutation([*true, *drawn])]
        (folder / f"{number:02}.png").write_bytes(work.result.data)
        lines.append(f"{number:02} ({len(true)} of {len(choices)}): {', '.join(choices)}")
        answers[f"{number:02}"] = {"true": true, "choices": choices}
    (folder / "question.txt").write_text(QUESTION + "\n".join(lines) + "\n")
    (folder / "answers.json").write_text(json.dumps({"life": life, "pictures": answers}))


def score(folder: Path, picks: Path) -> None:
    """Compare the picks with the answers and with chance."""
    answers = json.loads((folder / "answers.json").read_text())
    rng = np.random.default_rng(answers["life"])
    found = chance = asked = 0
    for line in picks.read_text().splitlines():
        number, _, words = line.partition(":")
        if not words.strip():
            continue
        answer = answers["pictures"][number.strip()]
        true, choices = set(answer["true"]), answer["choices"]
        picked = {word.strip() for word in words.split(",")}
        if len(picked) != len(true) or not picked <= set(choices):
            raise SystemExit(f"picture {number}: name {len(true)} of its choices, not {words!r}")
        found += len(picked & true)
        chance += len(picked & {str(c) for c in rng.choice(choices, len(true), replace=False)})
        asked += len(true)
        print(f"{number}: picked {sorted(picked)}, true {sorted(true)}")
    print(f"{found} of {asked} found: {found / asked:.1%}, control {chance / asked:.1%}")


def main() -> None:
    """Write or score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=["write", "score"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("picks", type=Path, nargs="?")
    parser.add_argument("--life", type=int, default=0)
    parser.add_argument("--pictures", type=int, default=24)
    arguments = parser.parse_args()
    if arguments.step == "write":
        write(arguments.folder, life=arguments.life, count=arguments.pictures)
    elif arguments.picks is None:
        parser.error("score needs the file with the picks")
    else:
        score(arguments.folder, arguments.picks)


if __name__ == "__main__":
    main()
