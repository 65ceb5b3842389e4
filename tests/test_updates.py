"""The look for a new version: only when asked, never offline, and harmless whatever answers."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import updates
from plugin_core.doctor import updating
from plugin_core.errors import SettingsError


class Answering(ThreadingHTTPServer):
    """A server of this machine that gives *body* with *status*, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.body, self.status, self.asked = b"{}", 200, [""]
        self.asked.clear()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(f"{self.command} {self.path}\n{self.headers}")
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/zimu.json"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    made = Answering()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("ZIMU_UPDATE_URL", made.url)
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.mark.parametrize("wrap", [lambda version: {"version": version}, lambda version: {"info": {"version": version}}])
@pytest.mark.parametrize(
    ("here", "there", "newer"),
    [
        ("0.9", "0.10.0", True), ("1.0", "1.0.0", False), ("1.2", "1.1.9", False), ("1.0rc1", "1.0", True),
        ("1.0", "1.0rc1", False), ("0.1.0", "0.1.0", False),
    ],
)  # fmt: skip
def test_a_newer_version_is_named_and_no_other(
    server: Answering, wrap: object, here: str, there: str, newer: bool
) -> None:
    server.body = json.dumps(wrap(there)).encode()  # type: ignore[operator]
    assert updates.newest(here=here) == (there if newer else "")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200), (b"<html>", 200), (b"[]", 200), (b'{"version": 3}', 200), (b'{"info": []}', 200),
        (b"\xff\xfe", 200),
        (b'{"version": "<b>9</b>"}', 200), (b'{"version": "9"}', 404), (b"", 500), (b"[" * 100_000, 200),
        (b'{"version": "' + b"9" * 5_000_000 + b'"}', 200),
    ],
)  # fmt: skip
def test_a_bad_answer_is_a_sentence_and_nothing_worse(server: Answering, body: bytes, status: int) -> None:
    server.body, server.status = body, status
    with pytest.raises(SettingsError) as error:
        updates.newest()
    assert error.value.code.startswith("update.")
    (found,) = updating.look()
    assert (found.name, found.state) == ("update.unknown", "note")
    assert error.value.code in updating._WHY
    assert "The address" not in found.message_zh


def test_nobody_there_is_a_sentence(server: Answering) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SettingsError, match="did not answer"):
        updates.newest(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "zimu", "ftp://x"])
def test_only_a_servers_address_is_asked(server: Answering, url: str) -> None:
    with pytest.raises(SettingsError, match="is not a server's address"):
        updates.newest(url)


def test_the_request_says_nothing_of_this_machine(server: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    server.body = b'{"version": "99"}'
    assert updates.newest() == "99"
    (said,) = server.asked
    assert said.startswith("GET /zimu.json\n")
    for secret in ("hf_secret", "authorization", socket.gethostname().lower(), "cookie", "referer"):
        assert secret not in said.lower()


def test_strict_offline_asks_nobody(server: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIMU_OFFLINE", "1")
    with pytest.raises(SettingsError, match="strict offline"):
        updates.newest()
    assert server.asked == []


def test_the_finding_names_what_is_newer(server: Answering) -> None:
    server.body = b'{"version": "99.1"}'
    (found,) = updating.look()
    assert (found.name, "99.1" in found.message) == ("update.newer", True)
    server.body = b'{"version": "0.0.1"}'
    (found,) = updating.look()
    assert (found.name, "127.0.0.1" in found.message) == ("update.current", True)


versions = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(versions, versions)
def test_of_two_versions_at_most_one_is_newer(one: str, other: str) -> None:
    assert not (updates._key(one) > updates._key(other) and updates._key(other) > updates._key(one))
    padded = [[*map(int, text.split(".")), 0, 0, 0, 0][:4] for text in (one, other)]
    assert (updates._key(one) > updates._key(other)) == (padded[0] > padded[1])
