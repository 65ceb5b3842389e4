"""
Fetch a production pack: from Hugging Face, a mirror of it, or ModelScope. The only module that opens outgoing sockets.

Files go into a temporary sibling of the pack's folder, which is renamed at the end: an interrupted pull never looks
installed, and the next one resumes where it stopped. (huggingface_hub 2 throws partial files away, so only its metadata
calls and its HTTP client are used here.) No token and no telemetry is sent: nothing of the user's leaves the machine.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from plugin_core import settings
from plugin_core.catalog import Entry, catalog, entry
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack, PackFile, packs_folder, read_pack, verify, write_pack_toml
from plugin_core.protocol import Event, Note, Progress

__all__ = ["Entry", "catalog", "entry", "pull"]

HUGGINGFACE = "https://huggingface.co"
MODELSCOPE = "https://modelscope.cn"
SOURCES = ("huggingface", "modelscope")
ATTEMPTS = 5  # without a single new byte, before a pull gives up
TIMEOUT = 30.0  # seconds without an answer
_BLOCK = 1 << 20
_AGAIN = "Run the same command again: it goes on where it stopped."


@dataclass(frozen=True, slots=True)
class _Remote:
    """A file to fetch. *blob* is git's SHA-1 of it: the hub's checksum of what is not in its large-file storage."""

    path: str
    url: str
    size: int
    sha256: str = ""
    blob: str = ""


def pull(wanted: Entry, *, endpoint: str = "", source: str = "huggingface") -> Iterator[Event]:
    """
    Fetch, check and install *wanted*; Progress is in bytes, and leaving the loop keeps what has come so far.

    *endpoint* is a server that speaks the hub's protocol (default: HF_ENDPOINT, else Hugging Face; with *source*
    "modelscope", one that speaks ModelScope's). ModelError if strict offline is on, before any socket is opened.
    """
    if settings.offline():
        raise ModelError(
            "model.offline",
            f"{wanted.id} was not pulled: Zimu is set to strict offline.",
            "Unset ZIMU_OFFLINE and HF_HUB_OFFLINE, or bring the pack as a file and use `zimu models import`.",
        )
    if source not in SOURCES:
        raise ModelError("model.source", f"There is no source {source!r}.", f"Choose one of {', '.join(SOURCES)}.")
    return _pull(wanted, endpoint, source)


def _pull(wanted: Entry, endpoint: str, source: str) -> Iterator[Event]:
    final = packs_folder() / wanted.id
    if _whole(final):
        yield Note("pull", f"{wanted.id} is installed already, in {final}.")
        return
    staging = packs_folder() / f".pulling-{wanted.id}"
    with _only_one(staging, wanted), _disk(staging):
        base = _base(endpoint, source)
        revision, files = _modelscope(wanted, base) if source == "modelscope" else _hub(wanted, base)
        yield Note("pull", f"{wanted.pack.name} from {base}, revision {revision[:12]}.")
        yield from _fetch_all(files, staging)
        for name, text in (wanted.made or {}).items():
            (staging / name).write_text(text, "utf-8")
        origin = f"{base}/{wanted.modelscope if source == 'modelscope' else wanted.repo}"
        _install(wanted, staging, final, {"source": origin, "revision": revision})
    yield Note("pull", f"{wanted.pack.name} is installed in {final}.")


def _whole(folder: Path) -> Pack | None:
    try:
        pack = read_pack(folder)
        verify(pack)
    except ModelError:
        return None
    return pack


def _install(wanted: Entry, staging: Path, final: Path, origin: Mapping[str, str]) -> None:
    """Write pack.toml, check the pack as every engine will, and give the folder its name."""
    names = [*(file.path for file in wanted.pack.files), *(wanted.made or {})]
    verify(write_pack_toml(staging, {**wanted.table, **origin}, names))
    shutil.rmtree(final, ignore_errors=True)
    staging.replace(final)


# -- what there is to fetch ------------------------------------------------------------------------


def _base(endpoint: str, source: str) -> str:
    default = MODELSCOPE if source == "modelscope" else os.environ.get("HF_ENDPOINT") or HUGGINGFACE
    base = (endpoint or default).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise ModelError("model.mirror", f"{base!r} is not a server's address.", "Write it as https://HOST.")
    return base


def _hub(wanted: Entry, base: str) -> tuple[str, list[_Remote]]:
    """The revision and its files; the hub is asked for checksums only where the catalog does not know them."""
    revision, known = wanted.revision, {file.path: file for file in wanted.pack.files}
    blobs: dict[str, str] = {}
    if not all(file.sha256 for file in known.values()):
        revision, known, blobs = _ask_hub(wanted, base)
    root = f"{base}/{wanted.repo}/resolve/{quote(revision, safe='')}"
    return revision, [
        _Remote(path, f"{root}/{quote(path)}", file.size, file.sha256, blobs.get(path, ""))
        for path, file in known.items()
    ]


def _ask_hub(wanted: Entry, base: str) -> tuple[str, dict[str, PackFile], dict[str, str]]:
    from huggingface_hub import HfApi

    _quiet()
    with _answers(wanted, base):
        info = HfApi(endpoint=base, token=False).model_info(
            wanted.repo, revision=wanted.revision, files_metadata=True, timeout=TIMEOUT
        )
    there = {item.rfilename: item for item in info.siblings or ()}
    known: dict[str, PackFile] = {}
    blobs: dict[str, str] = {}
    for file in wanted.pack.files:
        item = there.get(file.path)
        if item is None or item.size is None:
            raise _missing(wanted, base, file.path)
        known[file.path] = replace(file, size=item.size, sha256=file.sha256 or (item.lfs.sha256 if item.lfs else ""))
        blobs[file.path] = "" if item.lfs else item.blob_id or ""
    return info.sha or wanted.revision, known, blobs


def _modelscope(wanted: Entry, base: str) -> tuple[str, list[_Remote]]:
    """ModelScope's plain HTTP interface: a list of files with checksums, and one address per file."""
    if not wanted.modelscope:
        raise ModelError("model.source", f"{wanted.id} is not on ModelScope.", "Pull it from Hugging Face or a mirror.")
    root = f"{base}/api/v1/models/{wanted.modelscope}/repo"
    query = urlencode({"Revision": "master", "Recursive": "true"})
    with _answers(wanted, base):
        response = client().get(f"{root}/files?{query}", timeout=TIMEOUT)
        response.raise_for_status()
        listed = {str(item["Path"]): item for item in response.json()["Data"]["Files"]}
    files = []
    for file in wanted.pack.files:
        item = listed.get(file.path)
        if item is None:
            raise _missing(wanted, base, file.path)
        url = f"{root}?{urlencode({'Revision': 'master', 'FilePath': file.path})}"
        files.append(_Remote(file.path, url, int(item["Size"]), file.sha256 or str(item.get("Sha256") or "")))
    return "master", files


