"""Pulling packs from a hub on this machine: interrupted, corrupted, refused and resumed; no socket when offline."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugin_core import download
from plugin_core.catalog import Entry, catalog
from plugin_core.download import pull
from plugin_core.errors import ModelError
from plugin_core.modelstore import find, installed, packs_folder, verify
from plugin_core.protocol import Event, Note, Progress
from tests.hub import COMMIT, Hub, running

BIG = random.Random(1).randbytes(3_000_000)
FILES = {"model.bin": BIG, "config.json": b'{"a": 1}', "source.spm": b"pieces" * 50}


@pytest.fixture(scope="module", autouse=True)
def client() -> Iterator[None]:
    """A client that goes to this machine directly; making one takes long, for it reads all certificates."""
    import huggingface_hub

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        huggingface_hub.close_session()
        yield
        huggingface_hub.close_session()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # read once, when it was imported
    monkeypatch.setattr(download.time, "sleep", lambda _: None)
    with running(Hub(dict(FILES))) as server:
        yield server


def make(folder: Path, *, sha256: dict[str, str] | None = None, revision: str = "main", modelscope: str = "") -> Entry:
    rows = "\n".join(
        f'{{ path = "{name}", size = 5, sha256 = "{(sha256 or {}).get(name, "")}" }},'
        if not sha256
        else f'{{ path = "{name}", size = {len(data)}, sha256 = "{sha256.get(name, "")}" }},'
        for name, data in FILES.items()
    )
    text = f"""
schema = 1
[[packs]]
id = "a-model"
kind = "translation"
tier = "production"
name = "A model 模型"
languages = ["zh", "en"]
licence = "CC-BY-4.0"
attribution = "Someone"
[packs.download]
repo = "someone/a-model"
revision = "{revision}"
modelscope = "{modelscope}"
files = [{rows}]
[packs.make]
"made.json" = '{{"made": true}}'
[packs.translation]
tokenizer = "sentencepiece"
[packs.translation.pairs.zh-en]
source_suffix = ["</s>"]
"""
    (folder / "catalog.toml").write_text(text, "utf-8")
    return catalog(folder / "catalog.toml")[0]


@pytest.fixture
def wanted(tmp_path: Path) -> Entry:
    return make(tmp_path)


def sums(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def run(wanted: Entry, hub: Hub, **options: Any) -> list[Event]:
    return list(pull(wanted, endpoint=hub.url, **options))


def refused(wanted: Entry, hub: Hub, code: str, **options: Any) -> ModelError:
    """The pull fails with *code* and nothing looks installed."""
    with pytest.raises(ModelError) as caught:
        run(wanted, hub, **options)
    assert caught.value.code == code
    assert caught.value.hint
    assert not (packs_folder() / wanted.id).exists()
    assert "a-model" not in [pack.id for pack in installed()]
    return caught.value


def test_a_pulled_pack_is_installed_and_verified_with_its_origin(hub: Hub, wanted: Entry) -> None:
    run(wanted, hub)
    pack = find("a-model")
    verify(pack)
    assert pack.folder == packs_folder() / "a-model"
    assert (pack.licence, pack.attribution, pack.languages) == ("CC-BY-4.0", "Someone", ("zh", "en"))
    assert (pack.revision, pack.source) == (COMMIT, f"{hub.url}/someone/a-model")
    assert pack.options["pairs"] == {"zh-en": {"source_suffix": ["</s>"]}}
    assert {file.path: file.sha256 for file in pack.files} == sums({**FILES, "made.json": b'{"made": true}'})
    assert (pack.folder / "model.bin").read_bytes() == BIG
    assert sorted(path.name for path in packs_folder().iterdir() if path.is_dir()) == ["a-model"]


def test_progress_counts_the_bytes_up_to_all_of_them(hub: Hub, wanted: Entry) -> None:
    progress = [event for event in run(wanted, hub) if isinstance(event, Progress)]
    done = [event.done for event in progress]
    total = sum(map(len, FILES.values()))
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, total)
    assert {event.total for event in progress} == {total}
    assert len(progress) >= 4


def test_the_licence_is_known_before_anything_is_asked_for(hub: Hub, wanted: Entry) -> None:
    pull(wanted, endpoint=hub.url)  # not begun
    assert (wanted.pack.licence, wanted.pack.attribution) == ("CC-BY-4.0", "Someone")
    assert hub.log == []


def test_no_credential_and_no_telemetry_is_sent(hub: Hub, wanted: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    run(wanted, hub)
    assert not [headers for headers in hub.headers if "authorization" in {name.lower() for name in headers}]
    assert not [path for path in hub.log if "agent" in path or "telemetry" in path]


def test_a_pack_that_is_whole_is_not_pulled_again(hub: Hub, wanted: Entry) -> None:
    run(wanted, hub)
    hub.log.clear()
    (note,) = run(wanted, hub)
    assert isinstance(note, Note)
    assert "installed already" in note.message
    assert hub.log == []


def test_a_pack_that_was_damaged_is_pulled_again(hub: Hub, wanted: Entry) -> None:
    run(wanted, hub)
    (packs_folder() / "a-model" / "config.json").write_text("broken")
    run(wanted, hub)
    verify(find("a-model"))


def test_a_pinned_entry_with_checksums_needs_a_file_server_only(hub: Hub, tmp_path: Path) -> None:
    run(make(tmp_path, sha256=sums(FILES), revision=COMMIT), hub)
    assert not [path for path in hub.log if path.startswith("/api/")]
    verify(find("a-model"))


def test_a_connection_cut_in_the_middle_is_continued_where_it_was(hub: Hub, wanted: Entry) -> None:
    hub.cuts = [1_000_000, 500_000]
    run(wanted, hub)
    verify(find("a-model"))
    asked = [int(text.removeprefix("bytes=").rstrip("-")) for text in hub.ranges("model.bin") if text]
    assert len(asked) == 2
    assert 0 < asked[0] <= 1_000_000 < asked[1] + 500_000 <= 2_000_000


def test_a_connection_that_never_gets_further_gives_up_and_says_how_to_go_on(hub: Hub, wanted: Entry) -> None:
    hub.cuts = [1_000_000, *[0] * 20]
    error = refused(wanted, hub, "model.network")
    assert "interrupted" in error.message
    assert "goes on where it stopped" in error.hint
    hub.cuts.clear()
    hub.served.clear()
    progress = [event for event in run(wanted, hub) if isinstance(event, Progress)]
    assert progress[0].done >= 900_000
    assert hub.ranges("model.bin")[0].startswith("bytes=")
    verify(find("a-model"))


def test_a_server_that_ignores_ranges_sends_it_all_again(hub: Hub, wanted: Entry) -> None:
    hub.cuts, hub.no_ranges = [1_000_000], True
    run(wanted, hub)
    verify(find("a-model"))


def test_leaving_the_loop_keeps_what_has_come_and_installs_nothing(hub: Hub, wanted: Entry) -> None:
    events = pull(wanted, endpoint=hub.url)
    for event in events:
        if isinstance(event, Progress) and event.done > 1_000_000:
            break
    events.close()  # type: ignore[attr-defined]
    assert installed() == [pack for pack in installed() if pack.id != "a-model"]
    hub.served.clear()
    run(wanted, hub)
    assert hub.ranges("model.bin")[0] >= "bytes=1000000-"
    verify(find("a-model"))


def test_a_pull_killed_in_the_middle_never_looks_installed_and_resumes(hub: Hub, wanted: Entry, tmp_path: Path) -> None:
    hub.hold = True
    program = """
