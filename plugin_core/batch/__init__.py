"""
A whole library at once: every film under a folder through ``pipeline.run``, on one machine or on a cluster.

``discovery`` finds the films and says where their results go, ``manifest`` keeps what became of each, ``scheduling``
gives them to a crew of workers. A crew is ``embedded`` (worker processes here) or ``cluster`` (actors of Ray).
"""

from plugin_core.batch.discovery import Film, Library, library
from plugin_core.batch.manifest import Manifest, Record
from plugin_core.batch.scheduling import Began, Crew, Ended, Heard, Outcome, Summary, Told, left, run

__all__ = [
    "Began",
    "Crew",
    "Ended",
    "Film",
    "Heard",
    "Library",
    "Manifest",
    "Outcome",
    "Record",
    "Summary",
    "Told",
    "left",
    "library",
    "run",
]
