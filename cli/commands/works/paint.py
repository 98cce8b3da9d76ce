"""`artist paint`: paint one picture with the offline painter; it is not stored as a work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from cli.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_SIZE = "1024x1024"

size_option = click.option(
    "--size",
    default=DEFAULT_SIZE,
    show_default=True,
    metavar="WxH",
    help="Width and height in pixels, 64 to 4096 each.",
)
style_option = click.option(
    "--style", default="", metavar="WORDS", help="Techniques or moods, like “woodblock, quiet”."
)
seed_option = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)


@click.command()
@click.argument("concepts")
@seed_option
@style_option
@size_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("picture.png"),
    show_default=True,
    help="Where the PNG goes; a file there is replaced.",
)
def paint(*, concepts: str, seed: int, style: str, size: str, out: Path) -> None:
    """Paint CONCEPTS, separated by commas, such as “fox, church, winter”.

    The same concepts, seed, style and size give the same picture.
    """
    from worker.studio import OfflinePainter

    width, height = size_of(size)
    painter = OfflinePainter(width, height, encode=encode)
    picture = painter.paint(words_of(concepts), seed=seed, style=style)
    write_bytes(out, picture.png)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(str(out))}[/bold]: {picture.family}, {picture.technique}")
    for shown in picture.shown:
        console.print(f"  {escape(shown.concept)}: {escape(shown.how)}")
    for material in picture.materials:
        console.print(f"  [dim]made with {escape(material.name)}, {material.licence}[/dim]")


def words_of(concepts: str) -> list[str]:
    """Concepts parted by commas."""
    words = [word.strip() for word in concepts.split(",") if word.strip()]
    if not words:
        raise UserError("there is no concept to paint; write for example “fox, church, winter”")
    return words


def size_of(size: str) -> tuple[int, int]:
    """`1024x768` as two whole numbers."""
    width, _, height = size.lower().replace("×", "x").partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise UserError(f"--size is two numbers like {DEFAULT_SIZE}, not {size!r}") from None


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, its folder too if need be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} can't be written: {error.strerror}") from error


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Text vectors; the model is loaded at the first word that the painter does not know."""
    from cli.runtime.silence_logs import silence_logs
    from worker.encoders.minilm import MiniLMEncoder

    silence_logs()
    return MiniLMEncoder().encode(texts)