import sys
from pathlib import Path
from plugin_core.catalog import catalog
from plugin_core.download import pull
for event in pull(catalog(Path(sys.argv[1]))[0], endpoint=sys.argv[2]):
    print(event, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "catalog.toml"), hub.url], stdout=subprocess.PIPE
    )
    assert process.stdout
    try:
        assert hub.half.wait(30)
        for line in process.stdout:
            if b"done=1" in line:
                break
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        process.stdout.close()
    assert not (packs_folder() / "a-model").exists()
    hub.hold = False
    hub.go.set()
    hub.served.clear()
    run(wanted, hub)
    assert hub.ranges("model.bin")[0].startswith("bytes=1")
    verify(find("a-model"))


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_a_file_damaged_on_the_way_is_refused_and_thrown_away(hub: Hub, wanted: Entry, name: str) -> None:
    hub.damage = {name}
    assert name in refused(wanted, hub, "model.checksum").message
    hub.damage = set()
    run(wanted, hub)
    verify(find("a-model"))


def test_a_file_that_is_not_the_catalogs_is_refused_even_if_the_hub_vouches_for_it(hub: Hub, tmp_path: Path) -> None:
    wanted = make(tmp_path, sha256=sums(FILES) | {"source.spm": "0" * 64})
    assert "source.spm" in refused(wanted, hub, "model.checksum").message


def test_what_an_older_revision_left_is_not_continued(hub: Hub, wanted: Entry) -> None:
    hub.cuts = [1_000_000, *[0] * 20]
    refused(wanted, hub, "model.network")
    hub.cuts.clear()
    hub.files["model.bin"] = BIG[::-1]
    run(wanted, hub)
    assert (packs_folder() / "a-model" / "model.bin").read_bytes() == BIG[::-1]


