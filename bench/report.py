"""The table on the terminal and the file beside it."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
HEADS = ("what", "measured", "bar", "verdict", "remarks")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `numbers` hold what was measured, for whoever compares two runs."""

    what: str
    measured: str
    bar: str = ""
    meets: bool | None = None  # None: nothing is asked of it
    remarks: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        return "" if self.meets is None else "meets" if self.meets else "MISSES"

    def cells(self) -> tuple[str, ...]:
        return (self.what, self.measured, self.bar, self.verdict, self.remarks)


def at_least(what: str, ratio: float, bar: float, remarks: str = "") -> Row:
    numbers = {"ratio": ratio, "bar": bar}
    return Row(what, f"{ratio:.2f}", f"≥ {bar:g}", ratio >= bar, remarks, numbers)


def at_most(what: str, value: float, bar: float, unit: str, remarks: str = "") -> Row:
    numbers = {"value": value, "bar": bar, "unit": unit}
    shown = f"{value:.0f}" if value >= 100 else f"{value:.2g}" if value < 1 else f"{value:.1f}"
    return Row(what, f"{shown} {unit}", f"≤ {bar:g} {unit}", value <= bar, remarks, numbers)


def table(title: str, rows: Sequence[Row]) -> str:
    lines = [HEADS, *(row.cells() for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(HEADS))]
    drawn = [
        "  ".join(
            cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True)
        )
        for line in lines
    ]
    rule = "  ".join("-" * wide for wide in widths)
    return "\n".join((title, "", drawn[0].rstrip(), rule, *(line.rstrip() for line in drawn[1:])))


def width(text: str) -> int:
    return sum(1 for character in text if not unicodedata.combining(character))


def keep(machine: dict[str, Any], sections: dict[str, Iterable[Row]], plan: dict[str, Any]) -> Path:
    """Write the sections into the file of today, beside those that were measured before."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{date.today().isoformat()}.json"  # noqa: DTZ011 - the day at this desk
    kept = json.loads(path.read_text()) if path.exists() else {}
    for name, rows in sections.items():
        kept[name] = {
            "machine": machine,
            "plan": plan,
            "rows": [asdict(row) | {"verdict": row.verdict} for row in rows],
        }
    path.write_text(json.dumps(kept, indent=2, ensure_ascii=False))
    return path
