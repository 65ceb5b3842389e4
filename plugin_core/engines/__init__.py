"""
Engines: verified packs, opened. Each opener is a context manager; none ever goes to the network.

* ``open_scenes``       a scenes pack for ``scenes.Watcher``
* ``open_sounds``       a sounds pack for ``sounds.tag``
* ``open_speech``       a Whisper pack for ``speech.transcribe``
* ``open_tagging``      a tagging pack for ``tagging.tag``
* ``open_translation``  a translation pack for ``translation.translate``
* ``open_voices``       a speaker-embedding pack for ``speakers.diarise``
* ``devices.choose``    which device and compute type, and the sentence that says why
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugin_core.engines.scenes import open_scenes
    from plugin_core.engines.sounds import open_sounds
    from plugin_core.engines.speech import open_speech
    from plugin_core.engines.tagging import open_tagging
    from plugin_core.engines.translation import open_translation
    from plugin_core.engines.voices import open_voices

__all__ = ["open_scenes", "open_sounds", "open_speech", "open_tagging", "open_translation", "open_voices"]


def __getattr__(name: str) -> Any:
    """Import the engine's module when it is first asked for: ctranslate2 is not paid for by ``zimu --help``."""
    if name == "open_scenes":
        from plugin_core.engines.scenes import open_scenes

        return open_scenes
    if name == "open_sounds":
        from plugin_core.engines.sounds import open_sounds

        return open_sounds
    if name == "open_speech":
        from plugin_core.engines.speech import open_speech

        return open_speech
    if name == "open_tagging":
        from plugin_core.engines.tagging import open_tagging

        return open_tagging
    if name == "open_translation":
        from plugin_core.engines.translation import open_translation

        return open_translation
    if name == "open_voices":
        from plugin_core.engines.voices import open_voices

        return open_voices
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
