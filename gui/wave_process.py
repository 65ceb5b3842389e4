"""
``python -m gui.wave_process FILE``: the rows of a file's waveform on stdout, in a process of its own.

Rows are pairs of little-endian int16 (lowest, highest sample of 10 ms), from media time 0 on; they come as they are
found, and at once if the file was seen before. An error is one line of JSON on stderr (``ZimuError.to_json``) and its
exit status. Decoding three hours takes Python's lock for so long that typing would stutter beside it in a thread.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from plugin_core import audio
from plugin_core.errors import ZimuError


def main(arguments: list[str]) -> int:
    """Write the rows of the file of *arguments*; the exit status."""
    try:
        for rows in audio.peak_rows(Path(arguments[0])):
            sys.stdout.buffer.write(rows.astype("<i2", copy=False).tobytes())
            sys.stdout.buffer.flush()
    except ZimuError as error:
        sys.stderr.write(json.dumps(error.to_json()) + "\n")
        return error.exit_code
    except BrokenPipeError:
        sys.stdout = None
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
