"""The application: a route for each verb, the WebSocket, the panel's files. ``guard`` stands before it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from plugin_core import __version__
from plugin_core.errors import Cancelled, DocumentError, HostError, ModelError, SettingsError, ZimuError
from plugin_core.serving import models
from plugin_core.serving.about import ABOUT
from plugin_core.serving.panels import to_text
from plugin_core.serving.service import Caller, Service
from plugin_core.serving.socket import socket_of
from plugin_core.serving.threads import aside, bug
from plugin_core.serving.verbs import VERBS, Verb, refused

_STATUS: dict[str, int] = {
    "document.conflict": 409, "document.missing": 404, "job.unknown": 404, "host.busy": 409, "host.none": 409,
    "host.unknown-timeline": 404, "host.other-timeline": 409, "host.timeline-refused": 409,
    "folder.outside": 403, "server.closing": 503, "host.timeout": 504,
}  # fmt: skip
_KINDS: tuple[tuple[type[ZimuError], int], ...] = (
    (SettingsError, 422), (DocumentError, 422), (ModelError, 422), (HostError, 502), (Cancelled, 409),
)  # fmt: skip
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": models.Failed, "description": text}
    for status, text in {
        400: "The body is no JSON.", 401: "The token is wrong.", 403: "Outside the allowed folders, or a foreign page.",
        404: "There is no such document, job or timeline.", 408: "The body came too slowly.",
        409: "The document was changed meanwhile, or no host is free.", 413: "The body is too large.",
        415: "The body is not JSON.", 421: "Another host name was asked for.", 422: "Something asked for is not right.",
        429: "Too many requests.", 500: "A fault of Zimu's.", 502: "The editing program refused.",
        503: "The server is closing.", 504: "The editing program did not answer.",
    }.items()
}  # fmt: skip


class Answer(JSONResponse):
    """JSON in ASCII: file names that are no valid text must not break it."""

    def render(self, content: Any) -> bytes:
        return to_text(content).encode()


def build(service: Service, panel: Path | None = None) -> FastAPI:
    """The application over *service*; *panel* is the folder of the panel's files, shown at /panel/."""
    app = FastAPI(
        title="Zimu's local server",
        version=__version__,
        summary="Jobs, documents and timelines for panels and scripts on this machine.",
        description=ABOUT.strip(),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(ZimuError, _failed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _bug)
    token = Security(HTTPBearer(auto_error=False, description="The token of server.json."))
    turns = asyncio.Semaphore(service.limits.pending)
    for verb in VERBS.values():
        if not verb.direct:
            app.add_api_route(
                verb.path, _route(verb, service, turns), methods=["POST"], summary=verb.summary,
                operation_id=verb.name, response_model=verb.result, responses=_ERRORS, dependencies=[token],
                response_description="The result.",
            )  # fmt: skip
    app.add_api_route(
        "/health", _health, methods=["GET"], summary="Whether the server is there.", dependencies=[token],
        response_model=models.Health, responses={status: _ERRORS[status] for status in (401, 403, 421, 429)},
        operation_id="health",
    )  # fmt: skip
    app.add_api_websocket_route("/ws", socket_of(service))
    if panel is not None:
        app.add_route("/panel", lambda _: RedirectResponse("/panel/"), include_in_schema=False)
        app.mount("/panel", StaticFiles(directory=panel, html=True))
    return app


def _route(verb: Verb, service: Service, turns: asyncio.Semaphore) -> Callable[..., Any]:
    async def route(wanted: Any) -> Response:
        async with turns:
            return Answer(await aside(lambda: verb.do(service, Caller(), wanted)))

    route.__annotations__ = {"wanted": verb.arguments, "return": Response}
    return route


async def _health() -> Response:
    return Answer({"zimu": __version__, "pid": os.getpid()})


def status_of(error: ZimuError) -> int:
    """The HTTP status of an error."""
    known = (status for kind, status in _KINDS if isinstance(error, kind))
    return _STATUS.get(error.code) or next(known, 500)


async def _failed(_request: Request, error: Any) -> Response:
    return Answer({"error": error.to_json()}, status_of(error))


async def _not_valid(_request: Request, error: Any) -> Response:
    said = refused(error.errors())
    unreadable = any(one["type"] == "json_invalid" for one in error.errors())
    return Answer({"error": said.to_json()}, 400 if unreadable else 422)


async def _refused(_request: Request, error: Any) -> Response:
    said = ZimuError("server.request", str(error.detail), "See docs/openapi.json.")
    return Answer({"error": said.to_json()}, error.status_code, error.headers)


async def _bug(_request: Request, error: Exception) -> Response:
    return Answer({"error": bug(error).to_json()}, 500)


def description() -> str:
    """The OpenAPI description as it is committed in docs/openapi.json."""
    from plugin_core.serving.folders import Folders

    service = Service(Folders())
    try:
        return json.dumps(build(service).openapi(), indent=1, ensure_ascii=False) + "\n"
    finally:
        service.close()
