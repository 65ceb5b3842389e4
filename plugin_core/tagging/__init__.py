"""
Tagging: what a subtitle text says is spoken, played, heard, seen and shown.

``tag`` reads one text, ``tag_many`` many at once; both need a tagging pack (the embedded one unless another is given).
"""

from __future__ import annotations
