"""
The application of the service.

A request is checked for its token, gets a place in the queue or 429, is read within its limits of size and time, and
waits for a worker. Whatever happens, the answer is JSON and one line goes to the log.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from plugin_core import __version__
from plugin_core.errors import DocumentError, MediaError, ModelError, SettingsError, ZimuError
from plugin_core.monitoring.drift import Profile
from plugin_core.monitoring.records import Record, counted, log
from plugin_core.monitoring.window import Window
from plugin_core.protocol import to_line
from plugin_core.service.configuration import Configuration
from plugin_core.service.desk import Desk, Full
from plugin_core.service.metrics import CONTENT_TYPE, Metrics
from plugin_core.service.recognising import Answer, Recogniser, Sent

FILES, TEXTS = ("media", "image", "audio"), ("text",)
LONGEST_TEXT = 1 << 16  # bytes of a field that is no file
SUFFIX = 8  # characters of a file's ending that are kept, so that libav may use it
FORMS = "multipart/form-data"
_STATUS = {
    "service.token": 401, "service.slow": 408, "service.too-large": 413, "service.kind": 415, "service.too-long": 504,
    "service.closing": 503, "service.full": 429,
}  # fmt: skip
Make = Callable[[], Recogniser]


class Service:
    """What the routes share."""

    def __init__(self, configuration: Configuration, make: Make) -> None:
        self.configuration = configuration
        self.desk = Desk(configuration.workers, configuration.queue)
        self.metrics = Metrics(lambda: self.desk.waiting)
        self.window = Window(Profile.load(Path(configuration.reference)) if configuration.reference else None)
        self.recogniser: Recogniser | None = None
        self.problem: ZimuError | None = None
        self._make = make

    @property
    def pack(self) -> str:
        """The pack that is at work, with its revision."""
        return f"{self.recogniser.pack.id} {self.recogniser.pack.revision}".strip() if self.recogniser else ""

    async def load(self) -> None:
        """Open the packs, and say so in the log; until then the service is alive, but not ready."""
        try:
            self.recogniser = await asyncio.to_thread(self._make)
            if self.recogniser.reference and not self.configuration.reference:
                self.window = Window(Profile.load(self.recogniser.reference))
            said: dict[str, Any] = {"event": "ready", "pack": self.pack}
        except ZimuError as error:
            self.problem = error
            said = {"event": "not-ready", "error": error.to_json()}
        sys.stdout.write(to_line(said))
        sys.stdout.flush()

    def close(self) -> None:
        if self.recogniser is not None:
            self.recogniser.close()
            self.recogniser = None

    async def scenes(self, request: Request) -> Answer:
        """What is in what *request* sends; ZimuError if it gets no answer."""
        self._check(request)
        if self.recogniser is None:
            raise self.problem or ZimuError("service.closing", "The service is not ready.", "Try again soon.")
        recogniser = self.recogniser
        async with self.desk.place():
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="zimu-"))
            try:
                sent = await self._read(request, folder)
                async with self.desk.turn():
                    return await asyncio.to_thread(recogniser.answer, sent, self.configuration.seconds)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def note(self, record: Record) -> None:
        """To the log, the figures and the window of the drift."""
        log(record)
        self.metrics.note(record)
        self.window.add(record)

    def _check(self, request: Request) -> None:
        wanted = self.configuration.token
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), wanted.encode())
        if wanted and not right:
            raise ZimuError("service.token", "The token is wrong.", "Send it as Authorization: Bearer TOKEN.")
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORMS:
            raise ZimuError("service.kind", f"The request is not {FORMS}.", "Send media, or image, audio and text.")
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.configuration.largest:
            raise too_large(self.configuration.largest)

    async def _read(self, request: Request, folder: Path) -> Sent:
        """The parts of the body as files in *folder*."""
        counted_ = _Counted(request, self.configuration.largest)
        try:
            async with asyncio.timeout(self.configuration.upload):
                form = await counted_.form(max_files=len(FILES), max_fields=len(TEXTS), max_part_size=LONGEST_TEXT)
        except TimeoutError:
            raise ZimuError("service.slow", "The body did not come in time.", "") from None
        except HTTPException as error:
            raise SettingsError("service.form", f"The form cannot be read: {error.detail}", "") from error
        try:
            return await asyncio.to_thread(_sent, form, folder)
        finally:
            await form.close()


class _Counted(Request):
    """A request whose body may not be larger than said."""

    def __init__(self, request: Request, largest: int) -> None:
        super().__init__(request.scope, request.receive)
        self._largest = largest

    async def stream(self) -> AsyncIterator[bytes]:  # type: ignore[override]
        size = 0
        async for piece in super().stream():
            size += len(piece)
            if size > self._largest:
                raise too_large(self._largest)
            yield piece


def _sent(form: FormData, folder: Path) -> Sent:
    """What a form holds, its files moved into *folder*. SettingsError names what is wrong with it."""
    unknown = set(form) - {*FILES, *TEXTS}
    if unknown:
        raise SettingsError(
            "service.form", f"There is no part {sorted(unknown)[0]!r}.", "Send media, or image, audio and text."
        )
    if len(form.multi_items()) > len(form):
        raise SettingsError("service.form", "A part was sent twice.", "")
    files = {}
    for name in FILES:
        part = form.get(name)
        if isinstance(part, str):
            raise SettingsError("service.form", f"The part {name!r} is no file.", "Send it with a file name.")
        if isinstance(part, UploadFile) and part.size:
            ending = Path(part.filename or "").suffix
            path = folder / f"{name}{ending if ending[1:].isalnum() and len(ending) <= SUFFIX else ''}"
            with path.open("wb") as file:
                shutil.copyfileobj(part.file, file)
            files[name] = path
    text = form.get("text", "")
    if not isinstance(text, str):
        raise SettingsError("service.form", "The part 'text' is a file.", "Send it as a field.")
    if "media" in files and len(files) > 1:
        raise SettingsError(
            "service.form", "A film came with an image or audio.", "Send media, or image, audio and text."
        )
    if not files and not text.strip():
        raise SettingsError("service.form", "Nothing was sent.", "Send media, or image, audio and text.")
    return Sent(files.get("media"), files.get("image"), files.get("audio"), text.strip())


def too_large(largest: int) -> ZimuError:
    """The body, or what it says of its length, is over the limit."""
    return ZimuError("service.too-large", f"The request is larger than {largest} bytes.", "Send a shorter film.")


def status_of(error: ZimuError) -> int:
    """The HTTP status of an error: 4xx is the client's, 5xx ours."""
    if error.code in _STATUS:
        return _STATUS[error.code]
    if isinstance(error, ModelError):
        return 503
    return 422 if isinstance(error, MediaError | SettingsError | DocumentError) else 500


