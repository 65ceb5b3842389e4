from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.problems import _NAMES, _SENTENCES, Problems, name, sentence
from gui.session import Session
from plugin_core import checks, edits, profiles
from plugin_core.document import Document
from plugin_core.review import WORST_FIRST
from tests.gui.scripts import Verb, play, steps


def whole(session: Session) -> tuple[checks.Problem, ...]:
    """The problems as a check of the whole document finds them."""
    return checks.check(
        session.document, session.profile, cuts=session.cuts, frame_rate=session.frame_rate, glossary=session.glossary
    )


def test_what_is_looked_at_is_judged_at_once(session: Session) -> None:
    problems = Problems(session)
    assert problems.busy
    assert [problem.code for problem in problems.of("cue4")] == ["untranslated"]


def test_the_rest_is_judged_while_nothing_happens(session: Session, qtbot: QtBot) -> None:
    problems = Problems(session)
    with qtbot.waitSignal(problems.finished):
        pass
    assert problems.known == whole(session)
    session.edit("Typing", edits.set_text(session.document, "cue1", "en", "(open"))
    with qtbot.waitSignal(problems.changed) as told:
        pass
    assert told.args is not None
    assert "cue1" in told.args[0]
    assert "cue5" not in told.args[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(script=steps)
def test_checking_where_an_edit_reached_finds_what_checking_everything_finds(
    qapp: QApplication, document: Document, script: list[tuple[Verb, int, int, bool]]
) -> None:
    session = Session(document)
    problems = Problems(session)
    problems.finish()
    for step in script:
        play(session, [step])
        problems.finish()
        assert problems.known == whole(session)


def test_other_rules_judge_everything_again(session: Session) -> None:
    problems = Problems(session)
    problems.finish()
    session.profile = profiles.find("netflix-children")
    assert problems.busy
    problems.finish()
    assert problems.known == whole(session)


def test_every_kind_of_problem_has_a_name_and_a_sentence(session: Session) -> None:
    assert set(_NAMES) == set(_SENTENCES) == set(WORST_FIRST)
    assert name("reading-speed") == "Too fast"
    problem = next(problem for problem in whole(session) if problem.code == "low-confidence")
    assert sentence(problem, session.cue(problem.cue_id)).endswith("The, storm, reached, the, coast, at, noon.")
