"""Contact sheets of 24 works for each of three artists: python -m benchmarks.studio.sheets

Writes `docs/sheets/<artist>.webp`; with `--stage N` also keeps `<artist>-stage-N.webp`.
"""

import argparse
import io
from pathlib import Path

from PIL import Image

from benchmarks.studio.artists import ARTISTS, Artist
from worker.studio import OfflinePainter, Picture, contact_sheet

FOLDER = Path("docs/sheets")


def paint_works(artist: Artist, *, size: int = 768) -> list[Picture]:
    painter = OfflinePainter(size, size)
    return [
        painter.paint(work, seed=artist.seed + number, style=artist.style)
        for number, work in enumerate(artist.works)
    ]


def save(page: bytes, path: Path, *, most: int = 480_000) -> None:
    """Save as WebP, at the best quality that keeps the file under `most` bytes."""
    image = Image.open(io.BytesIO(page))
    for quality in (86, 78, 70, 62, 54, 46, 38, 30):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= most:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", type=int, help="keep a copy of the sheets as this stage")
    parser.add_argument("--out", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    for artist in ARTISTS:
        page = contact_sheet(paint_works(artist), columns=6, cell=300)
        names = [f"{artist.name}.webp"]
        if arguments.stage is not None:
            names.append(f"{artist.name}-stage-{arguments.stage}.webp")
        for name in names:
            save(page, arguments.out / name)
            print(arguments.out / name)


if __name__ == "__main__":
    main()
