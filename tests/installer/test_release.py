"""A version is released when the code and the changelog agree on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installer.scripts import load

notes = load("release").notes


def repository(folder: Path, version: str, changelog: str) -> Path:
    (folder / "plugin_core").mkdir()
    (folder / "plugin_core" / "__init__.py").write_text(f'"""Zimu."""\n\n__version__ = "{version}"\n', "utf-8")
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n## [Unreleased]\n\n{changelog}", "utf-8")
    return folder


def test_the_notes_are_what_the_changelog_says_of_that_version_alone(tmp_path: Path) -> None:
    changelog = "## [1.2.0] - 2026-11-21\n\n### Added\n\n- New.\n\n## [1.1.0] - 2026-01-01\n\n- Old.\n"
    assert notes("1.2.0", repository(tmp_path, "1.2.0", changelog)) == "### Added\n\n- New."


@pytest.mark.parametrize(
    ("stated", "changelog", "reason"),
    [
        ("1.1.0", "## [1.2.0] - 2026-11-21\n\n- New.\n", "says it is 1.1.0"),
        ("1.2.0", "- New.\n", "has no part"),
        ("1.2.0", "## [1.2.0]\n\n- New.\n", "has no part"),
        ("1.2.0", "## [1.2.0] - 2026-11-21\n\n## [1.1.0] - 2026-01-01\n\n- Old.\n", "says nothing"),
    ],
)
def test_a_version_that_is_not_ready_is_refused_with_the_reason(
    tmp_path: Path, stated: str, changelog: str, reason: str
) -> None:
    with pytest.raises(SystemExit, match=reason):
        notes("1.2.0", repository(tmp_path, stated, changelog))
