"""One line of the table of figures, and where its values come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Row:
    """One figure in both languages, its bar, the measured value, and whether that meets the bar (None: no bar)."""

    english: str
    chinese: str
    bar: str
    value: str
    met: bool | None = None


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / name).read_text("utf-8"))
    return found


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"
