"""A table of a report, as Markdown, CSV and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

Cell = str | float | int | None


@dataclass(frozen=True)
class Table:
    """Rows under headings; numbers are rounded when shown, not in CSV.

    Args:
        headings: of the columns.
        rows: one cell per heading; None is an unknown value.
        digits: decimals of numbers that are not integers.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    digits: int = 3

    def markdown(self) -> str:
        """Return the table, with numbers aligned to the right."""
        columns = list(zip(*self.rows, strict=True))
        aligned = ["---" if any(isinstance(c, str) for c in col) else "---:" for col in columns]
        lines = [self.headings, aligned, *(map(self._shown, row) for row in self.rows)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

    def csv(self) -> str:
        """Return the table without rounding."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.headings)
        writer.writerows(["" if cell is None else cell for cell in row] for row in self.rows)
        return out.getvalue()

    def latex(self) -> str:
        """Return a `tabular`, for a document with booktabs."""
        rows = [" & ".join(_latex(self._shown(c)) for c in r) for r in (self.headings, *self.rows)]
        body = " \\\\\n".join(rows[1:])
        return (
            f"\\begin{{tabular}}{{l{'r' * (len(self.headings) - 1)}}}\n\\toprule\n{rows[0]} \\\\\n"
            f"\\midrule\n{body} \\\\\n\\bottomrule\n\\end{{tabular}}\n"
        )

    def save(self, stem: Path) -> None:
        """Write `stem`.md, .csv and .tex."""
        stem.parent.mkdir(parents=True, exist_ok=True)
        texts = {".md": self.markdown(), ".csv": self.csv(), ".tex": self.latex()}
        for suffix, text in texts.items():
            stem.with_suffix(suffix).write_text(text, encoding="utf-8")

    def _shown(self, cell: Cell) -> str:
        if isinstance(cell, float):
            return "–" if isnan(cell) else f"{cell:.{self.digits}f}"
        return "–" if cell is None else str(cell)


def _latex(text: str) -> str:
    for plain, escaped in (("%", r"\%"), ("±", r"$\pm$"), ("–", "--"), ("β", r"$\beta$"),
                           ("&", r"\&"), ("_", r"\_")):  # fmt: skip
        text = text.replace(plain, escaped)
    return text
