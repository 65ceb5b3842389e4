"""The journal: what was finished survives any crash, and a torn line costs one piece at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from plugin_core.journal import Journal, journal_key


def test_records_and_completion_survive() -> None:
    journal = Journal("speech", "k1")
    assert journal.append({"text": "你好"})
    assert not Journal("speech", "k1").complete
    journal.finish()
    again = Journal("speech", "k1")
    assert again.records == [{"text": "你好"}]
    assert again.complete


def test_stages_and_keys_do_not_share() -> None:
    Journal("speech", "k2").append({"a": 1})
    assert Journal("translation", "k2").records == []
    assert Journal("speech", "k3").records == []


@given(cut=st.integers(1, 40))
def test_a_torn_tail_is_dropped_and_appending_goes_on(cut: int) -> None:
    journal = Journal("speech", f"torn{cut}")
    journal.forget()
    journal.append({"n": 1})
    journal.append({"n": 2, "text": "x" * 40})
    data = journal.path.read_bytes()
    journal.path.write_bytes(data[:-cut])
    again = Journal("speech", f"torn{cut}")
    assert again.records == [{"n": 1}]
    again.append({"n": 3})
    assert Journal("speech", f"torn{cut}").records == [{"n": 1}, {"n": 3}]


def test_a_kill_in_the_middle_keeps_what_was_finished(home: Path) -> None:
    code = (
        "from plugin_core.journal import Journal\n"
        "j = Journal('speech', 'killed')\n"
        "n = 0\n"
        "while True:\n"
        "    j.append({'n': n, 'text': '字幕' * 2000}); n += 1\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"ZIMU_HOME": str(home)})
    path = Journal("speech", "killed").path
    while not path.exists() or path.stat().st_size < 100_000:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    records = Journal("speech", "killed").records
    assert [record["n"] for record in records] == list(range(len(records)))
    assert len(records) > 5


def test_a_disk_that_refuses_does_not_stop_the_job(home: Path) -> None:
    (home / "cache").write_text("a file where the folder should be")
    journal = Journal("speech", "k")
    assert journal.append({"n": 1}) is False
    assert journal.records == [{"n": 1}]


def test_the_key_tells_every_part_apart() -> None:
    assert journal_key("a", "b") != journal_key("ab", "")
    assert journal_key(1, (2, 3)) == journal_key(1, (2, 3))
