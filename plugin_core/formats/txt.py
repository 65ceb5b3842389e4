"""Plain text without times: the transcript, a paragraph per cue when languages are stacked. Written, never read."""

from __future__ import annotations

from plugin_core.document import Document
from plugin_core.formats.layout import Layout, one_line, stacked


def write(document: Document, layout: Layout) -> str:
    """One line per cue and language (its own line breaks become spaces, none between Chinese characters)."""
    several = len(layout.shown(document)) > 1
    speaker, blocks = "", []
    for cue, parts in stacked(document, layout):
        head = ""
        if layout.speakers and one_line(cue.speaker) and cue.speaker != speaker:
            head, speaker = f"{one_line(cue.speaker)}:\n", cue.speaker
        blocks.append(head + "\n".join(_joined(text) for _, text in parts) + "\n")
    return ("\n" if several else "").join(blocks)


def _joined(text: str) -> str:
    """The lines of *text* as one: with a space unless both sides are wide characters."""
    result = ""
    for line in text.split("\n"):
        wide = result and min(result[-1], line[0]) >= "\u2e80"
        result += line if wide or not result else f" {line}"
    return result