def test_a_server_that_sends_more_than_it_announced_is_refused(hub: Hub, tmp_path: Path) -> None:
    wanted = make(tmp_path, sha256=sums(FILES), revision=COMMIT)
    hub.files["config.json"] += b" " * 100
    refused(wanted, hub, "model.checksum")


def test_a_repository_or_file_that_is_not_there_is_a_sentence(hub: Hub, wanted: Entry, tmp_path: Path) -> None:
    del hub.files["config.json"]
    assert "config.json" in refused(wanted, hub, "model.not-found").message
    pinned = make(tmp_path, sha256=sums(FILES), revision=COMMIT)
    assert "does not exist" in refused(pinned, hub, "model.not-found").message
    hub.repo = "someone/else"
    assert "someone/a-model" in refused(wanted, hub, "model.not-found").message


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_server_that_refuses_is_a_sentence(hub: Hub, wanted: Entry, status: int) -> None:
    hub.status = {"model.bin": status}
    refused(wanted, hub, "model.network")


def test_a_login_page_instead_of_a_hub_is_a_sentence(hub: Hub, wanted: Entry) -> None:
    hub.garbage = True
    assert "did not answer as a model hub" in refused(wanted, hub, "model.network").message


def test_a_server_that_is_not_there_is_a_sentence(hub: Hub, wanted: Entry, tmp_path: Path) -> None:
    hub.server_close()
    assert "cannot be reached" in refused(wanted, hub, "model.network").message
    refused(make(tmp_path, sha256=sums(FILES), revision=COMMIT), hub, "model.network")


def test_modelscope_gives_the_same_pack(hub: Hub, tmp_path: Path) -> None:
    run(make(tmp_path, modelscope="someone/a-model"), hub, source="modelscope")
    verify(find("a-model"))
    assert find("a-model").revision == "master"


def test_modelscope_must_meet_the_catalogs_checksums_too(hub: Hub, tmp_path: Path) -> None:
    wanted = make(tmp_path, sha256=sums(FILES) | {"config.json": "0" * 64}, modelscope="someone/a-model")
    refused(wanted, hub, "model.checksum", source="modelscope")


def test_a_pack_that_is_not_on_modelscope_is_a_sentence(hub: Hub, wanted: Entry) -> None:
    refused(wanted, hub, "model.source", source="modelscope")
    refused(wanted, hub, "model.source", source="floppy")


def test_the_mirror_of_the_environment_is_used(hub: Hub, wanted: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"{hub.url}/")
    list(pull(wanted))
    verify(find("a-model"))


@pytest.mark.parametrize("endpoint", ["ftp://x", "hub.example", "file:///etc/passwd", "https://[bad"])
def test_what_is_no_servers_address_is_a_sentence(hub: Hub, wanted: Entry, endpoint: str) -> None:
    with pytest.raises(ModelError):
        list(pull(wanted, endpoint=endpoint))


def test_two_pulls_of_one_pack_at_a_time_are_one_too_many(hub: Hub, wanted: Entry) -> None:
    first = pull(wanted, endpoint=hub.url)
    next(first)
    with pytest.raises(ModelError, match="being pulled already"):
        run(wanted, hub)
    list(first)
    verify(find("a-model"))


@pytest.mark.parametrize("switch", ["ZIMU_OFFLINE", "HF_HUB_OFFLINE"])
def test_strict_offline_opens_no_socket(wanted: Entry, switch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv(switch, "1")

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "create_connection", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    with pytest.raises(ModelError, match="strict offline") as caught:
        pull(wanted)
    assert caught.value.code == "model.offline"
    assert "import" in caught.value.hint


def test_too_little_room_is_said_before_the_first_byte(
    hub: Hub, wanted: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10))
    assert "No space left" in refused(wanted, hub, "model.disk").message
    assert hub.ranges("model.bin") == []


def test_a_disk_that_fills_up_is_a_sentence_and_the_pull_resumes(
    hub: Hub, wanted: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = download._stream

    def full(*arguments: Any) -> Iterator[int]:
        for size in real(*arguments):
            yield size
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(download, "_stream", full)
        assert "No space left" in refused(wanted, hub, "model.disk").message
    hub.served.clear()
    run(wanted, hub)
    assert hub.ranges("model.bin")[0].startswith("bytes=")


def test_a_home_that_cannot_be_written_is_a_sentence(
    hub: Hub, wanted: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("ZIMU_HOME", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="cannot be written"):
        run(wanted, hub)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_pickle_offered_as_a_model_is_never_installed(hub: Hub, wanted: Entry) -> None:
    import pickle

    hub.files["model.bin"] = pickle.dumps(list(range(2000)))
    refused(wanted, hub, "model.hostile")
