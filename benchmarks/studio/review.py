"""The blind check by eye: a reviewer picks three of twelve concepts for each picture.

    python -m benchmarks.studio.review write FOLDER [--seed 2026]
    python -m benchmarks.studio.review score FOLDER PICKS

`write` paints the pictures and lays the answers in a file of their own, which the reviewer does
not open. PICKS is a text file with a line `01: fox, church, winter` for each picture. `score`
compares the picks with the answers, and, as a control, with three concepts drawn by chance from
each picture's twelve.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.studio.blind import draw
from worker.studio import OfflinePainter

SIZE = 768
QUESTION = """\
Each picture in this folder was made for three of the twelve concepts in its line.
Which three? Answer with one line a picture, like `01: fox, church, winter`.
Do not open answers.json.

"""


def write(folder: Path, *, seed: int, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    painter = OfflinePainter(SIZE, SIZE)
    lines, answers = [], {}
    for number, (true, choices) in enumerate(draw(np.random.default_rng(seed), count), start=1):
        picture = painter.paint(true, seed=seed + number)
        (folder / f"{number:02}.png").write_bytes(picture.png)
        lines.append(f"{number:02}: {', '.join(choices)}")
        answers[f"{number:02}"] = {"true": true, "choices": choices}
    (folder / "question.txt").write_text(QUESTION + "\n".join(lines) + "\n")
    (folder / "answers.json").write_text(json.dumps({"seed": seed, "pictures": answers}))


def score(folder: Path, picks: Path) -> None:
    answers = json.loads((folder / "answers.json").read_text())
    rng = np.random.default_rng(answers["seed"])
    hits, control = [], []
    for line in picks.read_text().splitlines():
        number, _, words = line.partition(":")
        if not words.strip():
            continue
        answer = answers["pictures"][number.strip()]
        picked = {word.strip() for word in words.split(",")}
        if len(picked) != 3 or not picked <= set(answer["choices"]):
            raise SystemExit(f"picture {number}: name three of its twelve choices, not {words!r}")
        hits.append(len(picked & set(answer["true"])) / 3)
        chance = {str(word) for word in rng.choice(answer["choices"], 3, replace=False)}
        control.append(len(picked & chance) / 3)
        print(f"{number}: picked {sorted(picked)}, true {sorted(answer['true'])}")
    print(
        f"{len(hits)} pictures: {np.mean(hits):.1%} of true concepts picked, "
        f"control {np.mean(control):.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=["write", "score"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("picks", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--pictures", type=int, default=24)
    arguments = parser.parse_args()
    if arguments.step == "write":
        write(arguments.folder, seed=arguments.seed, count=arguments.pictures)
    elif arguments.picks is None:
        parser.error("score needs the file with the picks")
    else:
        score(arguments.folder, arguments.picks)


if __name__ == "__main__":
    main()
