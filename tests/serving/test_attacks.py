"""What a hostile page, a hostile program and a broken client cannot do. Everything over real sockets."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from plugin_core import storage
from plugin_core.document import Mark
from plugin_core.server import Address
from plugin_core.serving.rates import Limits
from tests.hosts.premiere_engine import FakePremiere
from tests.serving.clients import PATIENCE, Panel, drained, post, raw, status
from tests.serving.conftest import QUICK, served
from tests.serving.test_premiere import relayed

HELLO = {"do": "hello", "id": 0, "protocol": 1}


def request(address: Address, *lines: str, body: bytes = b"", start: str = "POST /api/jobs HTTP/1.1") -> bytes:
    """A raw request with *lines* for headers; "{port}" and "{token}" in them are the server's."""
    filled = [line.replace("{port}", str(address.port)).replace("{token}", address.token) for line in lines]
    return "\r\n".join([start, *filled, "", ""]).encode("latin-1") + body


GOOD = ("Host: 127.0.0.1:{port}", "Authorization: Bearer {token}", "Content-Type: application/json")


def test_a_good_request_is_answered(address: Address) -> None:
    answer = raw(address, request(address, *GOOD, "Content-Length: 2", "Connection: close", body=b"{}"))
    assert status(answer) == 200


# -- who may ask -----------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "{token}x", "{token} {token}", "é", "0" * 5000])
def test_http_needs_the_token(address: Address, token: str) -> None:
    lines = (GOOD[0], f"Authorization: Bearer {token}", GOOD[2], "Content-Length: 2")
    assert status(raw(address, request(address, *lines, body=b"{}"))) in {401, 429}


@pytest.mark.parametrize("start", ["POST /api/jobs?token={token} HTTP/1.1", "GET /openapi.json HTTP/1.1",
                                   "GET /health HTTP/1.1", "GET /nothing HTTP/1.1", "GET /panelx HTTP/1.1",
                                   "GET /panel/../openapi.json HTTP/1.1", "GET /panel/%2e%2e/health HTTP/1.1",
                                   "GET //panel/ HTTP/1.1"])  # fmt: skip
def test_nothing_but_the_panels_files_is_had_without_a_header_with_the_token(address: Address, start: str) -> None:
    answer = raw(address, request(address, GOOD[0], start=start.replace("{token}", address.token)))
    assert status(answer) in {401, 404, 429}
    assert b'"paths"' not in answer


def test_two_tokens_are_none(address: Address) -> None:
    lines = (*GOOD, "Authorization: Bearer {token}", "Content-Length: 2")
    assert status(raw(address, request(address, *lines, body=b"{}"))) in {401, 429}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost",
                                  "localhost.:{port}", "127.0.0.1:{port}.evil.example", "[::1]:{port}",
                                  "0.0.0.0:{port}", "127.1:{port}", "user@127.0.0.1:{port}", ""])  # fmt: skip
def test_a_rebound_name_is_refused_whatever_it_knows(address: Address, host: str) -> None:
    lines = (f"Host: {host}", *GOOD[1:], "Content-Length: 2")
    assert status(raw(address, request(address, *lines, body=b"{}"))) in {400, 421}
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + KEY)
    answer = raw(address, request(address, f"Host: {host}", *upgrade, start="GET /ws HTTP/1.1"))
    assert status(answer) in {400, 403}


def test_two_hosts_are_none(address: Address) -> None:
    lines = (*GOOD, "Host: 127.0.0.1:{port}", "Content-Length: 2")
    assert status(raw(address, request(address, *lines, body=b"{}"))) in {400, 421}


KEY = base64.b64encode(b"0123456789abcdef").decode()
FOREIGN = ["https://evil.example", "http://localhost", "http://127.0.0.1:1", "https://127.0.0.1:{port}",
           "http://127.0.0.1:{port}.evil.example", "http://evil.example:{port}", "file://evil", "chrome-extension://x",
           "Null", ""]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_from_elsewhere_is_refused_even_with_the_token(address: Address, origin: str) -> None:
    origin = origin.replace("{port}", str(address.port))
    code, _, headers = post(address, "jobs", headers={"Origin": origin or " "})
    assert code == 403
    assert not any(name.startswith("access-control") for name in headers)
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{address.port}/ws", additional_headers={"Origin": origin}, open_timeout=PATIENCE)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:{port}", "http://localhost:{port}", "file://", "null"])
def test_our_panel_may_come_from_the_server_or_from_a_file_but_needs_the_token(address: Address, origin: str) -> None:
    origin = origin.replace("{port}", str(address.port))
    assert post(address, "jobs", headers={"Origin": origin})[0] == 200
    assert post(address, "jobs", headers={"Origin": origin}, token="wrong")[0] in {401, 429}
    with Panel(address, additional_headers={"Origin": origin}) as panel:
        assert panel.hello["result"]["protocol"] == 1


