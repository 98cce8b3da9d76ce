"""Contact sheets of real lives: python -m benchmarks.studio.sheets [--lives 0 3 7] [--stage N]

Writes `docs/sheets/life-<n>.webp`; with `--stage N` also keeps `life-<n>-stage-N.webp`.
"""

import argparse
import io
from pathlib import Path

from PIL import Image

from benchmarks.studio.lives import SEEDS, paint_life, picture
from worker.studio import contact_sheet

FOLDER = Path("docs/sheets")


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
    """Paint 24 works in a row of each life."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, nargs="+", default=[0, 3, 7])
    parser.add_argument("--works", type=int, default=24)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--stage", type=int, help="keep a copy of the sheets as this stage")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    for life in options.lives:
        print(f"life {life}: {' and '.join(SEEDS[life])}", flush=True)
        works = [picture(w) for w in paint_life(life, options.works, size=options.size)]
        page = contact_sheet(works, columns=6, cell=300)
        save(page, options.out / f"life-{life}.webp")
        if options.stage is not None:
            save(page, options.out / f"life-{life}-stage-{options.stage}.webp")


if __name__ == "__main__":
    main()
