"""
What is installed: packs, their verification, import from files and removal. Never opens a socket.

A pack is a folder with ``pack.toml`` and the files it lists. Nothing is ever unpickled: only the suffixes in
``SAFE_SUFFIXES`` may be in a pack.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from plugin_core import settings, vision_packs
from plugin_core.errors import ModelError
from plugin_core.storage import write_atomic

SCHEMA = 1
KINDS = ("speech", "translation", "tagging", "vision", "sounds", "voices", "shots", "scenes", "captioner", "typos")
SAFE_SUFFIXES = (
    ".bin",
    ".json",
    ".txt",
    ".spm",
    ".model",
    ".toml",
    ".md",
    ".onnx",
    ".safetensors",
    ".tflite",
    ".csv",
    ".vocab",
    "",
)
LARGEST_IMPORT = 20_000_000_000  # bytes; a zip that claims more is hostile
_PICKLE_MAGIC = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of a pack, relative to its folder."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A model folder described by its ``pack.toml``. *options* is the table named after the kind."""

    folder: Path
    id: str
    kind: str  # one of KINDS
    tier: str  # starter | production
    name: str
    languages: tuple[str, ...]
    licence: str
    attribution: str = ""
    source: str = ""
    revision: str = ""
    limits: str = ""
    memory_mb: int = 0
    compute_types: tuple[str, ...] = ()
    quality: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[PackFile, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def key(self) -> str:
        """What identifies the weights: the id, the revision and the checksums (for result caches)."""
        digest = hashlib.sha256("".join(file.sha256 for file in self.files).encode()).hexdigest()[:16]
        return f"{self.id}@{self.revision}#{digest}"


def read_pack(folder: Path) -> Pack:
    """Read ``folder/pack.toml``; ModelError if it is absent or malformed."""
    try:
        table = tomllib.loads((folder / "pack.toml").read_text("utf-8"))
    except FileNotFoundError:
        raise _bad(folder, "has no pack.toml", "missing") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad(folder, f"has an unreadable pack.toml ({error})") from error
    if table.pop("schema", None) != SCHEMA:
        raise _bad(folder, f"is not written for this Zimu (schema {SCHEMA} expected)")
    kind = table.get("kind")
    if kind not in KINDS:
        raise _bad(folder, f"is of unknown kind {kind!r}")
    options = table.pop(str(kind), {})
    try:
        files = tuple(PackFile(str(f["path"]), int(f["size"]), str(f["sha256"])) for f in table.pop("files"))
        table |= {name: tuple(table.get(name, ())) for name in ("languages", "compute_types")}
        pack = Pack(folder=folder, options=options, files=files, **table)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise _bad(folder, f"has a pack.toml with missing or unknown entries ({error})") from error
    for file in files:
        _inside(folder, file.path)
    return pack


def weigh(pack: Pack) -> None:
    """Check that every file is there, of a kind that is safe and of its size; ModelError names the bad file."""
    for file in pack.files:
        path = _inside(pack.folder, file.path)
        if path.suffix.lower() not in SAFE_SUFFIXES:
            raise _bad(pack.folder, f"lists {file.path}, a kind of file that Zimu never loads")
        if not path.is_file():
            raise _bad(pack.folder, f"lacks {file.path}", "incomplete")
        if path.stat().st_size != file.size:
            raise _bad(pack.folder, f"is damaged: {file.path} is not {file.size} bytes long", "checksum")


def verify(pack: Pack) -> None:
    """Check every file's size and SHA-256, and that nothing needs unpickling; ModelError names the bad file."""
    weigh(pack)
    for file in pack.files:
        path = _inside(pack.folder, file.path)
        stat = path.stat()
        if _sha256(path, stat.st_size, stat.st_mtime_ns) != file.sha256:
            raise _bad(pack.folder, f"is damaged: {file.path} does not match its checksum", "checksum")
        _refuse_pickle(pack.folder, path)
    if not pack.files:
        raise _bad(pack.folder, "lists no files")


def embedded() -> Path | None:
    """The folder of the starter packs shipped with Zimu (beside this package), if they are installed."""
    folder = Path(__file__).parent.parent / "models" / "starter"
    return folder if folder.is_dir() else None


def packs_folder() -> Path:
    """Where pulled and imported packs live."""
    return settings.home() / "packs"


def installed() -> list[Pack]:
    """All readable packs: the embedded starters first, then those under ``packs_folder()``, sorted by id."""
    return [pack for pack, _ in _scan() if pack]


def broken() -> list[ModelError]:
    """What is in the packs folders but cannot be read as a pack."""
    return [error for _, error in _scan() if error]


def find(pack_id: str) -> Pack:
    """The installed pack with this id, or the pack in the folder of this path; ModelError if absent."""
    for pack in installed():
        if pack.id == pack_id:
            return pack
    if Path(pack_id).is_dir():
        return read_pack(Path(pack_id))
    raise ModelError(
        "model.not-installed",
        f"The pack {pack_id!r} is not installed.",
        f"Get it with `zimu models pull {pack_id}`, or bring it from another machine with `zimu models import FILE`.",
    )


def remove(pack_id: str) -> Pack:
    """Delete an installed pack's folder; the embedded starters stay. OSError if it is in use: then it stays whole."""
    pack = find(pack_id)
    if packs_folder().resolve() not in pack.folder.resolve().parents:
        raise ModelError(
            "model.embedded", f"{pack.id} is not in your packs folder.", "Only pulled or imported packs can be removed."
        )
    gone = pack.folder.with_name(f".removed-{pack.folder.name}")
    shutil.rmtree(gone, ignore_errors=True)
    pack.folder.rename(gone)  # refused where a file of it is open (Windows), before anything is lost
    shutil.rmtree(gone, ignore_errors=True)
    return pack


def import_file(path: Path) -> Pack:
    """
    Install a pack from a folder, a ``.zip`` of one, or an ``.argosmodel``; verified before it counts as installed.

    The files are copied into a temporary sibling and renamed at the end, so an interrupted import leaves nothing.
    """
    target = packs_folder()
    staging = target / f".importing-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        _unpack(path, staging)
        folder = _pack_root(staging, path)
        pack = read_pack(folder)
        verify(pack)
        _name(pack.id)
        final = target / pack.id
        shutil.rmtree(final, ignore_errors=True)
        folder.replace(final)
    except OSError as error:
        raise ModelError(
            "model.import", f"{path} cannot be imported: {error.strerror or error}.", "Nothing was installed."
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return read_pack(final)


def write_pack_toml(folder: Path, table: Mapping[str, Any], names: Iterable[str] | None = None) -> Pack:
    """
    Write ``pack.toml`` for the files in *folder* (all of them, or *names*) with their sizes and checksums.

    *table* holds the fields of :class:`Pack` and the table named after its kind. Used by pulls, imports and recipes.
    """
    paths = sorted(
        names or (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != "pack.toml")
    )
    files = []
    for name in paths:
        stat = (folder / name).stat()
        files.append(
            {"path": name, "size": stat.st_size, "sha256": _sha256(folder / name, stat.st_size, stat.st_mtime_ns)}
        )
    known = {f.name for f in fields(Pack)} | set(KINDS)
    if unknown := set(table) - known:
        raise ModelError("model.pack", f"A pack has no {', '.join(sorted(unknown))}.")
    text = "\n".join(_toml({"schema": SCHEMA, **table, "files": files}))
    write_atomic(folder / "pack.toml", (text + "\n").encode())
    return read_pack(folder)


def _scan() -> Iterable[tuple[Pack | None, ModelError | None]]:
    for root in (embedded(), packs_folder()):
        if root is None or not root.is_dir():
            continue
        for folder in sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")):
            if root == embedded() and not (folder / "pack.toml").is_file():
                continue
            try:
                yield read_pack(folder), None
            except ModelError as error:
                yield None, error


@cache
def _sha256(path: Path, _size: int, _mtime_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _refuse_pickle(folder: Path, path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4).startswith(_PICKLE_MAGIC):
            raise _bad(folder, f"holds {path.name}, which is a pickle or an archive; Zimu never loads those", "hostile")


def _inside(folder: Path, name: str) -> Path:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or not name:
        raise _bad(folder, f"names a file outside itself ({name!r})", "hostile")
    path = folder / pure
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise _bad(folder, f"links to a file outside itself ({name!r})", "hostile")
    return path


def _name(pack_id: str) -> None:
    if not pack_id or not all(c.isalnum() or c in "-_." for c in pack_id) or pack_id.startswith("."):
        raise ModelError(
            "model.hostile", f"{pack_id!r} cannot be a pack's id.", "Ask whoever made the pack for another one."
        )


def _unpack(path: Path, staging: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, staging / "pack", symlinks=True)
    elif not path.is_file():
        raise ModelError("model.import", f"{path} does not exist.", "Give a folder, a .zip or an .argosmodel file.")
    elif not zipfile.is_zipfile(path):
        raise ModelError("model.import", f"{path} is not a pack.", "Give a folder, a .zip or an .argosmodel file.")
    else:
        _unzip(path, staging)


def _unzip(path: Path, staging: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > LARGEST_IMPORT:
            raise ModelError("model.hostile", f"{path} unpacks to more than any pack.", "Nothing was installed.")
        for item in archive.infolist():
            _inside(staging, item.filename.rstrip("/"))
        try:
            archive.extractall(staging)
        except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
            raise ModelError("model.import", f"{path} is damaged ({error}).", "Fetch it again.") from error


def _pack_root(staging: Path, path: Path) -> Path:
    """The folder with pack.toml; an Argos package (metadata.json) and a CLIP model are given one first."""
    for found in sorted(staging.rglob("pack.toml")):
        _list_files(found.parent)
        return found.parent
    for found in sorted(staging.rglob("metadata.json")):
        return _adopt_argos(found.parent, staging / "adopted")
    for found in sorted(staging.rglob("config.json")):
        if vision_packs.is_one(found.parent):
            named = found.parent.rename(staging / (path.stem if path.is_file() else path.resolve().name))
            return vision_packs.adopt(named, staging / ".adopted")
    raise ModelError(
        "model.import", f"{path} holds no pack.toml.",
        "Zimu imports its own packs, .argosmodel files, and CLIP models in ONNX.",
    )  # fmt: skip


def _list_files(folder: Path) -> None:
    """A pack.toml that somebody wrote by hand need not list its files: those that lie beside it are listed."""
    with suppress(OSError, ValueError):  # whoever reads it says what is wrong
        table = tomllib.loads((folder / "pack.toml").read_text("utf-8"))
        if "files" not in table and table.pop("schema", None) == SCHEMA:
            write_pack_toml(folder, table)


def _adopt_argos(folder: Path, pack: Path) -> Path:
    """
    Make *pack* from an Argos Translate package (``model/``, ``sentencepiece.model``, ``metadata.json``).

    Only the CTranslate2 files are taken; such packages also carry sentence splitters that need unpickling.
    """
    try:
        meta = json.loads((folder / "metadata.json").read_text("utf-8"))
        source, target = str(meta["from_code"]), str(meta["to_code"])
        version = str(meta.get("package_version", "1"))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise _bad(folder, f"has an unreadable metadata.json ({error})") from error
    if not (folder / "sentencepiece.model").is_file():
        raise _bad(folder, "lacks sentencepiece.model", "incomplete")
    pair: dict[str, list[str]] = {"source_prefix": [], "source_suffix": [], "target_prefix": []}
    options = {
        "tokenizer": "sentencepiece",
        "source_spm": "sentencepiece.model",
        "target_spm": "sentencepiece.model",
        "beam_size": 4,
        "length_penalty": 0.2,
        "placeholders": [],
        "pairs": {f"{_argos_code(source)}-{_argos_code(target)}": pair},
    }
    table = {
        "id": f"argos-{source}-{target}-{version}".replace(".", "_"),
        "kind": "translation",
        "tier": "production",
        "name": f"Argos {meta.get('from_name', source)} to {meta.get('to_name', target)}",
        "languages": [_argos_code(source), _argos_code(target)],
        "licence": "see the package's README",
        "attribution": "Argos Open Technologies",
        "source": f"argosmodel {source}-{target}",
        "revision": version,
        "compute_types": ["int8", "float32"],
        "translation": options,
    }
    pack.mkdir()
    for file in (folder / "sentencepiece.model", *(p for p in sorted((folder / "model").glob("*")) if p.is_file())):
        shutil.copyfile(file, pack / file.name)
    write_pack_toml(pack, table)
    return pack


def _argos_code(code: str) -> str:
    return "zh" if code.startswith("zh") else code


def _toml(table: Mapping[str, Any], prefix: str = "") -> Iterable[str]:
    """The little TOML a pack needs: scalars and lists first, then tables, then arrays of tables."""
    nested = {k: v for k, v in table.items() if isinstance(v, Mapping)}
    rows = {k: v for k, v in table.items() if isinstance(v, list) and v and isinstance(v[0], Mapping)}
    for key, value in table.items():
        if key not in nested and key not in rows:
            yield f"{_key(key)} = {json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)}"
    for key, value in nested.items():
        yield from ("", f"[{prefix}{_key(key)}]", *_toml(value, f"{prefix}{_key(key)}."))
    for key, values in rows.items():
        for value in values:
            yield from ("", f"[[{prefix}{_key(key)}]]", *_toml(value))


def _key(key: str) -> str:
    return (
        key
        if key.replace("_", "").replace("-", "").isalnum() and key.isascii()
        else json.dumps(key, ensure_ascii=False)
    )


def _bad(folder: Path, what: str, code: str = "pack") -> ModelError:
    return ModelError(f"model.{code}", f"The pack in {folder} {what}.", "Pull or import it again.")
