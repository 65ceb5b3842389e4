"""Packs that CTranslate2 opens: one error for all that it may say of their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack


def loaded(pack: Pack, make: Callable[[], Any]) -> Any:
    """What *make* opens of *pack*; ModelError if CTranslate2 cannot."""
    try:
        return make()
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            "model.load",
            f"The pack {pack.id} cannot be loaded: {error}.",
            "Run `zimu models verify`, or pull it again.",
        ) from error
