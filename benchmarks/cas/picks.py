"""Print `docs/picks.md`: ten picks for each of ten seed pairs, with their explanations.

python -m benchmarks.cas.picks > docs/picks.md
"""

from __future__ import annotations

from cas import CulturalAlienSampler
from cas.experiments.collapse import MEMORY, SEED_PAIRS

PAIRS = 10
PICKS = 10

INTRODUCTION = """# Picks

What the shipped pair chooses with the `default` preset: ten picks one after another for each of ten
seed pairs. The pool of each pick is the seeds and the last six picks, without cooldown. Remake the
page with `python -m benchmarks.cas.picks`. As in a running artist, no abstract concept is picked. A
review: `docs/sampler-collapse.md`.
"""


def main() -> None:
    sampler = CulturalAlienSampler.from_pretrained()
    print(INTRODUCTION)
    for number, seeds in enumerate(SEED_PAIRS[:PAIRS]):
        print(f"## {seeds[0]} + {seeds[1]}\n")
        chosen: list[str] = []
        for step in range(PICKS):
            pool = [*seeds, *chosen[-MEMORY:]]
            pick = sampler.sample(pool, cooldown=sampler.abstract, seed=1000 * number + step)
            chosen.append(pick.concept)
            print(f"{step + 1}. **{pick.concept}**. {pick.explain()}")
        print()


if __name__ == "__main__":
    main()
