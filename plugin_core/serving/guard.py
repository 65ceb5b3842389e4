"""
The guard before the application: ``Host``, ``Origin``, token, rates, sizes, times; and the headers of every answer.

A web page on another origin can reach 127.0.0.1 too. What keeps it out: its ``Origin`` is not ours; a name that was
rebound to 127.0.0.1 (DNS rebinding) is not in ``Host``; there are no CORS answers, so no preflight succeeds; and it
does not know the token. Nothing of a request is read before these are right.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from plugin_core.errors import ZimuError
from plugin_core.serving.rates import Bucket, Limits

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = ("/panel", "/panel/")  # the panel's files hold no secret; everything else needs the token
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Refusal(Exception):
    """An HTTP answer instead of what was asked for; the connection is closed, its body unread."""

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(status, code)
        self.status = status
        self.error = ZimuError(code, message, hint)


class Keys:
    """The token, compared in constant time. Wrong ones are counted; a right one is always let in."""

    def __init__(self, token: str, limits: Limits) -> None:
        self._token = token.encode()
        self._failures = Bucket(limits.failures, 1 / 6)

    def refused(self, given: str) -> Refusal | None:
        """None if *given* is the token."""
        if hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._token):
            return None
        if not self._failures.take():
            return Refusal(429, "server.too-many", "Too many wrong tokens.", "Wait a little.")
        return Refusal(401, "server.token", "The token is not the server's.", "Read it again from server.json.")


class Guard:
    """ASGI middleware, the outermost."""

    def __init__(self, app: App, port: int, keys: Keys, limits: Limits) -> None:
        self._app = app
        self._keys = keys
        self._limits = limits
        self._hosts = {f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode()}
        self._origins = {b"http://" + host for host in self._hosts}
        self._rate, self._open_rate = (Bucket(limits.burst, limits.rate) for _ in range(2))
        self._headers = (*_HEADERS, (b"content-security-policy", _policy(port)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The token is a WebSocket's first message, because a browser's WebSocket cannot send headers."""
        try:
            self._check_sender(scope)
        except Refusal:
            await receive()
            await send({"type": "websocket.close", "code": 4403})  # before the handshake: a 403
            return
        await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def sender(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        try:
            self._check_sender(scope)
            if _of_another_page(scope):
                raise Refusal(403, "server.origin", "Another page may not use this server.")
            self._check_request(scope)
            receive = await self._body(scope, receive)
            await self._app(scope, receive, sender)
        except Refusal as refusal:
            if not answered:
                await _refuse(refusal, sender)

    def _check_sender(self, scope: Scope) -> None:
        hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
        origins = [value for name, value in scope["headers"] if name.lower() == b"origin"]
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Refusal(421, "server.host", "This server answers to 127.0.0.1 only.", "Use the address it gave.")
        if len(origins) > 1 or (origins and origins[0] not in self._origins and not _is_file(origins[0])):
            raise Refusal(403, "server.origin", "Another page may not use this server.")

    def _check_request(self, scope: Scope) -> None:
        path = scope["path"]
        if not path.isprintable():  # among them NUL, at which some versions of Starlette fail
            raise Refusal(400, "server.path", "The address holds characters that none of Zimu's has.")
        is_open = path in OPEN or path.startswith(OPEN[1])
        if not is_open and (refusal := self._keys.refused(_bearer(scope))):
            raise refusal
        if not (self._open_rate if is_open else self._rate).take():  # who has no token takes nothing from who has
            raise Refusal(429, "server.too-many", "Too many requests.", "Wait a little.")
        if is_open:
            return
        if scope["method"] == "POST" and not _is_json(scope):
            raise Refusal(415, "server.type", "The body must be JSON.", "Send Content-Type: application/json.")

    async def _body(self, scope: Scope, receive: Receive) -> Receive:
        """The whole body, within its limits of size and time, before the application runs."""
        length = next((value for name, value in scope["headers"] if name.lower() == b"content-length"), b"0")
        if not length.isdigit() or len(length) > 12 or int(length) > self._limits.largest_body:
            raise _too_large()
        body = b""
        try:
            async with asyncio.timeout(self._limits.body):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        break
                    body += message.get("body", b"")
                    if len(body) > self._limits.largest_body:
                        raise _too_large()
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            raise Refusal(408, "server.slow", "The body did not come in time.") from None
        whole: Message | None = {"type": "http.request", "body": body, "more_body": False}

        async def again() -> Message:
            nonlocal whole
            message, whole = whole, None
            return message if message is not None else await receive()

        return again


def _policy(port: int) -> bytes:
    sockets = f"ws://127.0.0.1:{port} ws://localhost:{port}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ).encode()


def _is_file(origin: bytes) -> bool:
    """CEP shows its panel from file://, whose origin browsers call "null". Sandboxed frames do too: the token tells."""
    return origin in {b"null", b"file://"}


def _of_another_page(scope: Scope) -> bool:
    """
    Whether a browser says that another page loads this (an image, a script: these have no ``Origin``). Opening the
    panel from elsewhere is fine: it shows nothing without the token, and no frame may hold it.
    """
    said = {name.lower(): value for name, value in scope["headers"]}
    elsewhere = said.get(b"sec-fetch-site", b"none") in {b"cross-site", b"same-site"}
    return elsewhere and said.get(b"sec-fetch-mode") != b"navigate"


def _bearer(scope: Scope) -> str:
    values = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    scheme, _, token = values[0].decode("latin-1").partition(" ") if len(values) == 1 else ("", "", "")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_json(scope: Scope) -> bool:
    kinds = [value for name, value in scope["headers"] if name.lower() == b"content-type"]
    return len(kinds) == 1 and kinds[0].split(b";")[0].strip().lower() == b"application/json"


def _too_large() -> Refusal:
    return Refusal(413, "server.too-large", "The request is larger than any that Zimu sends.")


async def _refuse(refusal: Refusal, send: Send) -> None:
    body = json.dumps({"error": refusal.error.to_json()}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers.append((b"connection", b"close"))
    headers += [(b"www-authenticate", b"Bearer")] if refusal.status == 401 else []
    headers += [(b"retry-after", b"6")] if refusal.status == 429 else []
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