def test_a_form_of_a_web_page_reaches_nothing(address: Address) -> None:
    """A POST with text/plain needs no preflight: its origin, its type and its lack of a token each refuse it."""
    lines = ("Host: 127.0.0.1:{port}", "Content-Type: text/plain", "Content-Length: 2")
    assert status(raw(address, request(address, *lines, "Origin: https://evil.example", body=b"{}"))) == 403
    assert status(raw(address, request(address, *lines, body=b"{}"))) in {401, 429}
    assert post(address, "jobs", headers={"Content-Type": "text/plain"})[0] == 415
    assert post(address, "jobs", headers={"Content-Type": "application/x-www-form-urlencoded"})[0] == 415


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:{port}"])
def test_no_preflight_succeeds(address: Address, origin: str) -> None:
    asked = ("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type")
    answer = raw(address, request(address, GOOD[0], f"Origin: {origin}", *asked, start="OPTIONS /api/jobs HTTP/1.1"))
    assert status(answer) in {401, 403, 429}
    assert b"access-control-allow" not in answer.lower()


def test_every_answer_forbids_frames_foreign_scripts_and_caches(address: Address) -> None:
    answer = raw(address, request(address, GOOD[0], "Connection: close", start="GET /panel/ HTTP/1.1"))
    assert status(answer) == 200
    for refused in (answer, raw(address, request(address, GOOD[0], start="GET /health HTTP/1.1"))):
        head = refused.split(b"\r\n\r\n")[0].decode().lower()
        assert "default-src 'none'; script-src 'self';" in head
        assert "frame-ancestors 'none'" in head
        assert "x-content-type-options: nosniff" in head
        assert "cache-control: no-store" in head
        assert "unsafe" not in head
        assert "\r\nserver:" not in head


def test_a_page_from_elsewhere_cannot_load_the_panel_as_an_image_but_may_be_left_for_it(address: Address) -> None:
    said = {("cross-site", "no-cors"): 403, ("same-site", "cors"): 403, ("cross-site", "navigate"): 200,
            ("same-origin", "cors"): 200, ("none", "navigate"): 200}  # fmt: skip
    for (site, mode), expected in said.items():
        lines = (GOOD[0], f"Sec-Fetch-Site: {site}", f"Sec-Fetch-Mode: {mode}", "Connection: close")
        assert status(raw(address, request(address, *lines, start="GET /panel/ HTTP/1.1"))) == expected


def test_who_has_no_token_takes_nothing_from_who_has(tmp_path: Path, folder: Path) -> None:
    with served(home=tmp_path, limits=Limits(burst=5, rate=0.001, failures=5), panel=folder) as address:
        for start in ("GET /panel/ HTTP/1.1", "POST /api/jobs HTTP/1.1"):
            answers = [raw(address, request(address, GOOD[0], "Connection: close", start=start)) for _ in range(10)]
            assert status(answers[-1]) == 429
        assert post(address, "jobs")[0] == 200


@pytest.mark.parametrize("token", ["", "wrong", "é\ud800", "0" * 201])
def test_a_panel_without_the_token_is_sent_away(address: Address, token: str) -> None:
    with connect(f"ws://127.0.0.1:{address.port}/ws", open_timeout=PATIENCE) as client:
        client.send(json.dumps({**HELLO, "token": token}))
        assert closed(client) == 4401


@pytest.mark.parametrize("first", ["{}", "[]", "null", "hello", '{"do":"jobs","id":1}', "[" * 50_000,
                                   '{"do":"hello","id":0,"protocol":1}'])  # fmt: skip
def test_a_panel_says_hello_first(address: Address, first: str) -> None:
    with connect(f"ws://127.0.0.1:{address.port}/ws", open_timeout=PATIENCE) as client:
        client.send(first)
        assert closed(client) == 4401


