"""The plan of a push, a pull or an unpush as a list: what is done, what is left alone, and what needs a decision."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtWidgets import QStyle, QTreeWidget, QTreeWidgetItem, QWidget

from gui.i18n import translated
from gui.sentences import said
from gui.session import Session
from plugin_core import pushing
from plugin_core.host import (
    Caption,
    Conflict,
    DropCaptions,
    DropMarker,
    HostEdit,
    Marker,
    Operation,
    Plan,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    track_name,
)
from plugin_core.markers import key_of
from plugin_core.pushing import Report

_WHAT = {
    "moved": QT_TRANSLATE_NOOP("PlanView", "moved"),
    "renamed": QT_TRANSLATE_NOOP("PlanView", "renamed"),
    "noted": QT_TRANSLATE_NOOP("PlanView", "note changed"),
    "recoloured": QT_TRANSLATE_NOOP("PlanView", "recoloured"),
    "reworded": QT_TRANSLATE_NOOP("PlanView", "reworded"),
    "added": QT_TRANSLATE_NOOP("PlanView", "added"),
    "retimed": QT_TRANSLATE_NOOP("PlanView", "retimed"),
    "deleted": QT_TRANSLATE_NOOP("PlanView", "deleted"),
    "copied": QT_TRANSLATE_NOOP("PlanView", "copied"),
    "changed": QT_TRANSLATE_NOOP("PlanView", "changed"),
    "unknown": QT_TRANSLATE_NOOP("PlanView", "there before"),
}
MOST_ROWS = 300  # of one kind in the list; beyond it a row says how many more there are


class PlanView(QTreeWidget):
    """Rows in groups, with what there is to say about each. It changes nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setColumnCount(2)
        self.setUniformRowHeights(True)

    def show_plan(self, report: Report, verb: str) -> bool:
        """Show what *verb* would do; whether that is anything."""
        self.clear()
        if verb == "unpush":
            wanted = self._show_ours(report)
        else:
            wanted = self._show_operations(report) if verb == "push" else bool(report.plan.pulled)
            self._show_others(report.plan, report.info, own=verb == "push")
        for note in (*report.notes, *report.plan.notes):
            self._row(self, said(note), icon=QStyle.StandardPixmap.SP_MessageBoxInformation)
        self.resizeColumnToContents(0)
        return wanted

    def show_done(self, report: Report, *, own: bool) -> None:
        """Show what came of it; with *own*, also how much of the user's was left as it is."""
        self.clear()
        undone = {_subject(one) for one in (*(one for one, _ in report.failed), *report.left)}
        done = [one for one in report.plan.operations if _subject(one) not in undone]
        tracks = [one.track for one in done if isinstance(one, PutCaptions)]
        self._group(
            self.tr("Subtitle tracks made"),
            [(track.name, self.tr("%n subtitle(s)", "", len(track.captions))) for track in tracks],
        )
        self._group(
            self.tr("Markers put"), _rows([one.marker for one in done if isinstance(one, PutMarker)], report.info)
        )
        bad = [(pushing.describe(one, report.info), said(str(why))) for one, why in report.failed]
        bad += [(pushing.describe(one, report.info), self.tr("not seen on the timeline")) for one in report.left]
        self._group(self.tr("Not done"), bad)
        self._group(self.tr("Cannot be checked from here"), [(said(sentence), "") for sentence in report.unverified])
        self._show_others(report.plan, report.info, own=own)
        for note in report.plan.notes:
            self._row(self, said(note), icon=QStyle.StandardPixmap.SP_MessageBoxInformation)
        self.resizeColumnToContents(0)

    def _show_operations(self, report: Report) -> bool:
        operations, info = report.plan.operations, report.info
        drops = {key_of(one.marker): one.marker for one in operations if isinstance(one, DropMarker)}
        puts = [one for one in operations if isinstance(one, PutMarker)]
        changed = [one.marker for one in puts if one.replaces or key_of(one.marker) in drops]
        new = [one.marker for one in puts if not (one.replaces or key_of(one.marker) in drops)]
        again = {key_of(one.marker) for one in puts}
        gone = [marker for key, marker in drops.items() if key not in again]
        tracks = [one.track for one in operations if isinstance(one, PutCaptions)]
        made = {track.key for track in tracks}
        old = sorted({one.key for one in operations if isinstance(one, DropCaptions)} - made)
        self._group(
            self.tr("Subtitle tracks to make"),
            [(track.name, self.tr("%n subtitle(s)", "", len(track.captions))) for track in tracks],
        )
        self._group(self.tr("Subtitle tracks to remove"), [(track_name(key), "") for key in old])
        self._group(self.tr("Markers to put"), _rows(new, info))
        self._group(self.tr("Markers to change"), _rows(changed, info))
        self._group(self.tr("Markers to remove"), _rows(gone, info))
        return bool(operations)

    def _show_others(self, plan: Plan, info: TimelineInfo, *, own: bool) -> None:
        """What a push leaves alone: edits made in the host, changes of both sides, what lies outside or is not ours."""
        pulled = [(self._edit_text(edit), words_of(edit.what)) for edit in plan.pulled]
        self._group(self.tr("Edited on the timeline"), pulled)
        self._group(self.tr("Changed on both sides"), [self._conflict(one, info) for one in plan.conflicts])
        if plan.outside:
            count = self.tr("%n cue(s) or mark(s)", "", len(plan.outside))
            self._row(self, self.tr("Outside this timeline"), count)
        names = (self.tr("Your own markers, left as they are"), self.tr("Your own tracks, left as they are"))
        for title, kept in zip(names, plan.own, strict=True):
            if kept and own:
                self._row(self, title, f"{kept:,}")

    def _show_ours(self, report: Report) -> bool:
        tracks = [track for track in report.shown.tracks if track.key]
        markers = [marker for marker in report.shown.markers if key_of(marker)]
        captions = [(track.name, self.tr("%n subtitle(s)", "", len(track.captions))) for track in tracks]
        self._group(self.tr("Subtitle tracks to remove"), captions)
        self._group(self.tr("Markers to remove"), _rows(markers, report.info))
        return bool(tracks or markers)

    def _edit_text(self, edit: HostEdit) -> str:
        if edit.mark is not None:
            return edit.mark.text or edit.mark.kind
        if edit.cue is not None:
            return " / ".join(text for text in edit.cue.texts if text)
        found = " / ".join(text for _, text in edit.texts if text)
        if found:
            return found
        cue, mark = self._session.cue(edit.id), self._session.mark(edit.id)
        return " / ".join(cue.texts) if cue else mark.text if mark else edit.id

    def _conflict(self, one: Conflict, info: TimelineInfo) -> tuple[str, str]:
        def side(value: Marker | Caption | None) -> str:
            if value is None:
                return self.tr("deleted")
            text = value.text.replace("\n", " / ") if isinstance(value, Caption) else value.name
            return f"{info.timecode(value.frame)} {text}"

        both = self.tr("timeline: {theirs}; document: {ours}")
        return words_of(one.what), both.format(theirs=side(one.host), ours=side(one.document))

    def _group(self, title: str, rows: list[tuple[str, str]]) -> None:
        if not rows:
            return
        group = self._row(self, title, f"{len(rows):,}")
        for name, rest in rows[:MOST_ROWS]:
            self._row(group, name.replace("\n", " / "), rest)
        if len(rows) > MOST_ROWS:
            self._row(group, self.tr("and %n more", "", len(rows) - MOST_ROWS))
        group.setExpanded(len(rows) <= 12)

    def _row(
        self,
        parent: QTreeWidget | QTreeWidgetItem,
        name: str,
        rest: str = "",
        icon: QStyle.StandardPixmap | None = None,
    ) -> QTreeWidgetItem:
        row = QTreeWidgetItem(parent, [name, rest])
        row.setToolTip(0, name)
        row.setToolTip(1, rest)
        if icon is not None:
            row.setIcon(0, self.style().standardIcon(icon))
            row.setFirstColumnSpanned(True)
        return row


def _subject(one: Operation) -> tuple[str, str]:
    """The marker or track that an operation is about."""
    if isinstance(one, PutMarker | DropMarker):
        return "marker", key_of(one.marker)
    return "track", one.track.key if isinstance(one, PutCaptions) else one.key


def words_of(what: Iterable[str]) -> str:
    """How the plan's words for what was changed are called."""
    return ", ".join(translated("PlanView", str(_WHAT.get(word, word))) for word in what)


def _rows(markers: list[Marker], info: TimelineInfo) -> list[tuple[str, str]]:
    return [(marker.name or marker.note.split("\n", 1)[0] or "–", info.timecode(marker.frame)) for marker in markers]
