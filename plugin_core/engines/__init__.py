"""
Engines: verified packs, opened. Each opener is a context manager; none ever goes to the network.

* ``open_captioner``    a captioner pack for descriptions of shots
* ``open_scenes``       a scenes pack for ``scenes.Watcher``
* ``open_shots``        a shots pack for ``shots.find``
* ``open_sounds``       a sounds pack for ``sounds.tag``
* ``open_speech``       a Whisper pack for ``speech.transcribe``
* ``open_tagging``      a tagging pack for ``tagging.tag``
* ``open_translation``  a translation pack for ``translation.translate``
* ``open_typos``        a pack of typing errors for ``captioning.quality``
* ``open_vision``       a CLIP pack for ``scenes.zero_shot`` and ``scenes.index``
* ``open_voices``       a speaker-embedding pack for ``speakers.diarise``
* ``devices.choose``    which device and compute type, and the sentence that says why
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugin_core.engines.captioner import open_captioner
    from plugin_core.engines.scenes import open_scenes
    from plugin_core.engines.shots import open_shots
    from plugin_core.engines.sounds import open_sounds
    from plugin_core.engines.speech import open_speech
    from plugin_core.engines.tagging import open_tagging
    from plugin_core.engines.translation import open_translation
    from plugin_core.engines.typos import open_typos
    from plugin_core.engines.vision import open_vision
    from plugin_core.engines.voices import open_voices

__all__ = [
    "open_captioner",
    "open_scenes",
    "open_shots",
    "open_sounds",
    "open_speech",
    "open_tagging",
    "open_translation",
    "open_typos",
    "open_vision",
    "open_voices",
]


def __getattr__(name: str) -> Any:
    """Import the engine's module when it is first asked for: ctranslate2 is not paid for by ``zimu --help``."""
    if name in __all__:
        return getattr(import_module(f"{__name__}.{name.removeprefix('open_')}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