# -- fetching --------------------------------------------------------------------------------------


def _fetch_all(files: list[_Remote], staging: Path) -> Iterator[Progress]:
    total = sum(file.size for file in files)
    have = {file.path: _kept(file, staging) for file in files}
    _room(staging, total - sum(have.values()))
    begun, first = time.monotonic(), sum(have.values())
    yield Progress("pull", first, total)
    for file in files:
        for size in _fetch(file, staging):
            have[file.path] = size
            done = sum(have.values())
            spent = time.monotonic() - begun
            rate = (done - first) / spent if spent > 0 else 0
            yield Progress("pull", done, total, (total - done) / rate if rate > 0 else None)


def _part(file: _Remote, staging: Path) -> Path:
    """The unfinished file; named after its checksum too, so that what was begun is never continued with another."""
    key = hashlib.sha256(f"{file.sha256}{file.blob}{file.size}".encode()).hexdigest()[:12]
    return staging / f"{file.path}.{key}.part"


def _kept(file: _Remote, staging: Path) -> int:
    """Bytes of *file* that an interrupted pull left; a finished one that is not what it should be is thrown away."""
    path, part = staging / file.path, _part(file, staging)
    if path.is_file():
        if _matches(file, path):
            return file.size
        path.unlink()
    if part.is_file() and part.stat().st_size > file.size:
        part.unlink()
    return part.stat().st_size if part.is_file() else 0


def _fetch(file: _Remote, staging: Path) -> Iterator[int]:
    """Fetch *file*, yielding how many of its bytes are here; what a broken connection left is continued."""
    path, part = staging / file.path, _part(file, staging)
    if path.is_file():
        return
    part.parent.mkdir(parents=True, exist_ok=True)
    failures = 0
    while not part.is_file() or part.stat().st_size < file.size:
        before = part.stat().st_size if part.is_file() else 0
        try:
            yield from _stream(file, part, before)
            broken: Exception = EOFError("the connection was closed early")
        except network_errors() as error:
            broken = error
        size = part.stat().st_size if part.is_file() else 0
        failures = 0 if size > before else failures + 1
        if size < file.size and failures >= ATTEMPTS:
            raise _interrupted(file, broken) from broken
        if size < file.size:
            time.sleep(min(8.0, 0.25 * 2**failures))
    if not _matches(file, part):
        raise _corrupt(file, part)
    part.replace(path)


