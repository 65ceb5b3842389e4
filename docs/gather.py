"""
Gather the pages of the site into ``build/docs``: those of ``docs`` and those that live elsewhere in the repository.

A document links to files as they lie in the repository, so that it also reads well there. Here every link is made to
lead to the page of the file it names; what is no page, such as a script, keeps its name and loses the link. A link to
nothing stays, so that ``mkdocs build --strict`` refuses it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "build" / "docs"
BESIDE = {".css", ".json", ".png", ".svg"}
CODE_OR_LINK = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)|\[(?P<text>[^\[\]]*)\]\((?P<path>[^)#\s:]+)(?P<anchor>#[^)\s]*)?\)", re.DOTALL
)
BROKEN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uff60])\n(?=[\u3000-\u9fff\uff00-\uff60])")
OTHER_LANGUAGE = re.compile(r"^\[(简体中文|English)\]\([^)]*\)\n+", re.MULTILINE)  # the site has a switch for that


def pages() -> Iterator[tuple[PurePosixPath, PurePosixPath]]:
    """Every document of the site: where it lies in the repository, and where in the site."""
    for path in sorted((ROOT / "docs").glob("*.md")):
        yield PurePosixPath("docs", path.name), PurePosixPath(path.name)
    for path in sorted(ROOT.glob("models/*/README*.md")):
        yield PurePosixPath(path.relative_to(ROOT)), PurePosixPath("models", path.parent.name + path.name[6:])
    for name in ("CHANGELOG", "CONTRIBUTING"):
        for path in sorted(ROOT.glob(f"{name}*.md")):
            yield PurePosixPath(path.name), PurePosixPath(path.name.lower())


def linked(text: str, source: PurePosixPath, page: PurePosixPath, site: dict[str, PurePosixPath]) -> str:
    """*text* of the document at *source*, its links leading to pages as seen from *page*."""

    def found(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        path = os.path.normpath(source.parent / match["path"]).replace(os.sep, "/")
        anchor = match["anchor"] or ""
        if path in site or (path.startswith("docs/") and (ROOT / path).exists()):
            made = str(site.get(path, path.removeprefix("docs/")))
            made = made.replace(".zh.", ".")  # the site itself knows which language is being read
            return f"[{match['text']}]({os.path.relpath(made, page.parent).replace(os.sep, '/')}{anchor})"
        return f"{match['text']} (`{path}`)" if (ROOT / path).exists() else match[0]

    joined = BROKEN_CHINESE.sub("", text)  # where a line ends, HTML shows a blank; Chinese has none
    return OTHER_LANGUAGE.sub("", CODE_OR_LINK.sub(found, joined))


def main() -> None:
    """Make ``build/docs`` anew."""
    if TARGET.exists():
        shutil.rmtree(TARGET)
    site = {str(source): page for source, page in pages()}
    for source, page in pages():
        place = TARGET / page
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(linked((ROOT / source).read_text("utf-8"), source, page, site), "utf-8", newline="\n")
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.suffix in BESIDE:
            place = TARGET / path.relative_to(ROOT / "docs")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


if __name__ == "__main__":
    main()
