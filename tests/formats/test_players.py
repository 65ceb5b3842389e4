"""What players make of our subtitle files: FFmpeg reads them as written, libass draws each cue while it is due."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from plugin_core import formats
from plugin_core.document import Cue, Document
from plugin_core.formats import Layout

CUES = (
    Cue("a", 400, 1200, ("你好，世界！", "Hello,\nworld & <all>")),
    Cue("b", 1600, 2400, ("再见", "Goodbye {now}")),
    Cue("c", 2400, 3120, ("好", "OK: -5 \\N 6")),
)
DOCUMENT = Document(languages=("zh", "en"), cues=CUES)
LAYOUTS = {"zh": Layout("single", ("zh",)), "en": Layout("single", ("en",)), "both": Layout()}


def written(folder: Path, ending: str, layout: str) -> Path:
    path = folder / f"film.{ending}"
    formats.write(DOCUMENT, path, layout=LAYOUTS[layout])
    return path


def wanted(layout: str) -> list[list[str]]:
    columns = {"zh": (0,), "en": (1,), "both": (0, 1)}[layout]
    return [[line for column in columns for line in cue.texts[column].split("\n")] for cue in CUES]


def shown(payload: str, ending: str) -> list[str]:
    """The lines a player shows of a packet: without markup and with its escapes undone."""
    payload = payload.split(",", 8)[8] if ending == "ass" else payload.replace("\n", r"\N")
    payload = re.sub(r"\{\\[^}]*\}" if ending == "ass" else r"</?[a-z][^>]*>", "", payload)
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&lrm;", ""), ("&amp;", "&"), (r"\{", "{"), (r"\}", "}")):
        payload = payload.replace(name, character)
    return [line.replace("\u2060", "") for line in payload.strip().split(r"\N")]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("ending", ["srt", "vtt", "ass"])
def test_ffmpeg_reads_the_times_we_wrote(tmp_path: Path, ending: str, layout: str) -> None:
    with av.open(str(written(tmp_path, ending, layout))) as container:
        packets = [packet for packet in container.demux() if packet.size]
        times = sorted({(round(1000 * p.pts * p.time_base), round(1000 * p.duration * p.time_base)) for p in packets})
    assert times == [(cue.start, cue.duration) for cue in CUES]


@pytest.mark.parametrize("layout", ["zh", "both"])
@pytest.mark.parametrize("ending", ["srt", "vtt", "ass"])
def test_ffmpeg_reads_the_texts_we_wrote(tmp_path: Path, ending: str, layout: str) -> None:
    with av.open(str(written(tmp_path, ending, layout))) as container:
        packets = [packet for packet in container.demux() if packet.size]
    found: dict[int, list[str]] = {}
    for packet in packets:
        found.setdefault(packet.pts, []).extend(shown(bytes(packet).decode("utf-8"), ending))
    first = [sorted(lines) for _, lines in sorted(found.items())][:2]
    assert first == [sorted(lines) for lines in wanted(layout)][:2]


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not on this machine")
@pytest.mark.parametrize("ending", ["srt", "vtt", "ass"])
def test_ffprobe_counts_what_we_wrote(tmp_path: Path, ending: str) -> None:
    command = ["ffprobe", "-v", "error", "-show_packets", "-of", "json", written(tmp_path, ending, "zh")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    packets = json.loads(done.stdout)["packets"]
    assert [round(1000 * float(packet["pts_time"])) for packet in packets] == [cue.start for cue in CUES]
    assert done.stderr == ""


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="the ffmpeg program is not on this machine")
@pytest.mark.parametrize("ending", ["srt", "vtt", "ass"])
def test_libass_draws_a_cue_while_it_is_due_and_nothing_else(tmp_path: Path, ending: str) -> None:
    name = written(tmp_path, ending, "en").name
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=c=black:s=320x180:r=25:d=3.6", "-vf",
               f"subtitles={name},format=gray", "-f", "rawvideo", "-"]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    frames = np.frombuffer(done.stdout, np.uint8).reshape(-1, 180 * 320)
    due = [any(cue.start <= number * 40 < cue.end for cue in CUES) for number in range(len(frames))]
    assert [bool(frame.max() > 128) for frame in frames] == due
