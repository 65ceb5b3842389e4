"""Zimu's own document as a file of text: the JSON that ``storage`` keeps in ``.zimu`` files, whole and lossless."""

from __future__ import annotations

import json

from plugin_core.document import Document
from plugin_core.errors import DocumentError
from plugin_core.formats.layout import Layout


def sniff(text: str) -> bool:
    """Whether *text* is a JSON object with what every document of ours has at its top."""
    return text.lstrip().startswith("{") and all(f'"{key}"' in text for key in ("cues", "languages", "media"))


def read(text: str) -> Document:
    """The document; DocumentError if it is damaged or of a newer Zimu."""
    from plugin_core.storage import from_json

    try:
        return from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise DocumentError(
            "document.damaged", "It is not a whole Zimu document.", "Restore an earlier copy of it, or its autosave."
        ) from error


def write(document: Document, layout: Layout) -> str:  # noqa: ARG001 - a document is written whole
    """The text of a ``.zimu`` file."""
    from plugin_core.storage import dumps

    return dumps(document).decode("utf-8")