def test_a_hello_with_anything_unknown_or_in_binary_is_none(address: Address) -> None:
    good = json.dumps({**HELLO, "token": address.token})
    for first in (json.dumps({**HELLO, "token": address.token, "admin": True}), good.encode()):
        with connect(f"ws://127.0.0.1:{address.port}/ws", open_timeout=PATIENCE) as client:
            client.send(first)
            assert closed(client) == 4401


def test_a_panel_of_another_protocol_is_told_so(address: Address) -> None:
    with connect(f"ws://127.0.0.1:{address.port}/ws", open_timeout=PATIENCE) as client:
        client.send(json.dumps({**HELLO, "token": address.token, "protocol": 2}))
        assert json.loads(client.recv(timeout=PATIENCE))["error"]["code"] == "server.protocol"


def test_wrong_tokens_are_slowed_down_and_the_right_one_is_not(tmp_path: Path) -> None:
    with served(home=tmp_path, limits=Limits(failures=3)) as address:
        codes = [post(address, "jobs", token=f"wrong {place}")[0] for place in range(6)]
        assert codes == [401, 401, 401, 429, 429, 429]
        assert post(address, "jobs")[0] == 200
        with Panel(address) as panel:
            assert panel.result("jobs") == []


def closed(client: Any) -> int:
    """The code with which the server closes."""
    try:
        while True:
            client.recv(timeout=PATIENCE)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 1006


# -- how much, how slowly --------------------------------------------------------------------------


def test_a_body_that_says_it_is_too_large_is_not_waited_for(address: Address) -> None:
    for length in ("1048577", "99999999999999999999", "-1", "1e3", "0x10"):
        answer = raw(address, request(address, *GOOD, f"Content-Length: {length}"))
        assert status(answer) in {400, 413}


def test_a_body_that_grows_too_large_is_cut_off(address: Address) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", address.port), PATIENCE) as client:
        client.sendall(request(address, *GOOD, "Transfer-Encoding: chunked"))
        for _ in range(10_000):  # it ends by the server's closing, whatever the kernel buffers
            try:
                client.sendall(chunk)
            except ConnectionError:
                break
        else:
            pytest.fail("the server read 600 MB")
    assert post(address, "jobs")[0] == 200


def test_length_and_chunks_together_are_refused(address: Address) -> None:
    """Request smuggling needs two readers that disagree; here is one, and it takes none of it."""
    both = (*GOOD, "Content-Length: 4", "Transfer-Encoding: chunked")
    answer = raw(address, request(address, *both, body=b"0\r\n\r\nPOST /api/jobs HTTP/1.1\r\n\r\n"))
    assert answer.count(b"HTTP/1.1 200") <= 1


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) + 1])
def test_a_message_may_be_a_megabyte_and_no_more(address: Address, size: int) -> None:
    with Panel(address) as panel:
        text = '{"id":1,"do":"jobs","x":"'
        panel.socket.send(text + "x" * (size - len(text) - 2) + '"}')
        if size <= 1 << 20:
            assert panel.receive()["error"]["code"] == "server.arguments"
        else:
            assert closed(panel.socket) == 1009


