"""
One table of everything a person can do, and the QActions made from it.

Menus, tool bars, the command palette, the shortcut editor and the tests all read :data:`ACTIONS`.

To add something a person can do:

1. Add a row to the block of your part: id ``part.verb``, English text, menu, keys, what it needs, tip.
2. Connect it in your widget's constructor: ``actions["cue.join"].triggered.connect(self.join)``.
3. A row of a context other than ``window`` works only where ``actions.attach(widget, context)`` was called.

Keys are portable texts separated by blanks (``"Space Ctrl+K"``); ``@Undo`` is the platform's own key for undo.
A scheme that names no keys of its own uses the default ones. Keys of one context, and of the window, are unique.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001 - the name and form lupdate looks for
    """*text* itself: marked for translation in *context*, translated when it is shown."""
    return text


SCHEMES = ("default", "subtitle-edit", "aegisub")
CONTEXTS = ("window", "cues", "editor", "waveform", "marks", "review", "shots")
"""``window``: anywhere. ``cues``: table, waveform, video, minimap, not where text is typed. The rest: that part."""
NEEDS = ("", "document", "cue", "mark", "item", "media", "host", "review", "shot")
"""What has to be there for an action to be enabled (``item``: a cue or a mark); :meth:`Actions.provide` is told."""

MENUS: tuple[tuple[str, str], ...] = (
    ("file", QT_TRANSLATE_NOOP("Actions", "File")),
    ("edit", QT_TRANSLATE_NOOP("Actions", "Edit")),
    ("cue", QT_TRANSLATE_NOOP("Actions", "Cue")),
    ("time", QT_TRANSLATE_NOOP("Actions", "Time")),
    ("text", QT_TRANSLATE_NOOP("Actions", "Text")),
    ("mark", QT_TRANSLATE_NOOP("Actions", "Marks")),
    ("play", QT_TRANSLATE_NOOP("Actions", "Play")),
    ("review", QT_TRANSLATE_NOOP("Actions", "Review")),
    ("view", QT_TRANSLATE_NOOP("Actions", "View")),
    ("tools", QT_TRANSLATE_NOOP("Actions", "Tools")),
    ("host", QT_TRANSLATE_NOOP("Actions", "Editor")),
    ("help", QT_TRANSLATE_NOOP("Actions", "Help")),
)


@dataclass(frozen=True, slots=True)
class Action:
    """One row: what a person can do. *text* and *tip* are English, translated in the context ``Actions``."""

    id: str
    text: str
    menu: str
    keys: str = ""
    context: str = "window"
    needs: str = ""
    tip: str = ""
    subtitle_edit: str | None = None
    aegisub: str | None = None
    checkable: bool = False

    def keys_in(self, scheme: str) -> tuple[str, ...]:
        """The keys this row has in *scheme*, as portable texts."""
        own = {"subtitle-edit": self.subtitle_edit, "aegisub": self.aegisub}.get(scheme)
        return tuple((self.keys if own is None else own).split())


# Opening, saving, jobs, palette: window.py
_WINDOW = (
    Action("file.open", QT_TRANSLATE_NOOP("Actions", "Open…"), "file", "@Open",
           tip=QT_TRANSLATE_NOOP("Actions", "Open a film, a sound, subtitles, a timeline or a Zimu document")),
    Action("file.start", QT_TRANSLATE_NOOP("Actions", "Start page"), "file", "Ctrl+Shift+H",
           tip=QT_TRANSLATE_NOOP("Actions", "Recent files and ways to begin")),
    Action("file.batch", QT_TRANSLATE_NOOP("Actions", "Add files to the queue…"), "file", "Ctrl+Shift+O",
           tip=QT_TRANSLATE_NOOP("Actions", "Make subtitles for several files, one after the other")),
    Action("file.recognise", QT_TRANSLATE_NOOP("Actions", "Make subtitles again…"), "file", "Ctrl+Shift+R",
           needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Recognise the speech of this media again, with other settings")),
    Action("file.save", QT_TRANSLATE_NOOP("Actions", "Save"), "file", "@Save", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Save the document")),
    Action("file.save-as", QT_TRANSLATE_NOOP("Actions", "Save as…"), "file", "@SaveAs Ctrl+Shift+S", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Save the document under another name")),
    Action("file.relink", QT_TRANSLATE_NOOP("Actions", "Find the media…"), "file", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Tell where the film of this document is now")),
    Action("file.close", QT_TRANSLATE_NOOP("Actions", "Close"), "file", "@Close",
           tip=QT_TRANSLATE_NOOP("Actions", "Close the document")),
    Action("file.quit", QT_TRANSLATE_NOOP("Actions", "Quit"), "file", "Ctrl+Q",
           tip=QT_TRANSLATE_NOOP("Actions", "Leave Zimu; nothing that was typed is lost")),
    Action("edit.undo", QT_TRANSLATE_NOOP("Actions", "Undo"), "edit", "@Undo", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Take back the last change")),
    Action("edit.redo", QT_TRANSLATE_NOOP("Actions", "Redo"), "edit", "@Redo Ctrl+Y", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Do the change again")),
    Action("view.queue", QT_TRANSLATE_NOOP("Actions", "Queue"), "view", "Ctrl+J", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "What is being recognised and translated now, and what waits")),
    Action("view.video", QT_TRANSLATE_NOOP("Actions", "Video"), "view", "Ctrl+Alt+V", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Show the video")),
    Action("view.marks", QT_TRANSLATE_NOOP("Actions", "Marks"), "view", "Ctrl+Alt+M", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Show the list of marks")),
    Action("view.review", QT_TRANSLATE_NOOP("Actions", "Review"), "view", "Ctrl+Alt+R", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Show what deserves a look")),
    Action("view.full-screen", QT_TRANSLATE_NOOP("Actions", "Full screen"), "view", "F11", checkable=True,
           subtitle_edit="Alt+Return", tip=QT_TRANSLATE_NOOP("Actions", "Use the whole screen")),
    Action("view.palette", QT_TRANSLATE_NOOP("Actions", "Find a command…"), "help", "Ctrl+Shift+P",
           tip=QT_TRANSLATE_NOOP("Actions", "Search everything that can be done, by name")),
    Action("help.doctor", QT_TRANSLATE_NOOP("Actions", "Why does it not work?…"), "help", "Ctrl+F1",
           tip=QT_TRANSLATE_NOOP("Actions", "Look at this computer: device, packs, editing programs, and what to do")),
    Action("help.about", QT_TRANSLATE_NOOP("Actions", "About Zimu"), "help",
           tip=QT_TRANSLATE_NOOP("Actions", "Version, licence and where the log is")),
)  # fmt: skip

# Cues, table, editor, find and replace, spelling: table.py, editor.py, find.py
_CUES: tuple[Action, ...] = (
    Action("cue.next", QT_TRANSLATE_NOOP("Actions", "Next cue"), "cue", "Alt+Down", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the next cue")),
    Action("cue.previous", QT_TRANSLATE_NOOP("Actions", "Previous cue"), "cue", "Alt+Up", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the cue before")),
    Action("cue.accept", QT_TRANSLATE_NOOP("Actions", "Accept and next cue"), "cue", "Ctrl+Return",
           context="editor", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Keep what was typed and go to the next cue")),
    Action("cue.split-caret", QT_TRANSLATE_NOOP("Actions", "Split at the caret"), "cue", "Shift+Alt+Return",
           context="editor", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Cut the cue where the caret stands; the words keep their times")),
    Action("cue.split-playhead", QT_TRANSLATE_NOOP("Actions", "Split at the playhead"), "cue", "Ctrl+D", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Cut the cue where the film stands; the words keep their times")),
    Action("cue.join", QT_TRANSLATE_NOOP("Actions", "Join"), "cue", "Ctrl+M", needs="cue",
           subtitle_edit="Ctrl+Shift+M",
           tip=QT_TRANSLATE_NOOP("Actions", "Make one cue of the selected ones, or of this and the next")),
    Action("cue.insert-after", QT_TRANSLATE_NOOP("Actions", "Insert a cue after"), "cue", "Ins", context="cues",
           needs="document", tip=QT_TRANSLATE_NOOP("Actions", "An empty cue after this one")),
    Action("cue.insert-before", QT_TRANSLATE_NOOP("Actions", "Insert a cue before"), "cue", "Shift+Ins",
           context="cues", needs="document", tip=QT_TRANSLATE_NOOP("Actions", "An empty cue before this one")),
    Action("cue.delete", QT_TRANSLATE_NOOP("Actions", "Delete"), "cue", "Del", context="cues", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Delete the selected cues")),
    Action("cue.speaker", QT_TRANSLATE_NOOP("Actions", "Name the speaker…"), "cue", "Ctrl+Alt+W", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Write who speaks in the selected cues")),
    Action("cue.note", QT_TRANSLATE_NOOP("Actions", "Style note…"), "cue", "Ctrl+Alt+N", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "A note on how the selected cues are to look, such as “top” or “song”")),
    Action("cue.copy", QT_TRANSLATE_NOOP("Actions", "Copy as text"), "edit", "@Copy", context="cues", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Copy the texts of the selected cues")),
    Action("time.start-to-playhead", QT_TRANSLATE_NOOP("Actions", "Begin at the playhead"), "time", "[",
           context="cues", needs="cue", subtitle_edit="F11 [", aegisub="Ctrl+3 [",
           tip=QT_TRANSLATE_NOOP("Actions", "The cue begins where the film stands")),
    Action("time.end-to-playhead", QT_TRANSLATE_NOOP("Actions", "End at the playhead"), "time", "]", context="cues",
           needs="cue", subtitle_edit="F12 ]", aegisub="Ctrl+4 ]",
           tip=QT_TRANSLATE_NOOP("Actions", "The cue ends where the film stands")),
    Action("time.move-to-playhead", QT_TRANSLATE_NOOP("Actions", "Move to the playhead"), "time", "{",
           context="cues", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "The selected cues begin where the film stands, as long as they were")),
    Action("time.start-earlier", QT_TRANSLATE_NOOP("Actions", "Begin one frame earlier"), "time", "Ctrl+Alt+Left",
           needs="item",
           tip=QT_TRANSLATE_NOOP("Actions", "The start of the cue moves; its words stay")),
    Action("time.start-later", QT_TRANSLATE_NOOP("Actions", "Begin one frame later"), "time", "Ctrl+Alt+Right",
           needs="item",
           tip=QT_TRANSLATE_NOOP("Actions", "The start of the cue moves; its words stay")),
    Action("time.end-earlier", QT_TRANSLATE_NOOP("Actions", "End one frame earlier"), "time", "Ctrl+Alt+Shift+Left",
           needs="item",
           tip=QT_TRANSLATE_NOOP("Actions", "The end of the cue moves; its words stay")),
    Action("time.end-later", QT_TRANSLATE_NOOP("Actions", "End one frame later"), "time", "Ctrl+Alt+Shift+Right",
           needs="item",
           tip=QT_TRANSLATE_NOOP("Actions", "The end of the cue moves; its words stay")),
    Action("time.earlier", QT_TRANSLATE_NOOP("Actions", "Move one frame earlier"), "time", "Alt+,", needs="item",
           tip=QT_TRANSLATE_NOOP("Actions", "The selected cues, with their words")),
    Action("time.later", QT_TRANSLATE_NOOP("Actions", "Move one frame later"), "time", "Alt+.", needs="item",
           tip=QT_TRANSLATE_NOOP("Actions", "The selected cues, with their words")),
    Action("time.snap-frames", QT_TRANSLATE_NOOP("Actions", "Snap to frames"), "time", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Let the selected cues begin and end on frames")),
    Action("time.snap-cuts", QT_TRANSLATE_NOOP("Actions", "Snap to shot cuts"), "time", "Ctrl+Alt+Y", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Let the selected cues begin and end as the rules want near shot cuts")),
    Action("time.shift", QT_TRANSLATE_NOOP("Actions", "Shift and stretch…"), "time", "Ctrl+T", needs="document",
           subtitle_edit="Ctrl+Shift+A", aegisub="Ctrl+I",
           tip=QT_TRANSLATE_NOOP("Actions", "Move cues in time, or let two of them tell where all belong")),
    Action("text.find", QT_TRANSLATE_NOOP("Actions", "Find…"), "text", "@Find", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Look for a text in one language or in all")),
    Action("text.find-next", QT_TRANSLATE_NOOP("Actions", "Find next"), "text", "@FindNext", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the next place where the text is found")),
    Action("text.find-previous", QT_TRANSLATE_NOOP("Actions", "Find previous"), "text", "@FindPrevious",
           needs="document", tip=QT_TRANSLATE_NOOP("Actions", "Go to the place before where the text is found")),
    Action("text.replace", QT_TRANSLATE_NOOP("Actions", "Find and replace…"), "text", "Ctrl+H", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Replace a text in one language or in all")),
    Action("text.spelling", QT_TRANSLATE_NOOP("Actions", "Next spelling mistake"), "text", "F7", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the next word the dictionary does not know")),
    Action("text.italic", QT_TRANSLATE_NOOP("Actions", "Italic"), "text", "Ctrl+I", context="editor", needs="cue",
           aegisub="", tip=QT_TRANSLATE_NOOP("Actions", "Set the marked words, or the whole text, in italics")),
    Action("text.first", QT_TRANSLATE_NOOP("Actions", "Write in the first language"), "text", "Ctrl+1", needs="cue",
           aegisub="Ctrl+Alt+1", tip=QT_TRANSLATE_NOOP("Actions", "Put the caret into the text that is spoken")),
    Action("text.second", QT_TRANSLATE_NOOP("Actions", "Write in the second language"), "text", "Ctrl+2",
           needs="cue", aegisub="Ctrl+Alt+2", tip=QT_TRANSLATE_NOOP("Actions", "Put the caret into the translation")),
    Action("view.problems", QT_TRANSLATE_NOOP("Actions", "Only cues with problems"), "view", "Ctrl+Alt+O",
           needs="document", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Hide the cues with which nothing is wrong")),
)  # fmt: skip

# Player, video, waveform, minimap, tapping: player.py, video.py, waveform.py
_PLAY: tuple[Action, ...] = (
    Action("play.toggle", QT_TRANSLATE_NOOP("Actions", "Play or pause"), "play", "Space", context="cues", needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Play from the playhead, or stop there")),
    Action("play.toggle-anywhere", QT_TRANSLATE_NOOP("Actions", "Play or pause while typing"), "play", "Ctrl+Space",
           needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Play or stop, also while a text is being typed")),
    Action("play.cue", QT_TRANSLATE_NOOP("Actions", "Play the cue"), "play", "Ctrl+R", needs="cue", subtitle_edit="F5",
           tip=QT_TRANSLATE_NOOP("Actions", "Play the current cue from its start to its end")),
    Action("play.cue-start", QT_TRANSLATE_NOOP("Actions", "Play the first half second"), "play", context="cues",
           needs="cue", aegisub="E",
           tip=QT_TRANSLATE_NOOP("Actions", "Play the beginning of the current cue")),
    Action("play.cue-end", QT_TRANSLATE_NOOP("Actions", "Play the last half second"), "play", context="cues",
           needs="cue", aegisub="D",
           tip=QT_TRANSLATE_NOOP("Actions", "Play the end of the current cue")),
    Action("play.before", QT_TRANSLATE_NOOP("Actions", "Play up to the start"), "play", context="cues",
           needs="cue", aegisub="Q",
           tip=QT_TRANSLATE_NOOP("Actions", "Play the half second before the current cue")),
    Action("play.after", QT_TRANSLATE_NOOP("Actions", "Play on from the end"), "play", context="cues",
           needs="cue", aegisub="W",
           tip=QT_TRANSLATE_NOOP("Actions", "Play the half second after the current cue")),
    Action("play.around-cut", QT_TRANSLATE_NOOP("Actions", "Play around the cut"), "play", "K", context="cues",
           needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Play two seconds around the shot cut nearest to the playhead")),
    Action("play.frame-back", QT_TRANSLATE_NOOP("Actions", "One frame back"), "play", "Left", context="cues",
           needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Go one frame back")),
    Action("play.frame-on", QT_TRANSLATE_NOOP("Actions", "One frame on"), "play", "Right", context="cues",
           needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Go one frame on")),
    Action("play.second-back", QT_TRANSLATE_NOOP("Actions", "One second back"), "play", "Shift+Left", context="cues",
           needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Go one second back")),
    Action("play.second-on", QT_TRANSLATE_NOOP("Actions", "One second on"), "play", "Shift+Right", context="cues",
           needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Go one second on")),
    Action("play.cut-before", QT_TRANSLATE_NOOP("Actions", "Cut before"), "play", "Ctrl+Shift+Up", context="cues",
           needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the shot cut before the playhead")),
    Action("play.cut-next", QT_TRANSLATE_NOOP("Actions", "Next cut"), "play", "Ctrl+Shift+Down", context="cues",
           needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the next shot cut")),
    Action("play.slower", QT_TRANSLATE_NOOP("Actions", "Slower"), "play", "Ctrl+[", needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Play slower, at the same pitch")),
    Action("play.faster", QT_TRANSLATE_NOOP("Actions", "Faster"), "play", "Ctrl+]", needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Play faster, at the same pitch")),
    Action("play.mute", QT_TRANSLATE_NOOP("Actions", "Mute"), "play", "Ctrl+Alt+0", needs="media", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Play without sound")),
    Action("play.follow", QT_TRANSLATE_NOOP("Actions", "Go where the cue is"), "play", needs="document", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Let the playhead go to the cue that is chosen")),
    Action("time.tap", QT_TRANSLATE_NOOP("Actions", "Time by tapping"), "time", "Ctrl+Shift+T",
           needs="cue", checkable=True,
           tip=QT_TRANSLATE_NOOP(
               "Actions", "Play, and hold T for as long as each cue is heard, from the current one on")),
    Action("wave.zoom-in", QT_TRANSLATE_NOOP("Actions", "Zoom in"), "view", "Ctrl+= Ctrl++", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Show less time, in more detail")),
    Action("wave.zoom-out", QT_TRANSLATE_NOOP("Actions", "Zoom out"), "view", "Ctrl+-", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Show more time")),
    Action("wave.zoom-all", QT_TRANSLATE_NOOP("Actions", "Whole film"), "view", "Ctrl+0", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Show the whole film in the waveform")),
    Action("wave.zoom-cue", QT_TRANSLATE_NOOP("Actions", "Zoom to the cue"), "view", "Ctrl+9", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Show the current cue over the width of the waveform")),
    Action("wave.spectrogram", QT_TRANSLATE_NOOP("Actions", "Spectrogram"), "view", needs="document", checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Show the pitches of the sound instead of its waveform")),
    Action("wave.taller", QT_TRANSLATE_NOOP("Actions", "Taller waveform"), "view", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Draw the waveform taller")),
    Action("wave.lower", QT_TRANSLATE_NOOP("Actions", "Lower waveform"), "view", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Draw the waveform lower")),
)  # fmt: skip

# Review, changes, marks, corrections by models, terms: review.py, changes.py, marks.py, terms.py
_REVIEW: tuple[Action, ...] = (
    Action("review.accept", QT_TRANSLATE_NOOP("Actions", "Accept and go on"), "review", "F9", needs="review",
           tip=QT_TRANSLATE_NOOP("Actions", "The cue is right as it is; go to the next that deserves a look")),
    Action("review.fix", QT_TRANSLATE_NOOP("Actions", "Fix and go on"), "review", "F8", needs="review",
           tip=QT_TRANSLATE_NOOP("Actions", "Put it right where a rule can, else open it for writing")),
    Action("review.skip", QT_TRANSLATE_NOOP("Actions", "Skip"), "review", "F6", needs="review",
           tip=QT_TRANSLATE_NOOP("Actions", "Decide later; go to the next that deserves a look")),
    Action("review.back", QT_TRANSLATE_NOOP("Actions", "Back"), "review", "Shift+F6", needs="review",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the cue looked at before")),
    Action("review.reopen", QT_TRANSLATE_NOOP("Actions", "Look at the accepted ones again"), "review",
           needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Forget what was accepted in the selected cues, or in all")),
    Action("changes.show", QT_TRANSLATE_NOOP("Actions", "Changes"), "view", "Ctrl+Alt+D", needs="document",
           checkable=True, tip=QT_TRANSLATE_NOOP("Actions", "What was changed against the machine's version")),
    Action("changes.restore", QT_TRANSLATE_NOOP("Actions", "Back to the machine's version"), "review", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Put back what the machine made of the selected cues")),
    Action("text.retranslate", QT_TRANSLATE_NOOP("Actions", "Translate again"), "text", "Ctrl+Shift+L", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Translate the selected cues again, with the sentences they are part of")),
    Action("text.retranslate-changed", QT_TRANSLATE_NOOP("Actions", "Translate what was changed"), "text",
           needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Translate the cues again whose source was corrected since")),
    Action("text.suggest", QT_TRANSLATE_NOOP("Actions", "Other translations…"), "text", "Ctrl+.", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Choose among the memory's and the machine's translations of this cue")),
    Action("text.complete", QT_TRANSLATE_NOOP("Actions", "Complete what is typed…"), "text", "Ctrl+Shift+Space",
           needs="cue", tip=QT_TRANSLATE_NOOP("Actions", "Translations that begin with what stands before the caret")),
    Action("text.from-memory", QT_TRANSLATE_NOOP("Actions", "Insert from the memory"), "text", "Ctrl+Shift+I",
           needs="cue", tip=QT_TRANSLATE_NOOP("Actions", "Take the best translation people made of this text before")),
    Action("text.term", QT_TRANSLATE_NOOP("Actions", "Add a term…"), "text", "Ctrl+Shift+E", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Add the selected words to the glossary and apply them everywhere")),
    Action("cue.relisten", QT_TRANSLATE_NOOP("Actions", "Recognise again…"), "cue", "Ctrl+Shift+U", needs="cue",
           tip=QT_TRANSLATE_NOOP("Actions", "Listen to the selected cues again, with another pack or language")),
    Action("cue.reflow", QT_TRANSLATE_NOOP("Actions", "Re-flow…"), "cue", "Ctrl+Shift+F", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Cut the speech into cues anew, by another profile")),
    Action("mark.add", QT_TRANSLATE_NOOP("Actions", "Add a note"), "mark", "M", context="cues", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "A note where the film stands")),
    Action("mark.delete", QT_TRANSLATE_NOOP("Actions", "Delete the mark"), "mark", "Del", context="marks", needs="mark",
           tip=QT_TRANSLATE_NOOP("Actions", "Delete the selected marks")),
    Action("mark.next", QT_TRANSLATE_NOOP("Actions", "Next mark"), "mark", "Ctrl+Alt+Down", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the next mark")),
    Action("mark.previous", QT_TRANSLATE_NOOP("Actions", "Previous mark"), "mark", "Ctrl+Alt+Up", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Go to the mark before")),
    Action("mark.to-cues", QT_TRANSLATE_NOOP("Actions", "Make cues of the marks"), "mark", needs="mark",
           tip=QT_TRANSLATE_NOOP("Actions", "Show the selected marks as subtitles, in brackets")),
)  # fmt: skip

# Export, host, packs, glossary, memory, settings, shortcuts, language: export.py, host.py, packs.py, ...
_MANAGE: tuple[Action, ...] = (
    Action("file.export", QT_TRANSLATE_NOOP("Actions", "Export…"), "file", "Ctrl+E", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Write subtitles or a timeline in another format, and see what it loses")),
    Action("file.copy-text", QT_TRANSLATE_NOOP("Actions", "Copy all as text"), "file", "Ctrl+Alt+C", needs="document",
           tip=QT_TRANSLATE_NOOP("Actions", "Copy the texts of all cues, without times")),
    Action("host.connect-resolve", QT_TRANSLATE_NOOP("Actions", "Connect to DaVinci Resolve"), "host", "Ctrl+Alt+H",
           tip=QT_TRANSLATE_NOOP("Actions", "Reach the timeline that is open in Resolve on this machine")),
    Action("host.connect-premiere", QT_TRANSLATE_NOOP("Actions", "Connect to Premiere Pro"), "host",
           tip=QT_TRANSLATE_NOOP("Actions", "Reach the sequence that is open in Premiere on this machine")),
    Action("host.disconnect", QT_TRANSLATE_NOOP("Actions", "Disconnect"), "host", needs="host",
           tip=QT_TRANSLATE_NOOP("Actions", "Leave the editing program; nothing in it is changed")),
    Action("host.push", QT_TRANSLATE_NOOP("Actions", "Put on the timeline…"), "host", "Ctrl+Alt+P", needs="host",
           tip=QT_TRANSLATE_NOOP("Actions", "See what would change on the open timeline, then do it")),
    Action("host.pull", QT_TRANSLATE_NOOP("Actions", "Take over edits…"), "host", "Ctrl+Alt+L", needs="host",
           tip=QT_TRANSLATE_NOOP("Actions", "Take over into the document what was edited on the timeline")),
    Action("host.unpush", QT_TRANSLATE_NOOP("Actions", "Remove from the timeline…"), "host", needs="host",
           tip=QT_TRANSLATE_NOOP("Actions", "Remove what Zimu put on the timeline, and nothing else")),
    Action("tools.hosts", QT_TRANSLATE_NOOP("Actions", "Zimu in editing programs…"), "host",
           tip=QT_TRANSLATE_NOOP("Actions", "Put Zimu into Resolve's menu and Premiere's panels, or take it out")),
    Action("tools.packs", QT_TRANSLATE_NOOP("Actions", "Packs and devices…"), "tools", "Ctrl+Alt+K",
           tip=QT_TRANSLATE_NOOP("Actions", "What is installed, what can be had, and where it runs")),
    Action("tools.glossary", QT_TRANSLATE_NOOP("Actions", "Glossary…"), "tools", "Ctrl+Alt+G",
           tip=QT_TRANSLATE_NOOP("Actions", "Terms that translations keep to")),
    Action("tools.memory", QT_TRANSLATE_NOOP("Actions", "Translation memory…"), "tools", "Ctrl+Alt+T",
           tip=QT_TRANSLATE_NOOP("Actions", "What was translated before, and is offered again")),
    Action("tools.shortcuts", QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts…"), "tools", "Ctrl+Alt+S",
           tip=QT_TRANSLATE_NOOP("Actions", "See and change every key")),
    Action("tools.settings", QT_TRANSLATE_NOOP("Actions", "Settings…"), "tools", "Ctrl+,",
           tip=QT_TRANSLATE_NOOP("Actions", "Language, rules, and what new subtitles start with")),
    Action("view.language", QT_TRANSLATE_NOOP("Actions", "中文 / English"), "view", "Ctrl+Alt+I",
           tip=QT_TRANSLATE_NOOP("Actions", "Show the interface in the other language at once")),
)  # fmt: skip

# Shots and scenes: gallery.py, shot_desk.py, threshold.py
_SHOTS: tuple[Action, ...] = (
    Action("view.gallery", QT_TRANSLATE_NOOP("Actions", "Gallery of shots"), "view", "Ctrl+Alt+B", needs="document",
           checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Show every shot as a picture, in place of the table of cues")),
    Action("view.curve", QT_TRANSLATE_NOOP("Actions", "Threshold of shots"), "view", "Ctrl+Alt+U", needs="media",
           checkable=True,
           tip=QT_TRANSLATE_NOOP("Actions", "Try how sure a change must be, and see at once which shots there are")),
    Action("shot.find", QT_TRANSLATE_NOOP("Actions", "Find the shots"), "mark", needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Look for the cuts, dissolves, fades and wipes of the film")),
    Action("shot.scenes", QT_TRANSLATE_NOOP("Actions", "Recognise the scenes"), "mark", needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Group the shots into scenes, and label place, time, activity and mood")),
    Action("shot.captions", QT_TRANSLATE_NOOP("Actions", "Describe the shots"), "mark", needs="media",
           tip=QT_TRANSLATE_NOOP("Actions", "Say of each shot what is to be seen, in Chinese and English")),
    Action("shot.caption", QT_TRANSLATE_NOOP("Actions", "Write the caption"), "mark", "E", context="shots",
           needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "Write what the shot shows, in both languages; Tab goes to the other")),
    Action("shot.labels", QT_TRANSLATE_NOOP("Actions", "Labels…"), "mark", "F2", context="shots", needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "Correct what the selected shots or scenes are labelled")),
    Action("shot.scene-labels", QT_TRANSLATE_NOOP("Actions", "Labels of the scene…"), "mark", "Shift+F2",
           context="shots", needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "Correct what the scene around this shot is labelled")),
    Action("shot.merge", QT_TRANSLATE_NOOP("Actions", "Merge with the one before"), "mark", "Del", context="shots",
           needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "There is no change before this shot: it goes on from the one before")),
    Action("shot.split", QT_TRANSLATE_NOOP("Actions", "Split the shot at the playhead"), "mark", "S",
           context="shots", needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "A new shot begins where the film stands")),
    Action("shot.begin-here", QT_TRANSLATE_NOOP("Actions", "The shot begins at the playhead"), "mark", "[",
           context="shots", needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "Move its beginning, and the end of the one before, to where the film is")),
    Action("shot.scene-begin", QT_TRANSLATE_NOOP("Actions", "A scene begins with this shot"), "mark", "N",
           context="shots", needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "Part the scene before this shot")),
    Action("shot.scene-join", QT_TRANSLATE_NOOP("Actions", "Join with the scene before"), "mark", "J",
           context="shots", needs="shot",
           tip=QT_TRANSLATE_NOOP("Actions", "The scene of this shot goes on from the one before it")),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (*_WINDOW, *_CUES, *_PLAY, *_REVIEW, *_SHOTS, *_MANAGE)


class Actions(QObject):
    """
    A QAction for every row of :data:`ACTIONS`, with the keys of *scheme* and, before them, a person's *own* keys.

    *own* maps an action's id to its keys (``""``: none). ``changed`` tells that keys or texts are new.
    """

    changed = Signal()

    def __init__(self, parent: QObject, scheme: str = "default", own: Mapping[str, str] | None = None) -> None:
        super().__init__(parent)
        self._rows = {row.id: row for row in ACTIONS}
        self._actions = {row.id: self._made(row) for row in ACTIONS}
        self._there: dict[str, bool] = {"": True}
        self._used: frozenset[str] | None = None
        self.set_keys(scheme, own or {})
        self.retranslate()
        self.provide()

    def __getitem__(self, action: str) -> QAction:
        return self._actions[action]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    @property
    def scheme(self) -> str:
        return self._scheme

    @property
    def own(self) -> dict[str, str]:
        """What the person has changed, by id."""
        return dict(self._own)

    def row(self, action: str) -> Action:
        return self._rows[action]

    def of_menu(self, menu: str) -> list[QAction]:
        """The actions of *menu*, in the order of the table."""
        return [self._actions[row.id] for row in ACTIONS if row.menu == menu]

    def used(self, action: str) -> bool:
        """Whether a part is connected to it, or reads it as a switch; what nobody does is not offered."""
        return self._connected(action) if self._used is None else action in self._used

    def settle(self) -> None:
        """Every part is built: what is connected now is used. (A menu connects to its actions as well.)"""
        self._used = frozenset(filter(self._connected, self._actions))

    def _connected(self, action: str) -> bool:
        if self._rows[action].checkable:
            return True
        return any(self._actions[action].receivers(f"2{name}(bool)") > 0 for name in ("triggered", "toggled"))

    def set_keys(self, scheme: str, own: Mapping[str, str]) -> None:
        """Use *scheme*, and over it the person's *own* keys."""
        self._scheme, self._own = scheme if scheme in SCHEMES else "default", dict(own)
        for name, action in self._actions.items():
            keys = self._own[name].split() if name in self._own else self._rows[name].keys_in(self._scheme)
            action.setShortcuts(list(dict.fromkeys(sequence for key in keys for sequence in sequences(key))))
            action.setToolTip(self._tip(name))
        self.changed.emit()

    def attach(self, widget: QWidget, context: str) -> None:
        """Let the keys of *context* work while *widget* or a child of it has the focus."""
        for row in ACTIONS:
            if row.context == context:
                widget.addAction(self._actions[row.id])

    def provide(self, **there: bool) -> None:
        """Tell what is there now (``provide(cue=True)``) and enable what needs it."""
        self._there.update(there)
        for name, action in self._actions.items():
            action.setEnabled(self._there.get(self._rows[name].needs, False))

    def retranslate(self) -> None:
        """Texts and tips in the language now installed."""
        for name, action in self._actions.items():
            row = self._rows[name]
            action.setText(QCoreApplication.translate("Actions", row.text))
            action.setStatusTip(QCoreApplication.translate("Actions", row.tip or row.text))
            action.setToolTip(self._tip(name))
        self.changed.emit()

    def _tip(self, name: str) -> str:
        row, keys = self._rows[name], self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = QCoreApplication.translate("Actions", row.tip or row.text)
        return f"{tip} ({keys})" if keys else tip

    def _made(self, row: Action) -> QAction:
        action = QAction(self)
        action.setObjectName(row.id)
        action.setCheckable(row.checkable)
        action.setMenuRole(QAction.MenuRole.NoRole)
        local = Qt.ShortcutContext.WidgetWithChildrenShortcut
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut if row.context == "window" else local)
        return action


def menu_title(menu: str) -> str:
    """The translated title of *menu*."""
    return QCoreApplication.translate("Actions", dict(MENUS)[menu])


def sequences(key: str) -> list[QKeySequence]:
    """The key sequences of one portable text; ``@Undo`` is whatever the platform uses for undo."""
    if key.startswith("@"):
        return list(QKeySequence.keyBindings(QKeySequence.StandardKey[key[1:]]))
    return [QKeySequence(key, QKeySequence.SequenceFormat.PortableText)]
