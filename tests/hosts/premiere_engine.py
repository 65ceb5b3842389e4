"""
Premiere's side in a real JavaScript engine: ``host.jsx`` over a fake of Premiere's objects (``fake_premiere.js``).

The engine is dukpy's QuickJS. Before ``host.jsx`` is loaded, everything that ECMAScript 3 does not have is deleted
from it, so that a call of a newer method fails here as it does in ExtendScript.
"""

from __future__ import annotations

import json
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import dukpy
import numpy as np
import pytest

from plugin_core.bridge import answer_of
from plugin_core.errors import HostError
from premiere_cep.host import TICKS, PremiereBridge

HERE = Path(__file__).parent
SCRIPT = HERE.parent.parent / "premiere_cep" / "host.jsx"
FAKE = HERE / "fake_premiere.js"
UNSET = -400_000 * TICKS  # what Premiere answers for an in or out point that nobody set

_ES3 = {
    "Object": "toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable",
    "Function": "toString apply call",
    "Array": "toString toLocaleString concat join pop push reverse shift slice sort splice unshift",
    "String": "toString valueOf charAt charCodeAt concat indexOf lastIndexOf localeCompare match replace search slice "
    "split substr substring toLowerCase toLocaleLowerCase toUpperCase toLocaleUpperCase",
    "Number": "toString toLocaleString valueOf toFixed toExponential toPrecision",
    "RegExp": "exec test toString source global ignoreCase multiline "
    "flags hasIndices dotAll unicode unicodeSets sticky",  # the engine's own replace() reads these
}
_ES3_OWN = {
    "Object": "", "Array": "", "Function": "", "RegExp": "", "String": "fromCharCode", "Date": "parse UTC",
    "Number": "MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY",
    "Math": "min max abs floor ceil round sqrt acos asin atan atan2 cos exp log pow sin tan random E LN10 LN2 LOG2E "
    "LOG10E PI SQRT1_2 SQRT2",
}  # fmt: skip
_ES3_GLOBALS = (
    "Object Function Error EvalError RangeError ReferenceError SyntaxError TypeError URIError Array parseInt "
    "parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape Infinity NaN "
    "undefined Number Boolean String Math eval Date RegExp dukpy call_python fakePremiere app Sequence "
    "$ ProjectItemType"
)
_MAKE_OLD = """
(function (prototypes, own, globals, here) {
    var names = Object.getOwnPropertyNames, bare = ' length name prototype constructor arguments caller ', one;
    function strip(object, kept) {
        var all = names(object), i;
        for (i = 0; i < all.length; i += 1) {
            if ((bare + kept + ' ').indexOf(' ' + all[i] + ' ') < 0) { delete object[all[i]]; }
        }
    }
    for (one in prototypes) { strip(here[one].prototype, prototypes[one]); }
    for (one in own) { strip(here[one], own[one]); }
    strip(here, globals);
}(dukpy.prototypes, dukpy.own, dukpy.globals, this));
"""
_STATE = """
(function (fake) {
    var state = { position: fake.open._position, captions: fake.open._captions, log: fake.log }, i;
    state.muted = [];
    state.markers = [];
    state.bins = {};
    function items(parent) {
        var made = [], k, item;
        for (k = 0; k < parent.children.numItems; k += 1) {
            item = parent.children[k];
            if (item.type === 2) { state.bins[item.name] = items(item); }
            made.push(item.name);
        }
        return made;
    }
    state.root = items(fake.root);
    for (i = 0; i < fake.open.audioTracks.numTracks; i += 1) { state.muted.push(fake.open.audioTracks[i].isMuted()); }
    for (i = 0; i < fake.open.markers.numMarkers; i += 1) {
        state.markers.push({
            guid: fake.open.markers[i].guid, name: fake.open.markers[i].name, comments: fake.open.markers[i].comments,
            start: fake.open.markers[i].start.ticks, end: fake.open.markers[i].end.ticks,
            colour: fake.open.markers[i].getColorByIndex ? fake.open.markers[i].getColorByIndex() : null
        });
    }
    return state;
}(fakePremiere));
"""


