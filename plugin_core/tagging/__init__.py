"""
Tagging: what a subtitle text says is spoken, played, heard, seen and shown.

``tag`` reads one text, ``tag_many`` many at once; both need a tagging pack (the embedded one unless another is given).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugin_core.tagging.tagger import tag, tag_many, tag_stream
    from plugin_core.tagging.tags import Asked, Detail, Item, Tags

__all__ = ["Asked", "Detail", "Item", "Tags", "tag", "tag_many", "tag_stream"]


def __getattr__(name: str) -> Any:
    """Import what is first asked for: numpy is not paid for by ``zimu --help``."""
    if name in {"tag", "tag_many", "tag_stream"}:
        from plugin_core.tagging import tagger

        return getattr(tagger, name)
    if name in {"Asked", "Detail", "Item", "Tags"}:
        from plugin_core.tagging import tags

        return getattr(tags, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
