"""Agents that are slow, silent, chatty, dying, and wrong; libraries that load, crash, and find nobody."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin_core.errors import HostError
from resolve_bridge import connect
from resolve_bridge.channels import AgentChannel, PipeChannel, agent_path
from resolve_bridge.failures import FAILURES, chinese, failure, problem, problem_of
from resolve_bridge.places import Install, Surroundings, installs, running, scripting_mode
from resolve_bridge.versions import Product, Version

HELLO = 'say({"protocol": 1, "product": "DaVinci Resolve Studio", "version": "21.0.4.5"})'
TOY = """
import json, os, signal, sys, time
def say(value):
    print(json.dumps(value) if not isinstance(value, str) else value, flush=True)
{hello}
for line in sys.stdin:
    request = json.loads(line)
    do, given, number = request["do"], request["arguments"], request["id"]
    if do == "echo": say({{"id": number, "result": given}})
    if do == "pid": say({{"id": number, "result": os.getpid()}})
    if do == "refuse": say({{"id": number, "error": {{"code": given["code"], "message": "No.", "hint": ""}}}})
    if do == "hang": time.sleep(600)
    if do == "late": time.sleep(given["s"]); say({{"id": number, "result": "late"}})
    if do == "die": print("the library fell over", file=sys.stderr, flush=True); os.kill(os.getpid(), signal.SIGSEGV)
    if do == "exit": sys.exit(3)
    if do == "garbage":
        say("Fusion says hello"); say('["a", 1]'); say("\\xff" * 9); say({{"id": 99999, "result": "another's"}})
        say({{"id": number, "result": "right"}})
    if do == "env": say({{"id": number, "result": dict(os.environ)}})
    if do == "argv": say({{"id": number, "result": [sys.argv, sys.flags.utf8_mode]}})
    if do == "nonsense": say({{"id": number}})
