"""
Runs first in a frozen build: gives the processes it will start the library path that the user had.

On Linux the build's start sets LD_LIBRARY_PATH to its own folder. A browser, ffmpeg or another Python started with that
would load our libraries instead of its own. What is loaded here is found beside what asks for it.
"""

import os

for _name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    _before = os.environ.pop(f"{_name}_ORIG", None)
    if _before is not None:
        os.environ[_name] = _before
    else:
        os.environ.pop(_name, None)
