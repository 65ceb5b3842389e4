"""``zimu monitor`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from plugin_core.cli_monitor import app
from plugin_core.monitoring.records import Record, log
from tests.scenes.films import film_of
from tests.scenes.packs import make_scenes_pack

run = CliRunner().invoke


def write(path: Path, indoor: int, outdoor: int) -> Path:
    with path.open("w") as out:
        log(Record(200, 0.1, shots=indoor + outdoor, mix={"place": {"indoor": indoor, "outdoor": outdoor}}), out)
    return path


def test_logs_that_drifted_are_told_by_the_exit_status(tmp_path: Path) -> None:
    before, after = write(tmp_path / "before", 500, 500), write(tmp_path / "after", 900, 100)
    assert run(app, ["reference", str(before), "--out", str(tmp_path / "r.json")]).exit_code == 0
    same = run(app, ["drift", str(before), "--reference", str(tmp_path / "r.json")])
    assert (same.exit_code, "stable" in same.stdout) == (0, True)
    drifted = run(app, ["drift", str(after), "--reference", str(tmp_path / "r.json")])
    assert (drifted.exit_code, "large" in drifted.stdout) == (7, True)


def test_two_packs_are_compared_on_films(tmp_path: Path) -> None:
    a, b = make_scenes_pack(tmp_path / "a"), make_scenes_pack(tmp_path / "b", temperatures={"place": 3.0})
    films = [film_of(tmp_path / f"film {n}.mp4", [40, 220], loud=[n]) for n in range(2)]
    truth = tmp_path / "truth.jsonl"
    rows = [{"frame_id": f"film {n}_0000", "last": 1, "place": "indoor", "audio_emotion": "calm"} for n in range(2)]
    truth.write_text("\n".join(map(json.dumps, rows)))
    command = ["compare", str(a), str(b), *map(str, films), "--shots-pack", "none", "--truth", str(truth)]
    done = run(app, command)
    assert done.exit_code == 0, done.output
    assert "| place | 2 | 100.0% | 100.0% | 0 | 0 | 1 |" in done.stdout
    report = tmp_path / "report.html"
    assert run(app, [*command, "--report", str(report)]).exit_code == 0
    assert report.read_text("utf-8").startswith("<!doctype html>")
