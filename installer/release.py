"""
Whether a version may be released: ``python installer/release.py X.Y.Z``. Prints its part of the changelog.

The exit status is 1, and the reason on stderr, if ``plugin_core.__version__`` or the changelog says otherwise.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def notes(version: str, root: Path = ROOT) -> str:
    """What the changelog says of *version*; SystemExit with the reason if it is not ready to be released."""
    (stated,) = re.findall(r'^__version__ = "(.+)"$', (root / "plugin_core" / "__init__.py").read_text("utf-8"), re.M)
    if stated != version:
        raise SystemExit(f"plugin_core says it is {stated}, not {version}.")
    parts = re.split(r"^## ", (root / "CHANGELOG.md").read_text("utf-8"), flags=re.M)
    for part in parts[1:]:
        head, _, body = part.partition("\n")
        if re.fullmatch(rf"\[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}", head.strip()):
            if not re.search(r"^- ", body, re.M):
                raise SystemExit(f"The changelog says nothing about {version}.")
            return body.strip()
    raise SystemExit(f"The changelog has no part '## [{version}] - YYYY-MM-DD'.")


if __name__ == "__main__":
    sys.stdout.write(notes(sys.argv[1].removeprefix("v")) + "\n")
