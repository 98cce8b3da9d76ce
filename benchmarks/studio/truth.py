"""How much of what the prompts say is true of the pictures: python -m benchmarks.studio.truth

Over works of ten real lives: the share of the checkable statements that hold in the buffers of the
first picture painted, by kind; and the sentences that are left in a prompt.
"""

import argparse
from collections import Counter

import numpy as np

from benchmarks.studio.lives import SEEDS, paint_life


def main() -> None:
    """Paint and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=200, help="of all lives together")
    parser.add_argument("--size", type=int, default=512)
    options = parser.parse_args()
    true, false, sentences = Counter[str](), Counter[str](), []
    for life in range(len(SEEDS)):
        for work in paint_life(life, options.works // len(SEEDS), size=options.size, attempts=1):
            for statement in work.result.statements:
                kind = statement.kind.split(" ")[0]
                true[kind] += statement.holds is True
                false[kind] += statement.holds is False
            kept = [s for s in work.result.statements if s.holds is not False]
            sentences.append(len(kept))
        print(f"life {life}: {share(true, false)} so far", flush=True)
    for kind in sorted(true | false, key=lambda kind: -false[kind]):
        print(f"  {kind:10} {true[kind]:5} true {false[kind]:4} false")
    print(
        f"{len(sentences)} works: {share(true, false)} of {true.total() + false.total()} statements"
        f" hold; sentences a prompt: mean {np.mean(sentences):.1f}, least {min(sentences)}"
    )


def share(true: Counter[str], false: Counter[str]) -> str:
    """Of what was checked, as a percentage."""
    return f"{true.total() / max(true.total() + false.total(), 1):.1%}"


if __name__ == "__main__":
    main()
