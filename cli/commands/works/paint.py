"""`artist paint`: paint one picture with the offline painter; it is not stored as a work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from cli.errors import UserError
from cli.options import seed_option

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
    "--style", default="", metavar="WORDS", help="Techniques, like “etching, linocut”; else any."
)


@click.command()
@click.argument("concepts")
@seed_option("Of the random numbers; equal seeds give equal pictures.")
@style_option
@size_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("picture.png"),
    show_default=True,
    help="The PNG to write; an existing file is replaced.",
)
@click.option(
    "--svg",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the lines as SVG for a plotter; only of techniques that are lines.",
)
@click.option(
    "--stages",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the picture's making in a dozen WebP files.",
)
def paint(
    *,
    concepts: str,
    seed: int,
    style: str,
    size: str,
    out: Path,
    svg: Path | None,
    stages: Path | None,
) -> None:
    """Paint CONCEPTS, separated by commas, such as “fox, church, winter”.

    The same concepts, seed, style and size give the same picture. Each sentence about it is printed
    with a mark: ✓ it holds in the picture, – it was not measured, ✗ it does not hold.
    """
    from worker.studio import OfflinePainter

    width, height = size_of(size)
    painter = OfflinePainter(width, height, encode=encode)
    made: list[bytes] = []
    picture = painter.paint_concepts(
        words_of(concepts),
        seed=seed,
        style=style,
        on_stage=None if stages is None else made.append,
    )
    plan = picture.plan
    if svg is not None:
        write_bytes(svg, painter.lines(plan).encode())
    if stages is not None:
        for number, stage in enumerate(made, 1):
            write_bytes(stages / f"{number:02d}.webp", stage)
    write_bytes(out, picture.png)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(str(out))}[/bold]: {plan.technique}, {plan.setting.kind}")
    for statement in picture.statements:
        mark = {True: "✓", False: "✗", None: "–"}[statement.holds]
        console.print(f"  {mark} {escape(statement.text)} [dim]{escape(statement.measured)}[/dim]")


def words_of(concepts: str) -> list[str]:
    """Split concepts at commas."""
    words = [word.strip() for word in concepts.split(",") if word.strip()]
    if not words:
        raise UserError("There is no concept to paint; write for example “fox, church, winter”.")
    return words


def size_of(size: str) -> tuple[int, int]:
    """Parse a size like `1024x768`."""
    width, _, height = size.lower().replace("×", "x").partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise UserError(f"--size is two numbers like {DEFAULT_SIZE}, not {size!r}") from None


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file; create its folder if needed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} can't be written: {error.strerror}") from error


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return text vectors; the model is loaded at the first word that the painter does not know."""
    from cli.runtime.silence_logs import silence_logs
    from worker.encoders.minilm import MiniLMEncoder

    silence_logs()
    return MiniLMEncoder().encode(texts)