class FakePremiere:
    """
    A running Premiere with one sequence, and the channel to ``host.jsx`` in it. *quirks* are those that
    ``fake_premiere.js`` reads; *script* stands in for the file, as text.
    """

    def __init__(
        self,
        *,
        timebase: int = TICKS // 25,
        zero: int = 0,
        frames: int = 250,
        script: str | None = None,
        **quirks: Any,
    ) -> None:
        self.timebase, self.zero, self.frames = timebase, zero, frames
        self.before: Callable[[str], None] = lambda verb: None
        self.export: Callable[[Path], str] = self.write_sound
        self.answer: str | None = None  # instead of what the script says
        self.calls: list[str] = []
        self.tracks: list[list[tuple[int, int]]] = []
        self._engine = dukpy.JSInterpreter()
        self._engine.export_function("ticks", _ticks)
        self._engine.export_function("export", self._export)
        self._engine.export_function("shifted", lambda end, old, new: str(int(end) - int(old) + int(new)))
        known = {"display": 101, "first": str(UNSET), "last": str(UNSET), "end": str(frames * timebase)}
        self.quirks = {**known, **quirks, "timebase": str(timebase), "zero": str(zero)}
        self._engine.evaljs(FAKE.read_text(encoding="utf-8"), quirks=self.quirks)
        self._engine.evaljs(_MAKE_OLD, prototypes=_ES3, own=_ES3_OWN, globals=_ES3_GLOBALS)
        self._engine.evaljs(SCRIPT.read_text(encoding="utf-8") if script is None else script)

    # -- the channel -------------------------------------------------------------------------------

    def call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        """See ``bridge.Channel``."""
        self.before(verb)
        self.calls.append(verb)
        return answer_of(json.loads(self.send(json.dumps({"do": verb, "arguments": arguments}))))

    def send(self, text: str) -> str:
        """What ``zimuCall`` answers to *text*."""
        if self.answer is not None:
            return self.answer
        said = self.evaluate("zimuCall(dukpy.text)", text=text)
        assert isinstance(said, str)
        assert said.isascii()
        return said

    def evaluate(self, code: str, **values: Any) -> Any:
        """What *code* gives in the engine; *values* are in its ``dukpy``."""
        return self._engine.evaljs(code, **values)

    # -- what the user does ------------------------------------------------------------------------

    def add_marker(self, frame: int, frames: int = 1, name: str = "", note: str = "", colour: int = 0) -> None:
        """A marker that the user makes."""
        start, end = (float(Fraction(at * self.timebase, TICKS)) for at in (frame, frame + frames))
        self.evaluate(
            "(function (m) { m.name = dukpy.name; m.comments = dukpy.note; m.end = dukpy.end;"
            " if (m.setColorByIndex) { m.setColorByIndex(dukpy.colour); } }"
            "(fakePremiere.open.markers.createMarker(dukpy.start)))",
            start=start,
            end=end,
            name=name,
            note=note,
            colour=colour,
        )

    def edit_marker(self, at: int, **values: Any) -> None:
        """Change the marker with the index *at*: name, comments, start and end (seconds)."""
        self.evaluate(
            "(function (m) { for (var name in dukpy.values) { m[name] = dukpy.values[name]; } }"
            "(fakePremiere.open.markers[dukpy.at]))",
            at=at,
            values=values,
        )

    def drop_marker(self, at: int) -> None:
        """Remove the marker with the index *at*."""
        self.evaluate("fakePremiere.open.markers.deleteMarker(fakePremiere.open.markers[dukpy.at])", at=at)

    def add_sequence(self, key: str, name: str, *, frames: int = 100, held: bool = False) -> None:
        """Another sequence of the project; one that is *held* by somebody else cannot be opened."""
        self.evaluate(
            "fakePremiere.sequence(dukpy.key, dukpy.name, dukpy.timebase, dukpy.end, dukpy.held)",
            key=key,
            name=name,
            timebase=str(self.timebase),
            end=str(frames * self.timebase),
            held=held,
        )

    def drop_sequence(self, key: str) -> None:
        """Delete the sequence of the id *key*."""
        self.evaluate("fakePremiere.drop(dukpy.key)", key=key)

    def add_track(self, name: str, muted: bool = False) -> None:
        """An audio track."""
        self.tracks.append([])
        self.evaluate("fakePremiere.track(dukpy.name, dukpy.muted)", name=name, muted=muted)

    def add_clip(
        self, track: int, path: str | None, start: int, end: int, source: int = 0, *, speed: float = 1.0,
        backwards: bool = False, disabled: bool = False,
    ) -> None:  # fmt: skip
        """A clip on audio track *track* (from 0) from *start* to *end* (ticks), playing *path* from *source*."""
        self.tracks[track].append((start, end))
        self.evaluate(
            "fakePremiere.clip(dukpy.track, dukpy.path, dukpy.start, dukpy.end, dukpy.source, dukpy.speed,"
            " dukpy.backwards, dukpy.disabled)",
            track=track,
            path=path,
            start=str(start),
            end=str(end),
            source=str(source),
            speed=speed,
            backwards=backwards,
            disabled=disabled,
        )

    @property
    def state(self) -> dict[str, Any]:
        """What is really there, captions included."""
        found = self.evaluate(_STATE)
        assert isinstance(found, dict)
        return found

    # -- what Python does for the fake -------------------------------------------------------------

    def _export(self, path: str, preset: str, range_: int, heard: list[bool]) -> str:
        assert Path(preset).is_file()
        self.asked = (range_, heard)
        return self.export(Path(path))

    def write_sound(self, path: Path) -> str:
        """48 kHz stereo; while a clip of heard track n plays, the samples are 1000 * (n + 1) higher."""
        range_, heard = self.asked
        first, last = (int(self.quirks[name]) - self.zero for name in ("first", "last"))
        start, end = (first, last) if range_ == 1 else (0, self.frames * self.timebase)
        samples = np.zeros(_samples(end - start), np.int16)
        for track, clips in enumerate(self.tracks):
            for begin, after in clips if heard[track] else []:
                samples[max(0, _samples(begin - start)) : max(0, _samples(after - start))] += 1000 * (track + 1)
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, 48_000, 0, "NONE", ""))
            file.writeframes(np.repeat(samples, 2).tobytes())
        return "No Error"


def open_fake(folder: Path | None = None, **quirks: Any) -> tuple[PremiereBridge, FakePremiere]:
    """A bridge to a fresh fake; subtitle files are kept in *folder* (default: Zimu's home)."""
    fake = FakePremiere(**quirks)
    return PremiereBridge(fake, folder, pause=lambda _: None), fake


def code_of(fake: FakePremiere, verb: str, **arguments: Any) -> str:
    """The code of the error that *verb* ends with."""
    with pytest.raises(HostError) as caught:
        fake.call(verb, **arguments)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


def _ticks(seconds: float, rounds: str, timebase: str) -> str:
    """Seconds as Premiere may take them: a product of doubles, cut or rounded, or snapped to a frame."""
    product = seconds * TICKS  # a double, as in C++
    whole = int(product) if rounds in {"cut", "frame-cut"} else round(product)
    base = int(timebase)
    if rounds == "frame-cut":
        whole = whole // base * base
    if rounds == "frame-nearest":
        whole = (2 * whole + base) // (2 * base) * base
    return str(whole)


def _samples(ticks: int) -> int:
    return round(Fraction(ticks * 48_000, TICKS))
