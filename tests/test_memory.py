from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from plugin_core import settings
from plugin_core.errors import DocumentError
from plugin_core.memory import Made, Memory, normal

PAIR = ("en", "zh")


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "memory.sqlite")


def test_the_users_memory_lies_in_their_home() -> None:
    with Memory.open() as memory:
        memory.store("a", "b", PAIR, "panel", True)
    assert (settings.home() / "memory.sqlite").is_file()


def test_what_was_stored_is_found_whatever_its_case_width_and_markup(memory: Memory) -> None:
    memory.store("<i>Hello,  World.</i>", "你好，世界。", PAIR, "panel", True)
    assert memory.confirmed("hello, ｗorld", PAIR) == "你好，世界。"
    assert memory.confirmed("hello, world", ("en", "fr")) is None


def test_confirmed_pairs_come_first_and_later_ones_before_earlier(memory: Memory) -> None:
    memory.store("Hi.", "一", PAIR, "file", False)
    memory.store("Hi.", "二", PAIR, "panel", True)
    memory.store("Hi.", "三", PAIR, "import", True)
    assert [hit.target for hit in memory.lookup("Hi.", PAIR)] == ["三", "二", "一"]
    memory.store("Hi.", "四", PAIR, "panel", True)
    assert [hit.target for hit in memory.lookup("Hi.", PAIR)] == ["四", "三", "一"]


def test_similar_texts_are_found_with_their_likeness(memory: Memory) -> None:
    memory.store_all(
        [("I went to the old market.", "我去了旧市场。"), ("Something else entirely", "别的")], PAIR, "panel", True
    )
    (hit,) = memory.lookup("I went to the new market.", PAIR)
    assert 0.8 < hit.score < 1
    assert hit.target == "我去了旧市场。"
    assert memory.lookup("I went to the new market.", PAIR, fuzzy=1) == []


def test_similar_chinese_texts_are_found(memory: Memory) -> None:
    memory.store("我们明天去北京。", "We go to Beijing tomorrow.", ("zh", "en"), "panel", True)
    assert memory.lookup("我们后天去北京。", ("zh", "en"))[0].score > 0.8


def test_the_machine_is_found_only_under_its_own_pack_and_glossary(memory: Memory) -> None:
    memory.keep([("Hi.", Made("嗨。", "x"))], PAIR, "pack@1|g")
    assert memory.made("Hi.", PAIR, "pack@1|g") == Made("嗨。", "x")
    assert memory.made("Hi.", PAIR, "pack@2|g") is None
    assert memory.made("Hi!", PAIR, "pack@1|g") is None
    assert memory.lookup("Hi.", PAIR) == []


def test_empty_sides_are_not_stored(memory: Memory) -> None:
    assert memory.store_all([(" ", "x"), ("x", "")], PAIR, "panel", True) == 0


def test_what_is_forgotten_is_gone_with_its_likenesses(memory: Memory) -> None:
    memory.store("I went home.", "我回家了。", PAIR, "panel", True)
    assert memory.forget("i went home", PAIR) == 1
    assert memory.lookup("I went home!", PAIR) == []


@given(st.text(max_size=30), st.text(max_size=30))
@rules(max_examples=40)
def test_any_text_can_be_stored_and_is_found_again(tmp_path_factory: pytest.TempPathFactory, a: str, b: str) -> None:
    a, b = (text.encode("utf-8", "ignore").decode() for text in (a, b))
    with Memory(tmp_path_factory.mktemp("m") / "memory.sqlite") as memory:
        if memory.store_all([(a, b)], PAIR, "panel", True):
            assert memory.confirmed(a, PAIR) == b
            assert memory.lookup(a + " x", PAIR) is not None


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)


def test_a_damaged_file_is_put_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    path.write_bytes(b"this is no database, but it is long enough to look at " * 100)
    with Memory(path) as memory:
        assert memory.note is not None
        assert memory.note.level == "warning"
        memory.store("a", "b", PAIR, "panel", True)
        assert memory.confirmed("a", PAIR) == "b"
    (aside,) = tmp_path.glob("memory.sqlite.damaged-*")
    assert aside.read_bytes().startswith(b"this is no database")


def test_a_file_that_breaks_in_use_does_not_stop_the_job(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    with Memory(path) as memory:
        memory.store_all([(f"text {n} " * 40, "x" * 200) for n in range(200)], PAIR, "panel", True)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with Memory(path) as memory:
        assert memory.confirmed("text 1 " * 40, PAIR) is None
        memory.store("a", "b", PAIR, "panel", True)
        assert memory.note is not None
        memory.store("a", "b", PAIR, "panel", True)
        assert memory.confirmed("a", PAIR) == "b"


def test_a_locked_memory_is_left_alone_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin_core.memory.BUSY_MS", 50)
    path = tmp_path / "memory.sqlite"
    with Memory(path) as memory:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        memory.store("a", "b", PAIR, "panel", True)
        assert memory.note is not None
        assert "locked" in memory.note.message
        other.execute("ROLLBACK")
        other.close()
        memory.store("a", "b", PAIR, "panel", True)
        assert memory.confirmed("a", PAIR) == "b"
    assert not list(tmp_path.glob("*.damaged-*"))


def test_a_closed_memory_is_an_error_of_the_program_and_not_damage(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.sqlite")
    memory.close()
    with pytest.raises(sqlite3.ProgrammingError):
        memory.confirmed("a", PAIR)
    assert not list(tmp_path.glob("*.damaged-*"))


def test_half_a_character_is_not_kept_and_stops_nothing(memory: Memory) -> None:
    memory.store("\ud83d", "x", PAIR, "panel", True)
    assert memory.confirmed("\ud83d", PAIR) is None


def test_a_memory_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version=99")
    base.close()
    with pytest.raises(DocumentError) as caught:
        Memory(path)
    assert caught.value.code == "memory.newer"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DocumentError) as caught:
        Memory(tmp_path / "file" / "memory.sqlite")
    assert caught.value.code == "memory.cannot-open"


def _write(path: Path, name: str, count: int) -> None:
    with Memory(path) as memory:
        for n in range(count):
            memory.store(f"{name} says sentence {n}", f"{name} {n}", PAIR, name, True)
            memory.keep([(f"{name} {n}", Made("x"))], PAIR, name)
        assert memory.note is None


def test_processes_write_at_the_same_time_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write, args=(path, name, 60)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    with Memory(path) as memory:
        assert len(list(memory.pairs())) == 120
        assert all(memory.made(f"{name} {n}", PAIR, name) for name in "ab" for n in range(60))


def test_tmx_goes_out_and_comes_in(tmp_path: Path, memory: Memory) -> None:
    memory.store_all([("Hello <b>&", "你好"), ("Bye", "再见")], PAIR, "panel", True)
    assert memory.export_tmx(tmp_path / "m.tmx") == 2
    with Memory(tmp_path / "other.sqlite") as other:
        assert other.import_tmx(tmp_path / "m.tmx") == 2
        assert other.confirmed("Hello <b>&", PAIR) == "你好"
        assert other.confirmed("再见", ("zh", "en")) == "Bye"


@pytest.mark.parametrize("text", ["", "no xml", "<tmx>", "<html/>", '<!DOCTYPE t [<!ENTITY a "b">]><tmx>&a;</tmx>'])
def test_a_bad_tmx_is_a_sentence(tmp_path: Path, memory: Memory, text: str) -> None:
    (tmp_path / "m.tmx").write_text(text)
    with pytest.raises(DocumentError) as caught:
        memory.import_tmx(tmp_path / "m.tmx")
    assert caught.value.code == "memory.tmx"
