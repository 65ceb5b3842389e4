"""What the service answers, over real HTTP messages, with a pack whose answers are known."""

from __future__ import annotations

import json
import threading
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

pytest.importorskip("prometheus_client", reason="the extra service is not installed")
pytest.importorskip("python_multipart", reason="the extra service is not installed")
from starlette.testclient import TestClient

from plugin_core.errors import ModelError
from plugin_core.monitoring.records import Record
from plugin_core.service.app import build
from plugin_core.service.configuration import Configuration
from plugin_core.service.recognising import Answer, Recogniser, Sent
from plugin_core.settings import cache
from tests.scenes.films import film_of
from tests.scenes.packs import make_scenes_pack

TOKEN = "a token"
KEY = {"authorization": f"Bearer {TOKEN}"}
SETTINGS = Configuration(token=TOKEN, shots_pack="none", queue=0)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_scenes_pack(tmp_path_factory.mktemp("packs") / "scenes")


@pytest.fixture
def client(pack: Path) -> Iterator[TestClient]:
    yield from served(replace(SETTINGS, pack=str(pack)))


def served(settings: Configuration, make: Any = None) -> Iterator[TestClient]:
    with TestClient(build(settings, make), headers=KEY) as client:
        client.portal.call(_until_loaded, client.app.state.service)  # type: ignore[union-attr, attr-defined]
        yield client


async def _until_loaded(service: Any) -> None:
    import asyncio

    while service.recogniser is None and service.problem is None:
        await asyncio.sleep(0.01)


def image(path: Path, level: int) -> bytes:
    picture = np.full((64, 112, 3), level, np.uint8)
    with av.open(str(path), "w", format="image2") as out:
        stream = out.add_stream("png")
        stream.width, stream.height, stream.pix_fmt = 112, 64, "rgb24"
        out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return path.read_bytes()


def sound(path: Path, level: float) -> bytes:
    noise = np.random.default_rng(1).normal(0, level, 32_000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.clip(noise, -1, 1) * 32767).astype("<i2").tobytes())
    return path.read_bytes()


def records(said: str) -> list[Record]:
    return [Record.from_json(json.loads(line)) for line in said.splitlines()]


def label(answer: Any, group: str, shot: int = 0) -> str:
    return str(answer.json()["shots"][shot]["labels"][group][0]["label"])


