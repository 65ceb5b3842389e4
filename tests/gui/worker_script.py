"""
A worker process as far as ``gui.jobs`` sees it, which does what a job's ``act`` says.

count (two steps and an end), die (at once), find-and-die (after a few words), die-once (the second run ends well),
fail, hang (until cancelled), deaf (until killed), noise (a line that is not JSON first), mute (never says hello and
ends).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def say(**value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def progress(job: str, done: int) -> None:
    say(event="progress", job=job, stage="listen", done=done, total=2, remaining=2 - done)


def finish(job: str) -> None:
    from plugin_core.document import Document
    from plugin_core.storage import to_json

    say(event="finished", job=job, document=to_json(Document()), files=[])


def stopped(job: str) -> None:
    error = {"type": "Cancelled", "code": "cancelled", "message": "Stopped.", "hint": ""}
    say(event="failed", job=job, error=error)


def do(job: str, act: str) -> None:
    if act == "die":
        os._exit(11)
    if act.startswith("die-once:"):
        flag = Path(act.removeprefix("die-once:"))
        if not flag.exists():
            flag.write_text("died")
            os._exit(11)
    if act == "fail":
        error = {"type": "MediaError", "code": "media.no-audio", "message": "It is silent.", "hint": "Choose another."}
        say(event="failed", job=job, error=error)
        return
    if act == "find-and-die":
        say(event="chunk", job=job, start=0, end=2000, language="en", words=[[1000, 1500, "Hello", 0.9]])
        os._exit(11)
    if act == "noise":
        sys.stdout.write("a library says hello\n")
    progress(job, 1)
    if act == "hang":
        for line in sys.stdin:
            if json.loads(line)["do"] == "cancel":
                stopped(job)
                return
    if act == "deaf":
        while True:
            sys.stdin.readline()
    progress(job, 2)
    finish(job)


if __name__ == "__main__":
    say(event="hello", protocol=1, zimu="test", pid=os.getpid())
    for row in sys.stdin:
        request = json.loads(row)
        if request["do"] == "quit":
            break
        if request["do"] == "run":
            do(request["job"], request["options"]["act"])