def test_fragments_count_together(address: Address) -> None:
    with Panel(address) as panel:
        panel.socket.send(iter(["x" * 65_536] * 17))
        assert closed(panel.socket) == 1009


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A server that does not wait long."""
    home = tmp_path_factory.mktemp("hasty")
    with served(home=home, limits=Limits(headers=0.5, body=0.5, hello=0.5, keep=5)) as found:
        yield found


def test_who_drips_headers_is_cut_off(hasty: Address) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), PATIENCE) as client:
        client.sendall(b"POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert dripped(client)


def test_who_drips_headers_after_a_good_request_is_cut_off(hasty: Address) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), PATIENCE) as client:
        client.sendall(request(hasty, *GOOD, "Content-Length: 2", body=b"{}"))
        assert status(client.recv(65_536)) == 200
        client.sendall(b"POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert dripped(client)


def test_who_says_nothing_at_all_is_cut_off(hasty: Address) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), PATIENCE) as client:
        assert drained(client) == b""


def test_who_drips_a_body_is_cut_off(hasty: Address) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), PATIENCE) as client:
        client.sendall(request(hasty, *GOOD, "Content-Length: 100000", body=b"{"))
        assert dripped(client)


def test_who_drips_a_hello_is_cut_off(hasty: Address) -> None:
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + KEY)
    with socket.create_connection(("127.0.0.1", hasty.port), PATIENCE) as client:
        client.sendall(request(hasty, GOOD[0], *upgrade, start="GET /ws HTTP/1.1"))
        assert client.recv(65_536).startswith(b"HTTP/1.1 101")
        client.sendall(b"\x81\xfe" + struct.pack("!H", 1000) + b"\0\0\0\0")
        assert client.recv(4) == b"\x88\x02" + struct.pack("!H", 4401)


def dripped(client: socket.socket) -> bool:
    """Send a byte now and then until the server closes; the socket's timeout is the test's."""
    client.settimeout(0.1)
    for _ in range(int(PATIENCE * 10)):
        try:
            client.sendall(b"x")
            if client.recv(65_536) == b"":
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def test_answers_that_were_asked_for_are_no_flood(tmp_path: Path, path: Path) -> None:
    marks = tuple(Mark(f"m{place}", "note", place * 500, place * 500 + 100, "here") for place in range(60))
    storage.save(replace(storage.load(path), marks=marks), path)
    fake = FakePremiere(frames=1000)
    limits = replace(QUICK, burst=20, rate=0.01)
    with (
        served(home=tmp_path, limits=limits, folders=[path.parent]) as address,
        Panel(address, host="premiere", panel="p") as panel,
    ):
        job = panel.result("push", path=str(path), tracks=["zh"])["job"]
        assert relayed(panel, fake, job)["event"] == "reported"
        assert len(fake.state["markers"]) == 60
        with suppress(ConnectionClosed):  # it may end while we still write
            for _ in range(30):
                panel.send(answer=5, result="nobody asked")
        assert closed(panel.socket) in {4429, 1006}


def test_a_flood_of_messages_ends_that_panel_alone(tmp_path: Path) -> None:
    with served(home=tmp_path, limits=Limits(burst=50, rate=1)) as address, Panel(address) as calm:
        with Panel(address) as wild:
            try:
                for number in range(1, 200):
                    wild.send(id=number, do="jobs")
            except ConnectionClosed:
                pass
            assert closed(wild.socket) in {4429, 1006}  # a reset may overtake the code
        assert calm.result("jobs") == []
        codes = [post(address, "jobs")[0] for _ in range(60)]
        assert codes[0] == 200
        assert codes[-1] == 429


def test_one_panel_cannot_have_everything_at_work_at_once(address: Address, path: Path) -> None:
    with Panel(address) as panel:
        for number in range(1, 301):
            panel.send(id=number, do="open", path=str(path))
        answers = [panel.receive() for _ in range(300)]
    assert {answer["id"] for answer in answers} == set(range(1, 301))
    assert {answer["error"]["code"] for answer in answers if "error" in answer} <= {"server.busy"}
    assert sum("result" in answer for answer in answers) >= QUICK.pending


def test_more_connections_than_allowed_are_closed_at_once_and_come_in_when_others_leave(tmp_path: Path) -> None:
    with served(home=tmp_path, limits=Limits(connections=8)) as address:
        held = [socket.create_connection(("127.0.0.1", address.port), PATIENCE) for _ in range(8)]
        with socket.create_connection(("127.0.0.1", address.port), PATIENCE) as late:
            assert drained(late) == b""
        for client in held:
            client.close()
        while True:
            try:
                assert post(address, "jobs")[0] == 200
            except ConnectionError:
                continue
            break


def test_two_hundred_panels_at_once_are_all_served(tmp_path: Path, folder: Path, path: Path) -> None:
    from websockets.asyncio.client import connect as dial

    async def one(address: Address, place: int) -> bool:
        async with dial(f"ws://127.0.0.1:{address.port}/ws", open_timeout=PATIENCE, compression=None) as client:
            await client.send(json.dumps({**HELLO, "token": address.token, "panel": f"panel {place}"}))
            assert "result" in json.loads(await client.recv())
            await client.send(json.dumps({"id": 1, "do": "open", "path": str(path)}))
            opened = json.loads(await client.recv())
            return len(opened["result"]["cues"]) == 5

    async def everybody(address: Address) -> list[bool]:
        return await asyncio.gather(*(one(address, place) for place in range(200)))

    limits = Limits(headers=PATIENCE, hello=PATIENCE)
    with served(home=tmp_path, folders=[folder], limits=limits) as address, ThreadPoolExecutor(1) as pool:
        # In a thread: this one may hold the loop of a browser's driver.
        assert all(pool.submit(lambda: asyncio.run(everybody(address))).result())


# -- what may be touched ---------------------------------------------------------------------------

SECRET = "/etc/passwd"


def escapes(folder: Path) -> list[str]:
    """Paths that lead out of *folder*, or are none."""
    outside = folder.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.zimu").write_text("secret", encoding="utf-8")
    for name, target in (("link.zimu", outside / "secret.zimu"), ("linked", outside), ("loop", folder / "loop")):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
    return [
        SECRET, "", ".", "..", "a.zimu", "./a.zimu", "~/a.zimu", str(outside / "secret.zimu"), f"{folder}/link.zimu",
        f"{folder}/linked/secret.zimu", f"{folder}/../outside/secret.zimu", f"{folder}/x/../../outside/secret.zimu",
        f"{folder}/loop/a.zimu", f"{folder}/a.zimu\0.txt", f"{folder}\0", f"{folder}/a\n.zimu", f"/{folder}/a.zimu",
        "\\\\evil\\share\\a.zimu", "//evil/share/a.zimu", "C:\\Windows\\a.zimu", "\\\\?\\C:\\a.zimu", "\\\\.\\pipe\\x",
        f"file://{folder}/a.zimu", f"{folder}x/a.zimu", f"{folder}/{'x' * 300}.zimu", "/" + "x/" * 3000,
        "/proc/self/mem",
        f"{folder}/..\\..\\etc", f"{folder}/\ud800.zimu", "/dev/stdin", f"{folder}/a.txt", f"{folder}",
        f"{folder}/%2e%2e/a",
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["open", "status", "edit", "import", "export"])
def test_no_path_leads_out_of_the_allowed_folders(address: Address, folder: Path, path: Path, verb: str) -> None:
    more: dict[str, Any] = {
        "edit": {"revision": 0, "edit": {"verb": "undo"}}, "import": {"file": str(path), "language": "en"},
    }.get(verb, {})  # fmt: skip
    with Panel(address) as panel:
        for bad in escapes(folder):
            error = panel.error(verb, path=bad, **more)
            assert error["code"].startswith(("folder.", "server.arguments", "document.", "host.none")), bad
            assert "secret" not in error["message"] or "secret.zimu" in error["message"]


@pytest.mark.parametrize(("verb", "name"), [("import", "file"), ("export", "folder")])
def test_other_paths_are_confined_too(address: Address, folder: Path, path: Path, verb: str, name: str) -> None:
    more: dict[str, Any] = {"language": "en"} if verb == "import" else {}
    with Panel(address) as panel:
        for bad in escapes(folder):
            if bad not in {"", str(folder), f"{folder}/a.txt", f"{folder}/%2e%2e/a", f"{folder}/{'x' * 300}.zimu"}:
                error = panel.error(verb, path=str(path), **{name: bad}, **more)
                assert error["code"].startswith(("folder.", "server.arguments")), bad


@pytest.mark.parametrize("name", ["source", "out", "glossary", "profile", "speech_pack", "translation_pack",
                                  "tagging_pack", "sounds_pack", "voices_pack"])  # fmt: skip
def test_a_job_reads_and_writes_in_allowed_folders_only(address: Address, folder: Path, name: str) -> None:
    source = folder / "in.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:02,000\nHi\n", encoding="utf-8")
    bad = "/etc/rules.toml" if name == "profile" else "/etc"
    with Panel(address) as panel:
        error = panel.error("start", options={"source": str(source), name: bad})
        assert error["code"] == "folder.outside"
        assert panel.result("jobs") == [] or all(job["verb"] != "start" for job in panel.result("jobs"))


def test_a_folder_is_allowed_over_the_panel_only_and_never_a_whole_disk(address: Address, tmp_path: Path) -> None:
    assert post(address, "allow", {"folder": str(tmp_path)})[0] == 404
    with Panel(address) as panel:
        for bad in ("/", "", "relative", str(tmp_path / "missing"), str(tmp_path / ".."), "\\\\evil\\share"):
            assert panel.error("allow", folder=bad)["code"].startswith("folder.")
        assert panel.error("open", path=str(tmp_path / "a.zimu"))["code"] == "folder.outside"
        assert str(tmp_path) in panel.result("allow", folder=str(tmp_path))["folders"]
        assert panel.error("open", path=str(tmp_path / "a.zimu"))["code"] == "document.missing"


@pytest.mark.parametrize("target", ["/panel/../../etc/passwd", "/panel/..%2f..%2fetc/passwd", "/panel/%2fetc/passwd",
                                    "/panel/link.html", "/panel//etc/passwd", "/panel/\\..\\x", "/panel/%00",
                                    "/panel/..%5c..%5cetc"])  # fmt: skip
def test_the_panels_files_are_all_that_is_shown(address: Address, target: str) -> None:
    answer = raw(address, request(address, GOOD[0], "Connection: close", start=f"GET {target} HTTP/1.1"))
    assert status(answer) in {400, 401, 404, 429}
    assert b"root:" not in answer


# -- what is said ----------------------------------------------------------------------------------

BROKEN = [
    "", "{", "nonsense", "[]", "null", "1", '"x"', '{"id":1', "\ud83d", "[" * 100_000, '{"a":' * 100_000,
    '{"id":NaN,"do":"jobs"}', '{"id":Infinity}', '{"id":1e999,"do":"jobs"}', '{"id":"1","do":"jobs"}',
    '{"id":true,"do":"jobs"}', '{"id":-1,"do":"jobs"}', '{"id":99999999999999999999,"do":"jobs"}', '{"do":"jobs"}',
    '{"id":1}', '{"id":1,"do":null}', '{"id":1,"do":["jobs"]}', '{"id":1,"do":"__init__"}', '{"id":1,"do":"close"}',
    '{"id":1,"do":"jobs","x":1}', '{"id":1,"do":"hello"}', '{"id":1,"do":"watch","job":{}}', "9" * 5000,
    '{"id":1,"do":"open","path":"\\ud800"}', '{"id":1,"do":"edit","path":"/x","revision":0,"edit":{"verb":"eval"}}',
    '{"id":1,"do":"open","path":' + "[" * 900 + "]" * 900 + "}", '{"id":1,"do":"watch","job":"x","after":1.5}',
]  # fmt: skip


def test_every_broken_message_is_answered_with_an_error_and_the_next_one_served(address: Address) -> None:
    with Panel(address) as panel:
        for text in BROKEN:
            if text == "\ud83d":
                continue  # not sendable as text; see below
            panel.socket.send(text)
            answer = panel.receive()
            assert answer["error"]["code"] in {
                "server.message", "server.verb", "server.arguments", "folder.path", "job.unknown",
            }, text[:80]  # fmt: skip
            assert "Traceback" not in json.dumps(answer)
        assert isinstance(panel.result("jobs"), list)


def test_every_broken_body_is_answered_with_an_error(address: Address) -> None:
    for text in BROKEN:
        code, answer, _ = post(address, "open", text.encode("utf-8", "surrogatepass") or b" ")
        assert code in {400, 422}, text[:80]
        assert answer["error"]["code"].startswith(("server.", "folder."))


def test_what_is_no_text_ends_the_connection(address: Address) -> None:
    with Panel(address) as panel:
        panel.socket.send(b'{"id":1,"do":"jobs"}')
        assert closed(panel.socket) == 1003
    with Panel(address) as panel:
        panel.socket.socket.sendall(b"\x81\x82\0\0\0\0\xff\xfe")  # text that is no UTF-8
        assert closed(panel.socket) in {1007, 1006}


@pytest.mark.parametrize("name", ["nothing", "allow", "hello", "__class__", "jobs/", "jobs%00", "../health"])
def test_unknown_verbs_are_unknown_over_http_too(address: Address, name: str) -> None:
    assert post(address, name)[0] in {400, 404}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "CONNECT", "X" * 100])
def test_other_methods_do_nothing(address: Address, method: str) -> None:
    lines = (*GOOD, "Content-Length: 2", "Connection: close")
    answer = raw(address, request(address, *lines, body=b"{}", start=f"{method} /api/jobs HTTP/1.1"))
    assert status(answer) in {400, 404, 405}


def test_answers_to_calls_that_nobody_made_are_dropped(address: Address) -> None:
    with Panel(address, host="premiere", panel="dropping") as panel:
        for number in (1, -1, "x", None, [], 10**30):
            panel.send(answer=number, result={"x": 1})
        assert isinstance(panel.result("jobs"), list)


def test_garbage_that_is_no_http_is_refused(address: Address) -> None:
    for data in (b"\x16\x03\x01\x02\x00\x01\x00", b"\0" * 100, b"GET\r\n\r\n", os.urandom(500) + b"\r\n\r\n",
                 b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 3, b"POST / HTTP/9.9\r\n\r\n", b"X" * 40_000):  # fmt: skip
        assert status(raw(address, data)) in {0, 400, 421, 431}
    assert post(address, "jobs")[0] == 200
