"""A model hub on this machine: Hugging Face's and ModelScope's HTTP protocols, with faults to order."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """
    *files* are served as the repository *repo*; those over 1 kB count as large files (SHA-256, redirect to a "CDN").

    Faults: *cuts* sends that many bytes of the next answers' bodies and closes; *status* by file name; *damage* sends
    other bytes than it announces; *no_ranges* ignores Range; *hold* waits for *go* after half of a body.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes], repo: str = "someone/a-model") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.repo = files, repo
        self.cuts: list[int] = []
        self.status: dict[str, int] = {}
        self.damage: set[str] = set()
        self.no_ranges = self.hold = self.garbage = False
        self.half, self.go = threading.Event(), threading.Event()
        self.log: list[str] = []  # the paths asked for
        self.served: list[tuple[str, str]] = []  # (file, Range)
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""

    def ranges(self, name: str) -> list[str]:
        """The Range of every request for the bytes of *name*."""
        return [asked for served, asked in self.served if served == name]


@contextmanager
def running(hub: Hub) -> Iterator[Hub]:
    thread = threading.Thread(target=hub.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.go.set()
        hub.shutdown()
        hub.server_close()
        thread.join(10)


def blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        hub, address = self.server, urlsplit(self.path)
        path = unquote(address.path)
        hub.log.append(path)
        hub.headers.append(dict(self.headers))
        name = path.rsplit("/", 1)[-1]
        if hub.garbage:
            self._send(b"<html>Please log in to this hotel's network</html>", kind="text/html")
        elif path.startswith(f"/api/models/{hub.repo}/revision/"):
            self._json(self._info())
        elif path == f"/api/v1/models/{hub.repo}/repo/files":
            self._json({"Code": 200, "Success": True, "Data": {"Files": list(self._modelscope_files())}})
        elif path == f"/api/v1/models/{hub.repo}/repo":
            self._redirect(parse_qs(address.query)["FilePath"][0])
        elif path.startswith(f"/{hub.repo}/resolve/") and name in hub.files:
            if len(hub.files[name]) > 1000:
                self._redirect(name)
            else:
                self._file(name)
        elif path.startswith("/cdn/") and name in hub.files:
            self._file(name)
        else:
            self._json({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})

    def _info(self) -> dict[str, Any]:
        siblings = []
        for name, data in self.server.files.items():
            item: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": blob(data)}
            if len(data) > 1000:
                sha256 = hashlib.sha256(data).hexdigest()
                item["lfs"] = {"sha256": sha256, "size": len(data), "pointerSize": 130}
            siblings.append(item)
        return {"id": self.server.repo, "sha": COMMIT, "siblings": siblings}

    def _modelscope_files(self) -> Iterator[dict[str, Any]]:
        yield {"Path": "folder", "Type": "tree", "Size": 0}
        for name, data in self.server.files.items():
            sha256 = hashlib.sha256(data).hexdigest()
            yield {"Path": name, "Type": "blob", "Size": len(data), "Sha256": sha256}

    def _redirect(self, name: str) -> None:
        data = self.server.files[name]
        self.send_response(302)
        self.send_header("Location", f"/cdn/{name}")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("X-Linked-Size", str(len(data)))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _file(self, name: str) -> None:
        hub, data = self.server, self.server.files[name]
        if name in hub.status:
            self._send(b"no", hub.status[name])
            return
        if name in hub.damage:
            data = bytes(len(data) - 1) + b"!"
        hub.served.append((name, self.headers.get("Range", "")))
        start, status, headers = 0, 200, {"ETag": f'"{blob(data)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        asked = self.headers.get("Range", "")
        if asked and not hub.no_ranges:
            start, status = int(asked.removeprefix("bytes=").rstrip("-")), 206
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._send(data[start:], status, headers, kind="application/octet-stream", may_cut=True)

    def _json(self, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send(json.dumps(value).encode(), status, headers, kind="application/json")

    def _send(
        self,
        body: bytes,
        status: int = 200,
        headers: dict[str, str] | None = None,
        kind: str = "text/plain",
        may_cut: bool = False,
    ) -> None:
        hub = self.server
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        cut = hub.cuts.pop(0) if may_cut and hub.cuts else None
        if may_cut and hub.hold and len(body) > 1000:
            self.wfile.write(body[: len(body) // 2])
            hub.half.set()
            hub.go.wait(30)
            body = body[len(body) // 2 :]
        self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True