"""


def toy(folder: Path, hello: str = HELLO) -> Path:
    path = folder / "agent.py"
    path.write_text(TOY.format(hello=hello), "utf-8")
    return path


def channel(folder: Path, hello: str = HELLO, *, patience: float = 0.3, start: float = 20.0) -> AgentChannel:
    return AgentChannel(Path("fusionscript.so"), agent=toy(folder, hello), patience=patience, start_timeout=start)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return True
    return False


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[AgentChannel]:
    with channel(tmp_path) as opened:
        yield opened


def test_a_call_reaches_the_agent_and_its_answer_comes_back(agent: AgentChannel) -> None:
    assert agent.call("echo", text="字幕 \U0001f3ac", frame=2**60) == {"text": "字幕 \U0001f3ac", "frame": 2**60}


def test_the_agent_says_first_what_it_found(agent: AgentChannel) -> None:
    assert agent.open()["product"] == "DaVinci Resolve Studio"
    assert agent.pid


def test_the_agent_is_run_in_utf8_and_told_the_library(agent: AgentChannel) -> None:
    arguments, utf8 = agent.call("argv")
    assert arguments[1:] == ["--lib", "fusionscript.so"]
    assert utf8 == 1


def test_no_python_settings_of_others_reach_the_agent(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONHOME": "/elsewhere", "PYTHONPATH": "/elsewhere"}
    with AgentChannel(Path("fusionscript.so"), agent=toy(tmp_path), environ=environ) as opened:
        seen = opened.call("env")
    assert "PYTHONPATH" not in seen
    assert seen.get("PYTHONHOME") != "/elsewhere"
    assert seen["PYTHON3HOME"] == seen["FUSION_PYTHON3_HOME"] == sys.base_prefix
    assert seen["RESOLVE_SCRIPT_LIB"] == "fusionscript.so"


def test_a_hung_call_ends_only_the_agent_and_the_next_call_starts_another(agent: AgentChannel) -> None:
    first = agent.call("pid")
    with pytest.raises(HostError) as caught:
        agent.call("hang", timeout=0.2)
    assert caught.value.code == "host.timeout"
    assert "'hang'" in caught.value.message
    assert "dialog" in caught.value.hint
    assert gone(first)
    assert agent.call("pid") != first


@pytest.mark.parametrize(("verb", "how"), [("die", "SIGSEGV: the library fell over"), ("exit", "exit status 3")])
def test_an_agent_that_falls_over_is_said_how_and_started_again(agent: AgentChannel, verb: str, how: str) -> None:
    first = agent.call("pid")
    with pytest.raises(HostError) as caught:
        agent.call(verb)
    assert caught.value.code == "host.crashed"
    assert how in caught.value.message
    assert agent.call("pid") != first


def test_what_a_library_prints_among_the_answers_is_no_answer(agent: AgentChannel) -> None:
    assert agent.call("garbage") == "right"
    assert agent.call("echo", n=1) == {"n": 1}


def test_an_answer_that_is_none_is_an_error(agent: AgentChannel) -> None:
    with pytest.raises(HostError) as caught:
        agent.call("nonsense")
    assert caught.value.code == "host.answer"


@pytest.mark.parametrize("name", ["no-project", "no-timeline", "no-database"])
def test_what_the_agent_says_of_resolve_gets_what_to_do_about_it(agent: AgentChannel, name: str) -> None:
    with pytest.raises(HostError) as caught:
        agent.call("refuse", code=f"host.{name}")
    assert caught.value.code == f"host.{name}"
    assert caught.value.hint == FAILURES[name].fix
    assert agent.call("echo") == {}


def test_an_agent_that_lost_resolve_is_started_again(agent: AgentChannel) -> None:
    first = agent.call("pid")
    with pytest.raises(HostError) as caught:
        agent.call("refuse", code="host.gone")
    assert caught.value.code == "host.gone"
    assert agent.call("pid") != first


def test_an_agent_that_starts_slowly_is_waited_for(tmp_path: Path) -> None:
    with channel(tmp_path, f"time.sleep(0.4); {HELLO}") as slow:
        assert slow.call("echo", timeout=5.0, n=1) == {"n": 1}


@pytest.mark.parametrize(
    ("hello", "name", "part"),
    [
        ("time.sleep(600)", "timeout", "'hello'"),
        ("os.kill(os.getpid(), signal.SIGBUS)", "library", "SIGBUS"),
        ("sys.exit('no such symbol')", "library", "exit status 1: no such symbol"),
        ("say('not json'); sys.exit(0)", "library", "exit status 0: not json"),
        ('say({"protocol": 2})', "agent", "protocol 2, not 1"),
        ('say({"id": 0, "error": {"code": "host.library", "message": "It cannot be loaded (bad ELF)."}})', "library",
         "(bad ELF)"),
        ('say({"id": 0, "error": {"code": "host.failed", "message": "It fell."}})', "failed", "It fell."),
    ],
)  # fmt: skip
def test_an_agent_that_does_not_come_up_says_why_and_leaves_no_process(
    tmp_path: Path, hello: str, name: str, part: str
) -> None:
    with channel(tmp_path, hello, start=1.0 if name == "timeout" else 20.0) as opened:
        for _ in range(2):
            with pytest.raises(HostError) as caught:
                opened.call("echo")
            assert caught.value.code == f"host.{name}"
            assert part in caught.value.message
            assert opened.pid == 0


def test_a_python_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    with (
        AgentChannel(Path("f.so"), agent=toy(tmp_path), environ={"ZIMU_RESOLVE_PYTHON": "/no/python"}) as opened,
        pytest.raises(HostError, match="/no/python cannot be started") as caught,
    ):
        opened.open()
    assert caught.value.code == "host.library"
    assert "ZIMU_RESOLVE_PYTHON" in caught.value.hint


def test_close_leaves_no_process(tmp_path: Path) -> None:
    opened = channel(tmp_path)
    pid = opened.call("pid")
    opened.close()
    assert gone(pid)
    opened.close()


def test_close_ends_the_call_of_another_thread(tmp_path: Path) -> None:
    opened = channel(tmp_path)
    opened.open()
    errors: list[str] = []

    def hang() -> None:
        try:
            opened.call("hang", timeout=60)
        except HostError as error:
            errors.append(error.code)

    thread = threading.Thread(target=hang)
    thread.start()
    while not opened._lock.locked():
        time.sleep(0.01)
    opened.close()
    thread.join(20)
    assert errors == ["host.crashed"]
    assert opened.pid == 0


def test_a_request_larger_than_a_pipe_does_not_block_on_a_hung_agent(tmp_path: Path) -> None:
    with channel(tmp_path, f"{HELLO}; time.sleep(600)") as opened, pytest.raises(HostError) as caught:
        opened.call("echo", timeout=0.5, text="x" * 2_000_000)
    assert caught.value.code == "host.timeout"


# -- pipes of others -------------------------------------------------------------------------------


def pipes() -> tuple[PipeChannel, io.BufferedReader, io.BufferedWriter]:
    """A channel, and what the other end reads and writes."""
    asked, ask = os.pipe()
    answered, answer = os.pipe()
    given = PipeChannel(os.fdopen(ask, "wb"), os.fdopen(answered, "rb"), start_timeout=5.0)
    return given, os.fdopen(asked, "rb"), os.fdopen(answer, "wb")


def test_a_late_answer_is_thrown_away_and_the_pipe_stays_usable() -> None:
    channel, asked, answer = pipes()
    answer.write(b'{"protocol": 1}\n')
    answer.flush()
    with pytest.raises(HostError) as caught:
        channel.call("slow", timeout=0.05)
    assert caught.value.code == "host.timeout"
    assert asked.readline() == b'{"id": 1, "do": "slow", "arguments": {}}\n'
    answer.write(b'{"id": 1, "result": "late"}\n{"id": 2, "result": "in time"}\n')
    answer.flush()
    assert channel.call("next") == "in time"
    channel.close()
    assert asked.readline().startswith(b'{"id": 2')
    assert asked.readline() == b""
    answer.close()
    asked.close()


def test_a_resolve_that_quits_is_an_error_at_once_and_for_ever() -> None:
    channel, asked, answer = pipes()
    answer.write(b'{"protocol": 1}\n')
    answer.close()
    for _ in range(2):
        with pytest.raises(HostError) as caught:
            channel.call("timeline")
        assert caught.value.code == "host.gone"
    channel.close()
    assert len(asked.readlines()) <= 2
    asked.close()
