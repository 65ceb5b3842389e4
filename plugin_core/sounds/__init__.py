"""
What happens in the sound: speech, music, singing and noise with their boundaries, and events such as breaking glass.

* ``tag``      a stream of 16 kHz blocks to sounds, in bounded memory
* ``Sound``    one of them
* ``Found``    what ``tag`` yields beside Progress
"""

from plugin_core.sounds.values import KINDS, Found, Sound

__all__ = ["KINDS", "Found", "Sound"]
