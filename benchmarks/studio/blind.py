"""The blind check: which three of twelve concepts does a picture show?

    python -m benchmarks.studio.blind [--pictures 24] [--references 6]

Pictures and references are painted with different seeds and company: a reference shows its
concept with a partner drawn by chance, so nothing but the concept recurs. The matcher sees
pixels. The control scores the same pictures against shuffled answers.
"""

import argparse

import numpy as np

from benchmarks.studio.matcher import Eye, Floats, ImageNetMatcher, ReferenceMatcher, open_png
from worker.studio import OfflinePainter
from worker.studio.lexicon import Lexicon

# Frequent museum subjects of every kind; near synonyms are left out, since a picture of the one
# shows the other.
CONCEPTS = tuple(
    word.strip()
    for word in """
sea, ship, lighthouse, castle, church, bridge, windmill, horse, cow, sheep, dog, cat, deer,
lion, fox, elephant, owl, eagle, swan, rooster, butterfly, fish, whale, mountain, river, palm
tree, cypress, willow, bare tree, rose, sunflower, tulip, vase, skull, candle, book, violin,
trumpet, guitar, crown, sword, key, clock, mirror, chair, apple, grapes, basket, bell, shell,
anchor, sailing boat, rowing boat, train, bicycle, airplane, ruin, column, temple, pyramid,
tower, cottage, factory, skyscraper, woman, soldier, dancer, portrait, beard, hat, reclining
nude, moon, snow, rain, rainbow, forest, mask, hand, eye, heart, umbrella, flag
""".replace("\n", " ").split(",")
)
SIZE = 448


def paint(painter: OfflinePainter, words: list[str], seed: int) -> bytes:
    return painter.paint(words, seed=seed).png


def alike(lexicon: Lexicon) -> dict[str, set[str]]:
    """For each concept, those that the painter would show by the same thing."""
    rng = np.random.default_rng(0)
    read = {word: lexicon.read(word, rng) for word in CONCEPTS}
    same: dict[str, set[str]] = {word: {word} for word in CONCEPTS}
    for one, subject in read.items():
        for two, other in read.items():
            if subject.motif and other.motif and subject.motif.name == other.motif.name:
                same[one].add(two)
    return same


def draw(rng: np.random.Generator, count: int) -> list[tuple[list[str], list[str]]]:
    """For each picture its three concepts and its twelve choices, shuffled."""
    same = alike(Lexicon())
    rounds = []
    for _ in range(count):
        true = [str(word) for word in rng.choice(CONCEPTS, 3, replace=False)]
        banned = set().union(*(same[word] for word in true))
        rest = [word for word in CONCEPTS if word not in banned]
        choices = true + [str(word) for word in rng.choice(rest, 9, replace=False)]
        rng.shuffle(choices)
        rounds.append((true, choices))
    return rounds


def references(eye: Eye, painter: OfflinePainter, count: int) -> dict[str, list[Floats]]:
    rng = np.random.default_rng(90_001)
    found: dict[str, list[Floats]] = {}
    for concept in CONCEPTS:
        partners = rng.choice([c for c in CONCEPTS if c != concept], count, replace=False)
        found[concept] = [
            eye.look(open_png(paint(painter, [concept, str(partner)], 50_000 + i)))[0]
            for i, partner in enumerate(partners)
        ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--references", type=int, default=6)
    arguments = parser.parse_args()
    torch_threads()
    painter, eye = OfflinePainter(SIZE, SIZE), Eye()
    rounds = draw(np.random.default_rng(7), arguments.pictures)
    matchers = {
        "references": ReferenceMatcher(references(eye, painter, arguments.references)),
        "ImageNet names": ImageNetMatcher(),
    }
    hits: dict[str, list[float]] = {name: [] for name in matchers}
    control: dict[str, list[float]] = {name: [] for name in matchers}
    rng = np.random.default_rng(1)
    for number, (true, choices) in enumerate(rounds):
        png = paint(painter, true, 1000 + number)
        features, classes = eye.look(open_png(png))
        for name, matcher in matchers.items():
            seen = features if name == "references" else classes
            best = np.argsort(-matcher.scores(seen, choices))[:3]
            picked = {choices[i] for i in best}
            hits[name].append(len(picked & set(true)) / 3)
            shuffled = {str(word) for word in rng.choice(choices, 3, replace=False)}
            control[name].append(len(picked & shuffled) / 3)
            if name == "references":
                print(f"{number:3} true {true} picked {sorted(picked)}", flush=True)
    for name in matchers:
        print(
            f"{name}: {np.mean(hits[name]):.1%} of true concepts picked, control "
            f"{np.mean(control[name]):.1%} ({arguments.pictures} pictures)"
        )


def torch_threads() -> None:
    import torch

    torch.set_num_threads(2)


if __name__ == "__main__":
    main()