def _stream(file: _Remote, part: Path, offset: int) -> Iterator[int]:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
    with client().stream("GET", file.url, headers=headers, timeout=TIMEOUT, follow_redirects=True) as response:
        if response.status_code == 416:  # what is here does not fit what is there
            part.unlink(missing_ok=True)
            return
        if 400 <= response.status_code < 500 and response.status_code not in {408, 429}:
            raise _refused(file, response.status_code)
        response.raise_for_status()
        resumes = response.status_code == 206 and _begins_at(response.headers.get("Content-Range", ""), offset)
        with part.open("ab" if resumes else "wb") as output:
            size = told = offset if resumes else 0
            for block in response.iter_bytes():
                size += len(block)
                if size > file.size:
                    raise _corrupt(file, part)
                output.write(block)
                if size - told >= _BLOCK or size == file.size:
                    told = size
                    yield size


def _begins_at(content_range: str, offset: int) -> bool:
    return content_range.strip().startswith(f"bytes {offset}-")


def _matches(file: _Remote, path: Path) -> bool:
    if path.stat().st_size != file.size:
        return False
    sha256, blob = hashlib.sha256(), hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            sha256.update(block)
            blob.update(block)
    if file.sha256:
        return sha256.hexdigest() == file.sha256.lower()
    return not file.blob or blob.hexdigest() == file.blob


# -- the network, the disk and their errors --------------------------------------------------------


def _quiet() -> None:
    """huggingface_hub would else look up who runs it at huggingface.co, whatever the mirror."""
    from huggingface_hub import constants

    constants.HF_HUB_DISABLE_TELEMETRY = True


def client() -> Any:
    """huggingface_hub's HTTP client: proxies and certificates as its users set them up, no credentials."""
    from huggingface_hub import get_session

    return get_session()


def network_errors() -> tuple[type[Exception], ...]:
    """The errors of the client, whichever library huggingface_hub has it from (httpx, httpx2)."""
    from importlib import import_module

    from huggingface_hub.errors import OfflineModeIsEnabled

    library = import_module(type(client()).__module__.split(".")[0])
    return (library.HTTPError, library.InvalidURL, OfflineModeIsEnabled)


@contextmanager
def _answers(wanted: Entry, base: str) -> Iterator[None]:
    """Errors of a request for metadata, as sentences."""
    from huggingface_hub import errors

    unreachable: tuple[type[Exception], ...] = (errors.HfHubHTTPError, *network_errors())
    try:
        yield
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise _missing(wanted, base, f"{wanted.repo} at {wanted.revision}") from error
    except unreachable as error:
        raise ModelError(
            "model.network",
            f"{base} cannot be reached or did not answer: {_short(error)}.",
            "Check the connection, or use a mirror (--mirror), ModelScope (--source modelscope) or a file.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            "model.network", f"{base} did not answer as a model hub does.", "Check the address and the connection."
        ) from error


@contextmanager
def _only_one(staging: Path, wanted: Entry) -> Iterator[None]:
    """One pull of a pack at a time, whichever process it is in."""
    from filelock import FileLock, Timeout

    try:
        staging.mkdir(parents=True, exist_ok=True)
        lock = FileLock(staging.with_name(f"{staging.name}.lock"))
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ModelError("model.busy", f"{wanted.id} is being pulled already.", "Wait for the other pull.") from error
    except OSError as error:
        raise _disk_error(staging, error) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _disk(staging: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _disk_error(staging, error) from error


def _room(staging: Path, needed: int) -> None:
    free = shutil.disk_usage(staging).free
    if free < needed:
        what = f"{needed / 1e6:,.0f} MB are to come and {free / 1e6:,.0f} MB are free"
        raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} ({what})")


def _disk_error(staging: Path, error: OSError) -> ModelError:
    message = f"The pack cannot be written in {staging.parent}: {error.strerror or error}."
    return ModelError("model.disk", message, f"Free some space or set ZIMU_HOME. {_AGAIN}")


def _refused(file: _Remote, status: int) -> ModelError:
    if status == 404:
        return ModelError("model.not-found", f"{file.url} does not exist.", "Use another source, or update Zimu.")
    return ModelError("model.network", f"The server refused {file.path} (HTTP {status}).", "Use another source.")


def _corrupt(file: _Remote, part: Path) -> ModelError:
    """Throw away what came; none of it can be trusted."""
    part.unlink(missing_ok=True)
    return ModelError(
        "model.checksum",
        f"{file.path} did not arrive as it should be: its checksum is wrong.",
        "Pull again; if it happens again, the server's file was changed: use another source.",
    )


def _interrupted(file: _Remote, error: Exception) -> ModelError:
    return ModelError(
        "model.network",
        f"The download of {file.path} was interrupted: {_short(error)}.",
        f"{_AGAIN} A mirror (--mirror) or ModelScope (--source modelscope) may be nearer.",
    )


def _missing(wanted: Entry, base: str, what: str) -> ModelError:
    return ModelError(
        "model.not-found", f"{base} does not have {what} for {wanted.id}.", "Use another source, or update Zimu."
    )


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
