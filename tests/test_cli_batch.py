"""``zimu batch`` as a user meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.batch.clips import clips

OPTIONS = (
    "--pack", "starter", "--events", "none", "--to", "en", "--spoken", "en", "--formats", "srt", "--no-memory",
    "--beam-size", "1", "--threads", "1", "--workers", "1",
)  # fmt: skip
COMMAND = (sys.executable, "-X", "utf8", "-m", "plugin_core.cli", "batch")


def batch(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments), *OPTIONS], capture_output=True, text=True, encoding="utf-8", check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()] if "--json" in arguments else []
    return done.returncode, lines, done.stdout + done.stderr


def test_a_library_is_done_once_and_a_bad_film_is_told(tmp_path: Path, starter: Path) -> None:
    films, out = clips(tmp_path / "in", starter, "day 1/a.wav"), tmp_path / "out"
    (films / "bad.mov").write_bytes(b"no film at all")
    assert batch(films, "--out", out, "--list", "--json")[1][-1]["left"] is True
    assert not out.exists()  # to look leaves nothing behind
    status, lines, _ = batch(films, "--out", out, "--json")
    assert status == 3
    assert lines[0] == {"event": "library", "films": 2, "left": 2, "unread": []}
    assert (lines[-1]["event"], lines[-1]["done"], lines[-1]["failed"]) == ("summary", 1, 1)
    assert [one["name"] for one in lines[-1]["failures"]] == ["bad.mov"]
    assert (out / "day 1" / "a.en.srt").is_file()
    assert sorted(path.name for path in films.iterdir()) == ["bad.mov", "day 1"]
    (films / "bad.mov").unlink()
    status, _, said = batch(films, "--out", out)
    assert status == 0
    assert "1 films, 0 of them to do" in said
    status, lines, _ = batch(films, "--out", out, "--list", "--json")
    assert lines[-1] == {"film": "day 1/a.wav", "left": False, "out": str(out / "day 1")}


def test_a_batch_killed_in_the_middle_goes_on_where_it_was(tmp_path: Path, starter: Path) -> None:
    films = clips(tmp_path, starter, "a.wav", "b.wav")
    begun = subprocess.Popen([*COMMAND, str(films), *OPTIONS, "--json"], stdout=subprocess.PIPE, text=True)
    assert begun.stdout is not None
    for line in begun.stdout:
        if json.loads(line)["event"] == "ended":
            break
    os.kill(begun.pid, signal.SIGKILL)
    begun.communicate()
    status, lines, _ = batch(films, "--json")
    assert status == 0
    assert (lines[-1]["unchanged"], lines[-1]["done"]) == (1, 1)


def test_stopping_is_its_own_exit_status(tmp_path: Path, starter: Path) -> None:
    films = clips(tmp_path, starter, "a.wav")
    begun = subprocess.Popen([*COMMAND, str(films), *OPTIONS, "--json"], stdout=subprocess.PIPE, text=True)
    assert begun.stdout is not None
    for line in begun.stdout:
        if json.loads(line)["event"] == "began":
            break
    begun.send_signal(signal.SIGTERM)
    begun.communicate()
    assert begun.returncode == 130
    assert sorted(path.name for path in films.iterdir() if path.name[0] != ".") == ["a.wav", "zimu-batch.jsonl"]
