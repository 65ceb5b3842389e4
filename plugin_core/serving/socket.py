"""A panel's WebSocket: hello with the token first, then requests, answers to host calls, events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from secrets import token_hex
from typing import Annotated, Any, Literal

from fastapi import WebSocket
from pydantic import Field, ValidationError
from starlette.websockets import WebSocketDisconnect

from plugin_core import __version__
from plugin_core.errors import SettingsError, ZimuError
from plugin_core.protocol import VERSION
from plugin_core.serving.guard import Keys
from plugin_core.serving.models import Name, Number, Strict
from plugin_core.serving.panels import BAD_DATA, FLOOD, NO_TOKEN, Panel, to_text
from plugin_core.serving.rates import Bucket
from plugin_core.serving.service import Caller, Service
from plugin_core.serving.threads import aside, bug
from plugin_core.serving.verbs import VERBS, arguments_of


class Hello(Strict):
    """The first message."""

    do: Literal["hello"]
    id: Number
    token: Annotated[str, Field(max_length=200)]
    protocol: Annotated[int, Field(ge=0, le=1000)]
    host: Literal["premiere", "resolve", ""] = ""
    panel: Name = ""
    language: Annotated[str, Field(max_length=20)] = "en"
    answers: bool | None = None  # whether it answers host calls of *host*; the panel in Premiere does without saying so


def socket_of(service: Service) -> Callable[[WebSocket], Awaitable[None]]:
    """The endpoint of ``/ws`` over *service*; the token is compared by ``app.state.keys``."""

    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        with suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: sent to one that has just gone
            await _Session(socket, service).serve()

    return endpoint


class _Session:
    def __init__(self, socket: WebSocket, service: Service) -> None:
        self._socket, self._service = socket, service
        self._rate = Bucket(service.limits.burst, service.limits.rate)
        self._pending: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        panel = await self._hello()
        if panel is None:
            return
        reading = asyncio.create_task(self._read(panel))
        sending = asyncio.create_task(panel.pump(self._socket.send_text))
        try:
            done, _ = await asyncio.wait({reading, sending}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if task.exception() is None:
                    await self._socket.close(task.result())
        finally:
            self._service.leave(panel)
            for other in (reading, sending):
                other.cancel()
            await asyncio.gather(reading, sending, return_exceptions=True)

    async def _hello(self) -> Panel | None:
        """The panel, once its first message has shown the token; else the connection is closed."""
        limits = self._service.limits
        try:
            async with asyncio.timeout(limits.hello):
                hello = Hello.model_validate(parsed(await self._socket.receive_text()))
        except (TimeoutError, SettingsError, ValidationError, KeyError):
            await self._socket.close(NO_TOKEN)
            return None
        keys: Keys = self._socket.app.state.keys
        if keys.refused(hello.token):
            await self._socket.close(NO_TOKEN)
            return None
        if hello.protocol != VERSION:
            error = SettingsError(
                "server.protocol", "The panel and Zimu are of different versions.", "Install the panel again."
            )
            await self._socket.send_text(to_text({"id": hello.id, "error": error.to_json()}))
            await self._socket.close(1000)
            return None
        answers = hello.host == "premiere" if hello.answers is None else hello.answers
        loop = asyncio.get_running_loop()
        panel = Panel(hello.panel or token_hex(8), hello.host, loop, limits, answers=answers)
        self._service.hub.join(panel)
        panel.send({"id": hello.id, "result": {"zimu": __version__, "protocol": VERSION, "host": hello.host}})
        return panel

    async def _read(self, panel: Panel) -> int:
        """Take in messages until there is a reason to close: its code."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            if (text := message.get("text")) is None:
                return BAD_DATA
            try:
                value = parsed(text)
            except SettingsError as error:
                value = {}
                panel.send({"id": None, "error": error.to_json()})
            if "answer" in value and panel.answer(value):
                continue  # it was asked for: a push of many markers is no flood
            one_by_one = value.get("do") == "call" and not self._pending  # the host itself slows it down
            if not one_by_one and not self._rate.take():
                return FLOOD
            if value and "answer" not in value:
                self._request(panel, value)

    def _request(self, panel: Panel, value: dict[str, Any]) -> None:
        number = value.pop("id", None)
        if type(number) is not int or not 0 <= number < 2**53:
            panel.send({"id": None, "error": _bad("A request needs an id, a whole number.").to_json()})
        elif len(self._pending) >= self._service.limits.pending:
            error = SettingsError("server.busy", "Too many requests at once.", "Wait for the answers.")
            panel.send({"id": number, "error": error.to_json()})
        else:
            task = asyncio.create_task(self._answer(panel, number, value))
            self._pending.add(task)
            task.add_done_callback(self._pending.discard)

    async def _answer(self, panel: Panel, number: int, value: dict[str, Any]) -> None:
        caller = Caller(panel)
        try:
            name = value.pop("do", None)
            if not isinstance(name, str) or name not in VERBS:
                raise SettingsError("server.verb", "There is no such verb.", f"There are: {', '.join(VERBS)}.")
            verb = VERBS[name]
            arguments = arguments_of(verb, value)
            result = await aside(lambda: verb.do(self._service, caller, arguments))
            panel.send({"id": number, "result": result})
        except ZimuError as error:
            panel.send({"id": number, "error": error.to_json()})
        except Exception as error:  # one request's bug must not end the connection
            panel.send({"id": number, "error": bug(error).to_json()})
        for follow in caller.later:
            follow()


def parsed(text: str) -> dict[str, Any]:
    """The JSON object in *text*; SettingsError if it is none, or nested deeper than any of ours."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise _bad("The message is no JSON.") from None
    if not isinstance(value, dict):
        raise _bad("The message is no JSON object.")
    return value


def _refuse(name: str) -> None:
    raise ValueError(name)


def _bad(message: str) -> SettingsError:
    return SettingsError("server.message", message, "See docs/openapi.json.")