def build(configuration: Configuration, make: Make | None = None) -> FastAPI:
    """The application; *make* opens the recogniser, in a thread, once it runs."""
    service = Service(
        configuration,
        make or (lambda: Recogniser(configuration.pack, configuration.shots_pack, configuration.threads)),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(service.load())
        try:
            yield
        finally:
            await loading
            service.close()

    app = FastAPI(
        title="Zimu's recogniser of scenes", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.state.service = service
    app.add_api_route(
        "/v1/scenes", _scenes(service), methods=["POST"], openapi_extra=_BODY, summary="Recognise scenes."
    )
    app.add_api_route("/health/live", _live, methods=["GET"], summary="Whether the process answers.")
    app.add_api_route("/health/ready", _ready(service), methods=["GET"], summary="Whether the packs are loaded.")
    app.add_api_route("/metrics", _metrics(service), methods=["GET"], summary="Figures for Prometheus.")
    return app


def _scenes(service: Service) -> Callable[..., Any]:
    async def scenes(request: Request) -> Response:
        begun = time.monotonic()
        name = secrets.token_hex(8)
        record = Record(200, 0.0, name, service.pack)
        answer: Response
        try:
            found = await service.scenes(request)
            mix, sure, missing = await asyncio.to_thread(counted, found.labels, found.groups)
            record = replace(record, shots=len(found.labels), mix=mix, confidence=sure, missing=missing)
            answer = JSONResponse(found.content)
        except Exception as caught:
            from plugin_core.serving.threads import bug

            error = caught if isinstance(caught, ZimuError) else bug(caught)
            record = replace(record, status=status_of(error), code=error.code)
            answer = JSONResponse({"error": error.to_json()}, record.status, _headers(error))
        answer.headers["x-request-id"] = name
        service.note(replace(record, seconds=time.monotonic() - begun))
        return answer

    return scenes


def _headers(error: ZimuError) -> dict[str, str]:
    headers = {"connection": "close"}  # the body may not have been read
    if isinstance(error, Full):
        headers["retry-after"] = str(error.after)
    if error.code == "service.token":
        headers["www-authenticate"] = "Bearer"
    return headers


async def _live() -> dict[str, str]:
    return {"zimu": __version__}


def _ready(service: Service) -> Callable[..., Any]:
    async def ready() -> Response:
        if service.recogniser is not None:
            return JSONResponse({"pack": service.recogniser.pack.id})
        error = service.problem or ZimuError("service.loading", "The packs are being loaded.")
        return JSONResponse({"error": error.to_json()}, 503)

    return ready


def _metrics(service: Service) -> Callable[..., Any]:
    async def metrics() -> Response:
        service.metrics.drift(service.window.drifts())
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    return metrics


_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FORMS: {
                "schema": {
                    "type": "object",
                    "properties": dict.fromkeys(FILES, _FILE) | {"text": {"type": "string"}},
                    "description": "A film (media), or any of image, audio and text that belong together.",
                }
            }
        },
    }
}
