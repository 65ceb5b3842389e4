"""Agents that are slow, silent, chatty, dying, and wrong; libraries that load, crash, and find nobody."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import processes
from plugin_core.errors import HostError
from resolve_bridge import connect
from resolve_bridge.channels import AgentChannel, PipeChannel, _how
from resolve_bridge.failures import FAILURES, chinese, failure, problem, problem_of
from resolve_bridge.places import Install, Surroundings, System, installs, running, scripting_mode
from resolve_bridge.versions import Product, Version, edition_of
from tests.hosts.resolve_machine import (
    HOST,
    empty,
    library,
    machine,
    on_linux,
    on_mac,
    on_windows,
    program,
    runs,
    scripting,
)

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


def test_an_agent_that_died_between_two_calls_is_replaced(agent: AgentChannel) -> None:
    first = agent.call("pid")
    os.kill(first, signal.SIGKILL)
    process = agent._process
    assert process is not None
    process.wait(20)
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
    assert errors in (["host.crashed"], ["host.gone"])  # the second if it was closed before the request left
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


NOISE = st.lists(
    st.binary(max_size=40).map(lambda line: line.replace(b"\n", b""))
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "result", "x"]), inner),
        max_leaves=5,
    )
    .filter(lambda value: not isinstance(value, dict) or value.get("id") != 1)
    .map(lambda value: json.dumps(value).encode()),
    max_size=5,
)


@settings(max_examples=40)
@given(NOISE, NOISE)
def test_whatever_is_printed_before_hello_and_before_an_answer_the_answer_is_found(
    first: list[bytes], second: list[bytes]
) -> None:
    channel, asked, answer = pipes()
    answer.writelines([*(line + b"\n" for line in first), b'{"protocol": 1}\n'])
    answer.writelines([*(line + b"\n" for line in second), b'{"id": 1, "result": "right"}\n'])
    answer.flush()
    assert channel.call("anything", timeout=20) == "right"
    channel.close()
    assert asked.readline().startswith(b'{"id": 1')
    answer.close()
    asked.close()


def test_the_end_of_resolve_is_told_unless_we_left_it_ourselves() -> None:
    for leaves in (False, True):
        told = threading.Event()
        asked, ask = os.pipe()
        answered, answer = os.pipe()
        channel = PipeChannel(os.fdopen(ask, "wb"), os.fdopen(answered, "rb"), on_end=told.set)
        if leaves:
            channel.close()
        os.close(answer)
        reader = next(thread for thread in channel.threads if "_read" in thread.name)
        reader.join(20)
        assert told.is_set() is not leaves
        channel.close()
        os.close(asked)


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


# -- versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("21.0.4.5", Version(21, 0, 4, 5)),
        ("20.0.0b2.19", Version(20, 0, 0, 19, "b2")),
        ("19.1", Version(19, 1)),
        ("21.1.0\n", Version(21, 1)),
        ("DaVinci Resolve Studio 18.6.6", Version(18, 6, 6)),
        ([21, 0, 4, 5, ""], Version(21, 0, 4, 5)),
        ([20, 1, 0, 3, "b"], Version(20, 1, 0, 3, "b")),
        ([17, 4], Version(17, 4)),
        ([], None),
        (None, None),
        ("", None),
        ("Resolve", None),
    ],
)
def test_a_version_is_read_however_resolve_says_it(said: object, version: Version | None) -> None:
    assert Version.of(said) == version


@given(st.tuples(*[st.integers(0, 99)] * 4))
def test_a_version_written_and_read_is_the_same(numbers: tuple[int, int, int, int]) -> None:
    assert Version.of(str(Version(*numbers))) == Version(*numbers)


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("DaVinci Resolve Studio", "studio"),
        ("DaVinci Resolve", "free"),
        ("DaVinci Resolve Studio.app", "studio"),
        ("", ""),
        (None, ""),
        ("Fusion", ""),
    ],
)
def test_the_edition_is_in_the_products_name(name: object, edition: str) -> None:
    assert edition_of(name) == edition


NEW = {"mark_in_out", "custom_data", "otio_export"}


@pytest.mark.parametrize(
    ("version", "edition", "able"),
    [
        ("21.1.0", "studio", {*NEW, "menu_python", "external"}),
        ("21.1.0", "free", NEW),
        ("21.0.4", "free", {*NEW, "menu_python"}),
        ("19.1.3", "studio", {"custom_data", "menu_python", "external"}),
        ("16.2.0", "studio", {"menu_python", "external"}),
        ("", "", {*NEW, "menu_python", "external"}),
        ("", "free", {*NEW, "menu_python"}),
    ],
)
def test_what_a_version_can_do(version: str, edition: str, able: set[str]) -> None:
    product = Product(Version.of(version), edition)  # type: ignore[arg-type]
    names = {name for name, value in vars(Product).items() if isinstance(value, property)}
    assert {name for name in names if getattr(product, name)} == able


# -- what lies where -------------------------------------------------------------------------------


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    for system in ("linux", "darwin", "windows"):
        assert installs(machine(tmp_path, system)) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", ["opt/resolve", "home/resolve"])
def test_resolve_is_found_on_linux(tmp_path: Path, folder: str) -> None:
    here = machine(tmp_path)
    library = on_linux(here, folder, version="21.1.0")
    assert installs(here) == (Install(library, tmp_path / folder, Product(Version(21, 1))),)


@pytest.mark.parametrize(
    ("app", "edition"),
    [
        ("DaVinci Resolve/DaVinci Resolve.app", ""),
        ("DaVinci Resolve Studio.app", "studio"),
        ("DaVinci Resolve 20/DaVinci Resolve Studio.app", "studio"),
    ],
)
def test_resolve_is_found_on_a_mac(tmp_path: Path, app: str, edition: str) -> None:
    here = machine(tmp_path, "darwin")
    library = on_mac(here, app, "20.3.1")
    assert installs(here) == (
        Install(library, tmp_path / "Applications" / app, Product(Version(20, 3, 1), edition)),  # type: ignore[arg-type]
    )


def test_the_app_stores_build_comes_last_and_is_known(tmp_path: Path) -> None:
    here = machine(tmp_path, "darwin")
    on_mac(here, "DaVinci Resolve.app", "21.0.4", store=True)
    own = on_mac(here, "DaVinci Resolve/DaVinci Resolve.app", "19.1.3")
    assert [(one.library == own, one.store) for one in installs(here)] == [(True, False), (False, True)]


@pytest.mark.parametrize(("product", "edition"), [("DaVinci Resolve", "free"), ("DaVinci Resolve Studio", "studio")])
def test_windows_tells_edition_and_version(tmp_path: Path, product: str, edition: str) -> None:
    here = machine(tmp_path, "windows")
    library = on_windows(here, product, "21.1.0.14")
    (one,) = installs(here)
    assert one.library == library
    assert one.product == Product(Version(21, 1, 0, 14), edition)  # type: ignore[arg-type]


def test_of_several_the_newest_comes_first(tmp_path: Path) -> None:
    here = machine(tmp_path, "windows")
    on_windows(here, "DaVinci Resolve", "19.1.3.7", "DaVinci Resolve 19")
    newest = on_windows(here, "DaVinci Resolve", "21.0.4.5")
    assert [one.library == newest for one in installs(here)] == [True, False]


def test_a_damaged_program_or_bundle_is_found_without_a_version(tmp_path: Path) -> None:
    mac, windows = machine(tmp_path, "darwin"), machine(tmp_path, "windows")
    on_mac(mac, "DaVinci Resolve.app")
    (tmp_path / "Applications/DaVinci Resolve.app/Contents/Info.plist").write_bytes(b"<plist")
    on_windows(windows, "", "")
    (tmp_path / "Program Files" / HOST / "Resolve.exe").write_bytes(b"")
    assert [one.product.version for here in (mac, windows) for one in installs(here)] == [None, None]


def test_resolve_script_lib_names_the_one_to_use(tmp_path: Path) -> None:
    other = empty(tmp_path / "elsewhere/libs/Fusion/fusionscript.so")
    here = machine(tmp_path, RESOLVE_SCRIPT_LIB=str(other))
    usual = on_linux(here)
    assert [one.library for one in installs(here)] == [other, usual]
    assert installs(here)[0].named
    named = machine(tmp_path, RESOLVE_SCRIPT_LIB=str(usual))
    assert [one.library for one in installs(named)] == [usual]


def test_a_resolve_script_lib_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    here = machine(tmp_path, RESOLVE_SCRIPT_LIB="/no/fusionscript.so")
    assert installs(here) == ()
    usual = on_linux(here)
    assert [one.library for one in installs(here)] == [usual]


@pytest.mark.parametrize("system", ["linux", "darwin", "windows"])
def test_external_scripting_is_read_from_the_preferences(tmp_path: Path, system: System) -> None:
    here = machine(tmp_path, system)
    assert scripting_mode(here) is None
    for mode in (0, 1, 2):
        scripting(here, mode)
        assert scripting_mode(here) == mode


@pytest.mark.parametrize("system", ["linux", "darwin", "windows"])
def test_it_is_seen_whether_resolve_runs(tmp_path: Path, system: System) -> None:
    here = machine(tmp_path, system)
    runs(here, resolve=False)
    assert running(here) is False
    runs(here)
    assert running(here) is True


@pytest.mark.parametrize(("system", "name"), [("darwin", "ps"), ("windows", "tasklist")])
def test_a_system_that_does_not_list_its_processes_leaves_it_open(tmp_path: Path, system: System, name: str) -> None:
    here = machine(tmp_path, system)
    assert running(here) is None
    program(here, name, "exit 1")
    assert running(here) is None
    (tmp_path / "proc").rmdir()
    assert running(machine(tmp_path / "other")) is False
    assert running(Surroundings("linux", tmp_path, tmp_path / "nowhere", {})) is None


def test_where_no_library_is_found_the_module_of_resolve_script_api_is_asked(tmp_path: Path) -> None:
    module = library(tmp_path / "api/Modules/DaVinciResolveScript.py")
    here = machine(tmp_path, RESOLVE_SCRIPT_API=str(tmp_path / "api"))
    assert [(one.library, one.named) for one in installs(here)] == [(module, True)]
    bridge = connect.connect(here)
    bridge.close()
    usual = on_linux(here)
    assert [one.library for one in installs(here)] == [usual]


# -- why it is silent ------------------------------------------------------------------------------


def linux(root: Path, found: str = "None", before: str = "", **environ: str) -> Surroundings:
    """A Linux machine whose Resolve runs and has a library in Python."""
    fake = library(root / "fake/fusionscript.py", found, before)
    here = machine(root, RESOLVE_SCRIPT_LIB=str(fake), **environ)
    runs(here)
    return here


def refused(here: Surroundings) -> HostError:
    with pytest.raises(HostError) as caught:
        connect.connect(here)
    return caught.value


def test_a_resolve_that_answers_is_connected(tmp_path: Path) -> None:
    bridge = connect.connect(linux(tmp_path, "FakeResolve(Quirks())"))
    try:
        assert bridge.timeline().start_timecode == "01:00:00:00"
        assert bridge.where().host == "resolve"
    finally:
        bridge.close()


def test_not_installed(tmp_path: Path) -> None:
    error = refused(machine(tmp_path))
    assert error.code == "host.not-installed"
    assert "RESOLVE_SCRIPT_LIB" in error.hint


def test_not_running(tmp_path: Path) -> None:
    here = linux(tmp_path)
    (tmp_path / "proc/77/cmdline").unlink()
    assert refused(here).code == "host.not-running"


def test_scripting_off(tmp_path: Path) -> None:
    here = linux(tmp_path)
    scripting(here, 0)
    error = refused(here)
    assert error.code == "host.scripting-off"
    assert "External scripting using: Local" in error.hint


def test_running_and_silent_for_no_reason_that_can_be_seen(tmp_path: Path) -> None:
    here = linux(tmp_path)
    scripting(here, 1)
    error = refused(here)
    assert error.code == "host.unreachable"
    assert "Restart Resolve" in error.hint


def test_two_versions_installed(tmp_path: Path) -> None:
    here = linux(tmp_path)
    other = on_linux(here)
    error = refused(here)
    assert error.code == "host.several"
    assert str(other) in error.hint


@pytest.mark.parametrize(
    ("version", "name", "part"),
    [
        ("21.0.4.5", "free-edition", "Workspace ▸ Scripts ▸ Edit ▸ Zimu"),
        ("21.1.0.14", "free-no-python", "zimu export FILE --bundle resolve"),
    ],
)
def test_the_free_edition(tmp_path: Path, version: str, name: str, part: str) -> None:
    here = machine(tmp_path, "windows")
    on_windows(here, "DaVinci Resolve", version)
    runs(here)
    error = connect.silent(here, installs(here))
    assert error.code == f"host.{name}"
    assert part in error.hint


def test_the_app_stores_build(tmp_path: Path) -> None:
    here = machine(tmp_path, "darwin")
    on_mac(here, "DaVinci Resolve.app", store=True)
    runs(here)
    assert connect.silent(here, installs(here)).code == "host.app-store"
    assert refused(here).code == "host.app-store"  # its library, an empty file here, does not load


@pytest.mark.parametrize(
    ("before", "part"),
    [
        ("raise ImportError('symbol not found: _PyUnicode_Ready')\n", "symbol not found"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n", "SIGSEGV"),
        ("import os; os._exit(127)\n", "exit status 127"),
    ],
)
def test_a_library_that_does_not_load(tmp_path: Path, before: str, part: str) -> None:
    error = refused(linux(tmp_path, before=before))
    assert error.code == "host.library"
    assert part in error.message
    assert "ZIMU_RESOLVE_PYTHON" in error.hint


def test_a_library_that_is_no_library(tmp_path: Path) -> None:
    here = machine(tmp_path)
    on_linux(here).write_text("not ELF")
    assert refused(here).code == "host.library"


@pytest.mark.parametrize(
    ("quirks", "name"),
    [("wedged=True", "no-database"), ("project=False", "no-project"), ("timeline=False", "no-timeline")],
)
def test_a_resolve_with_nothing_open(tmp_path: Path, quirks: str, name: str) -> None:
    bridge = connect.connect(linux(tmp_path, f"FakeResolve(Quirks({quirks}))"))
    try:
        with pytest.raises(HostError) as caught:
            bridge.where()
        assert caught.value.code == f"host.{name}"
        assert caught.value.hint
    finally:
        bridge.close()


def test_a_library_that_prints_breaks_nothing(tmp_path: Path) -> None:
    before = 'import os; print(\'Fusion 21\'); os.write(1, b\'{"id": 1, "result": "mine"}\\n\')\n'
    bridge = connect.connect(linux(tmp_path, "FakeResolve(Quirks())", before))
    try:
        assert bridge.timeline().rate.name == "24"
    finally:
        bridge.close()


# -- the sentences ---------------------------------------------------------------------------------

FACTS = {
    "library": "/l/fusionscript.so", "how": "signal SIGSEGV", "verb": "'where'", "seconds": "30", "count": "2",
    "libraries": "/m/fusionscript.so",
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_every_failure_says_what_to_do_in_both_languages_with_the_same_facts(name: str) -> None:
    error = failure(name, **FACTS)
    assert error.code == f"host.{name}"
    assert error.hint
    assert "{" not in error.message + error.hint
    found = problem(name, **FACTS)
    assert (found.message_zh, found.fix_zh) == chinese(error)
    assert problem_of(error) == found
    assert found.name == f"resolve.{name}"
    english, chinese_words = FAILURES[name][:2], FAILURES[name][2:]
    for field in FACTS:
        assert any(f"{{{field}}}" in text for text in english) == any(f"{{{field}}}" in text for text in chinese_words)


def test_an_error_of_another_kind_has_no_chinese_of_ours() -> None:
    assert chinese(HostError("host.captions-refused", "No.", "")) == ("", "")
    assert chinese(HostError("host.library", "Another sentence.", "")) == ("", "")


def test_how_a_process_ends_on_windows_is_said_by_its_number() -> None:
    assert _how(0xC0000005, "") == "Windows error 0xC0000005"
    assert _how(-250, "last") == "signal 250: last"
    assert _how(None, "") == "it closed its answers"


def test_a_frozen_build_runs_the_agent_as_a_part_of_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "zimu").touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "zimu"))
    library = tmp_path / "fusionscript.so"
    ours = AgentChannel(library, environ={})
    assert ours._command == [str(tmp_path / "zimu"), "--run", "resolve_bridge.agent", "--lib", str(library)]
    assert ours._command[2] in processes.PARTS
    other = AgentChannel(library, environ={"ZIMU_RESOLVE_PYTHON": "/usr/bin/python3"})
    assert other._command[0] == "/usr/bin/python3"
