"""``zimu resolve titles``, as a user types it, over the fake."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.document import Cue, Document
from plugin_core.errors import HostError
from resolve_bridge.cli import app
from tests.hosts.resolve_channel import open_fake
from tests.hosts.test_resolve_agent import template


def test_subtitles_become_titles_on_a_track_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cues = (Cue("c1", 1000, 2000, ("你好。", "Hello.")), Cue("c2", 3000, 4000, ("再见。", "Bye.")))
    storage.save(Document(languages=("zh", "en"), cues=cues), tmp_path / "film.zimu")
    bridge, resolve = open_fake()
    template(resolve)
    monkeypatch.setattr("resolve_bridge.connect.connect", lambda: bridge)
    words = ["titles", str(tmp_path / "film.zimu"), "--template", "My Text", "--track", "en"]
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, result.stdout) == (0, "2 titles on video track 2.\n")
    assert bridge.present().tracks == ()
    assert isinstance(CliRunner().invoke(app, [*words[:3], "Another", *words[4:]]).exception, HostError)
