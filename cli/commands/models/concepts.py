"""`artist concepts`: the concepts that an artist can be given as seeds."""

from __future__ import annotations

import click

from cas.checkpoint import SHIPPED_PAIRS, pair_vocabulary
from cli.options import json_option
from cli.output import print_json

MOST = 8


@click.command()
@click.argument("word", required=False)
@click.option("--model", metavar="DIR", help="A trained pair.  [default: the shipped one]")
@json_option
def concepts(*, word: str | None, model: str | None, as_json: bool) -> None:
    """List all concepts of the sampler, or those near to WORD in spelling and meaning."""
    vocabulary = pair_vocabulary(model or SHIPPED_PAIRS[0])
    if word is None:
        if as_json:
            print_json(list(vocabulary))
        else:
            click.echo("\n".join(vocabulary))
        return
    wanted = " ".join(word.lower().split())
    near = {
        "holds the word": [c for c in vocabulary if wanted in c][:MOST],
        "alike in spelling": vocabulary.suggest(wanted, limit=MOST),
        "alike in meaning": _near_in_meaning(wanted, list(vocabulary)),
    }
    if as_json:
        print_json({"known": wanted in vocabulary, **near})
        return
    click.echo(f"{wanted} is {'' if wanted in vocabulary else 'not '}a concept of the sampler.")
    for how, found in near.items():
        if found:
            click.echo(f"{how}: {', '.join(found)}")


def _near_in_meaning(word: str, known: list[str]) -> list[str]:
    from worker.encoders.minilm import MiniLMEncoder

    vectors = MiniLMEncoder().encode([word, *known])
    nearest = (vectors[1:] @ vectors[0]).argsort()[::-1]
    return [known[index] for index in nearest[:MOST]]