def test_a_film_gets_its_shots_and_scenes_and_a_line_without_its_name(
    client: TestClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = film_of(tmp_path / "秘密 secret.mp4", [40, 220], loud=[1])
    answer = client.post("/v1/scenes", files={"media": (film.name, film.read_bytes())})
    assert answer.status_code == 200, answer.text
    assert [label(answer, "place", n) for n in range(2)] == ["indoor", "outdoor"]
    assert [label(answer, "emotion", n) for n in range(2)] == ["calm", "tense"]
    assert answer.json()["scenes"][0]["start"] == 0
    said = capsys.readouterr().out
    assert "secret" not in said
    (record,) = records(said)
    assert (record.status, record.shots, record.pack) == (200, 2, "scenes-by-hand")
    assert record.mix["place"] == {"indoor": 1, "outdoor": 1}
    assert record.request == answer.headers["x-request-id"]


@pytest.mark.parametrize("parts", [("image",), ("audio",), ("text",), ("image", "audio"), ("image", "audio", "text")])
def test_a_picture_a_sound_and_a_text_may_come_alone_or_together(
    client: TestClient, tmp_path: Path, parts: tuple[str, ...]
) -> None:
    files = {"image": ("a.png", image(tmp_path / "a.png", 230)), "audio": ("a.wav", sound(tmp_path / "a.wav", 0.3))}
    fields = {"text": "Good morning."} if "text" in parts else {"unused": ""}
    chosen: dict[str, Any] = {name: files[name] for name in parts if name in files}
    if "text" in parts:
        chosen["text"] = (None, fields["text"])
    answer = client.post("/v1/scenes", files=chosen)
    assert answer.status_code == 200, answer.text
    names = {"image": "pictures", "audio": "sounds", "text": "texts"}
    assert answer.json()["shots"][0]["from"] == [names[part] for part in ("image", "audio", "text") if part in parts]
    if "image" in parts:
        assert label(answer, "place") == "outdoor"
    if "audio" in parts:
        assert label(answer, "emotion") == "tense"


def test_nothing_that_was_sent_is_kept(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    film = film_of(tmp_path / "a.mp4", [40])
    assert client.post("/v1/scenes", files={"media": ("a.mp4", film.read_bytes())}).status_code == 200
    assert client.post("/v1/scenes", files={"media": ("a.mp4", b"no film")}).status_code == 422
    assert list(place.iterdir()) == []
    assert [path for path in cache().rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "headers", [{"authorization": ""}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}]
)
def test_without_the_token_nothing_is_read(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/v1/scenes", files={"text": (None, "a")}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_probes_and_figures_need_no_token(client: TestClient) -> None:
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert client.get(path, headers={"authorization": ""}).status_code == 200


@pytest.mark.parametrize(
    ("parts", "status", "said"),
    [
        ({"media": ("a.mp4", b"no film at all")}, 422, "."),
        ({"image": ("a.png", b"no picture")}, 422, "image"),
        ({"audio": ("a.wav", b"no sound")}, 422, "audio"),
        ({"media": ("a.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hosts\n")}, 422, "list of other files"),
        ({"audio": ("a.wav", b"ffconcat version 1.0\nfile b.wav\n")}, 422, "list of other files"),
        ({"other": (None, "a")}, 422, "other"),
        ({"text": (None, " ")}, 422, "Nothing"),
        ({"media": (None, "a field")}, 422, "no file"),
        ({"media": ("a", b"x"), "image": ("b", b"x")}, 422, "came with"),
        ([("text", (None, "a")), ("text", (None, "b"))], 422, "form"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(client: TestClient, parts: Any, status: int, said: str) -> None:
    answer = client.post("/v1/scenes", files=parts)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]


def test_only_a_form_is_read(client: TestClient) -> None:
    assert client.post("/v1/scenes", json={"text": "a"}).status_code == 415
    assert client.post("/v1/scenes", content=b"--x", headers={"content-type": "multipart/form-data"}).status_code == 422


def test_a_request_over_the_limit_is_refused_by_what_it_says_and_by_what_comes(pack: Path) -> None:
    for client in served(replace(SETTINGS, pack=str(pack), largest=1000)):
        assert client.post("/v1/scenes", files={"media": ("a", b"x" * 2000)}).status_code == 413

        def body() -> Iterator[bytes]:
            yield b'--x\r\ncontent-disposition: form-data; name="media"; filename="a"\r\n\r\n'
            yield b"x" * 2000

        kind = {"content-type": "multipart/form-data; boundary=x"}
        assert client.post("/v1/scenes", content=body(), headers=kind).status_code == 413


class Slow(Recogniser):
    """Answers when it is let."""

    begun, go = threading.Event(), threading.Event()

    def answer(self, sent: Sent, seconds: float) -> Answer:
        self.begun.set()
        self.go.wait(60)
        return super().answer(sent, seconds)


def test_who_comes_while_the_queue_is_full_is_told_when_to_come_again(pack: Path) -> None:
    for client in served(SETTINGS, lambda: Slow(str(pack), "none")):
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(client.post, "/v1/scenes", files={"text": (None, "a")})
            assert Slow.begun.wait(60)
            second = client.post("/v1/scenes", files={"text": (None, "a")})
            assert "zimu_queue_length 0.0" in client.get("/metrics").text
            Slow.go.set()
            assert first.result().status_code == 200
        assert second.status_code == 429
        assert int(second.headers["retry-after"]) >= 1
        assert client.post("/v1/scenes", files={"text": (None, "a")}).status_code == 200


def test_a_film_that_takes_too_long_is_given_up(pack: Path, tmp_path: Path) -> None:
    film = film_of(tmp_path / "a.mp4", [40, 220], loud=[1])
    for client in served(replace(SETTINGS, pack=str(pack), seconds=1e-6)):
        assert client.post("/v1/scenes", files={"media": ("a.mp4", film.read_bytes())}).status_code == 504


def test_without_its_pack_it_lives_but_is_not_ready() -> None:
    def make() -> Recogniser:
        raise ModelError("model.not-installed", "No such pack.")

    for client in served(SETTINGS, make):
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 503
        assert client.post("/v1/scenes", files={"text": (None, "a")}).status_code == 503


def test_the_figures_tell_what_was_said(client: TestClient, tmp_path: Path) -> None:
    client.post("/v1/scenes", files={"image": ("a.png", image(tmp_path / "a.png", 230))})
    client.post("/v1/scenes", files={"image": ("a.png", b"no")})
    page = client.get("/metrics").text
    assert 'zimu_labels_total{group="place",label="outdoor"} 1.0' in page
    assert 'zimu_requests_total{status="200"} 1.0' in page
    assert 'zimu_requests_total{status="422"} 1.0' in page
    assert 'zimu_confidence_count{group="place"} 1.0' in page
    assert "zimu_request_seconds_count 2.0" in page
    assert 'zimu_missing_total{modality="sounds"} 1.0' in page


@pytest.mark.parametrize("own", [False, True], ids=["told", "the pack's own"])
def test_drift_against_a_reference_is_a_figure(tmp_path: Path, own: bool) -> None:
    from plugin_core.monitoring.drift import Profile

    reference = tmp_path / "pack" / "reference.json"
    reference.parent.mkdir()
    Profile({"place": {"indoor": 900, "outdoor": 100}}, {}, 1000).save(reference)
    pack = make_scenes_pack(tmp_path / "pack", **({"reference": reference.name} if own else {}))
    for client in served(replace(SETTINGS, pack=str(pack), reference="" if own else str(reference))):
        client.post("/v1/scenes", files={"image": ("a.png", image(tmp_path / "a.png", 230))})
        page = client.get("/metrics").text
        value = next(line for line in page.splitlines() if line.startswith('zimu_drift_psi{group="place",of="labels"}'))
        assert float(value.split()[-1]) > 0.25
