"""
What goes over the wire: one model for the arguments of each verb and one for its result. Unknown entries are errors.

Times are ms: of media time in documents, from the timeline's first frame for timelines.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from plugin_core.pipeline import Job

MS = Annotated[int, Field(ge=0, le=4_000_000_000)]
Text = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(max_length=1000)]
PathText = Annotated[str, Field(max_length=4096)]
Number = Annotated[int, Field(ge=0, lt=2**53)]
Side = Literal["ask", "document", "host"]
HostVerb = Literal[
    "hello", "where", "timelines", "open_timeline", "timeline", "present", "sound", "put_marker", "change_marker",
    "drop_marker", "put_captions", "drop_clip", "export_audio", "goto",
]  # fmt: skip


class Strict(BaseModel):
    """No unknown entries, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _job_options() -> type[Strict]:
    """The options of ``pipeline.Job``, each with its type and default; lists instead of tuples, as in JSON."""
    kinds: dict[str, Any] = {
        "str": Name, "bool": bool, "int": Annotated[int, Field(ge=-(2**31), lt=2**31)],
        "tuple[str, ...]": Annotated[list[Name], Field(max_length=100)],
        "tuple[int, ...]": Annotated[list[MS], Field(max_length=100_000)],
        "int | None": Annotated[int, Field(ge=0, lt=2**31)] | None,
    }  # fmt: skip
    paths = {"source", "out", "glossary", "profile", "speech_pack", "translation_pack"}
    made: dict[str, Any] = {}
    for one in fields(Job):
        kind = PathText if one.name in paths else kinds[str(one.type)]
        default: Any = list(one.default) if isinstance(one.default, tuple) else one.default
        made[one.name] = (kind, ... if one.name == "source" else default)
    return create_model("JobOptions", __base__=Strict, __doc__="What to make of one file.", **made)


JobOptions = _job_options()


def _run_options() -> type[Strict]:
    """Those of a timeline's sound: where it lies and where the result goes is Zimu's business."""
    made: dict[str, Any] = {
        name: (info.annotation, info)
        for name, info in JobOptions.model_fields.items()
        if name not in {"source", "out", "formats", "report", "audio_stream", "channel", "encoding"}
    }
    return create_model("RunOptions", __base__=Strict, __doc__="What to make of a timeline's sound.", **made)


RunOptions = _run_options()


# -- arguments -------------------------------------------------------------------------------------


class Nothing(Strict):
    """No arguments."""


class Start(Strict):
    """A job on a file."""

    options: JobOptions  # type: ignore[valid-type]


class OpenTimeline(Strict):
    """The id of a timeline of the open project, as ``timelines`` tells it."""

    timeline: Key


class Run(Strict):
    """A job on the sound of the open timeline, if that is *timeline*; "" for whichever is open."""

    timeline: Key = ""

    range: Literal["all", "in-out"] = "all"
    tracks: Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=1000)] = []
    route: Literal["render", "sources"] = "render"
    options: RunOptions = Field(default_factory=RunOptions)  # type: ignore[valid-type]


class Scenes(Strict):
    """
    Recognise the shots and scenes of the film *source*; ``scenes.request.Recognise`` says what each entry is. The marks
    go into the document *into*, if that is named; its cues are then the *text*.
    """

    source: PathText
    text: PathText = ""
    into: PathText = ""
    language: Name = ""
    pack: PathText = ""
    shots_pack: PathText = ""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    shortest: MS = 1_500
    longest: MS = 900_000
    shot_threshold: Annotated[float, Field(gt=0, le=1)] = 0.5
    shot_shortest: MS = 240
    device: Name = "auto"
    threads: Annotated[int, Field(ge=0, lt=2**31)] = 0
    audio_stream: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    channel: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    fresh: bool = False


class Captions(Strict):
    """
    Describe the shots of the film *source*; ``captioning.request.Describe`` says what each entry is. The marks go into
    the document *into*, if that is named; its shots are then those that are described.
    """

    source: PathText
    text: PathText = ""
    into: PathText = ""
    languages: Annotated[list[Name], Field(min_length=1, max_length=10)] = ["zh", "en"]
    pack: PathText = ""
    shots_pack: PathText = ""
    shot_threshold: Annotated[float, Field(gt=0, le=1)] = 0.5
    shot_shortest: MS = 240
    beam: Annotated[int, Field(ge=1, le=16)] = 1
    sure: Annotated[float, Field(ge=0, le=1)] | None = None
    device: Name = "auto"
    threads: Annotated[int, Field(ge=0, lt=2**31)] = 0
    fresh: bool = False
    shots: Annotated[list[Annotated[list[MS], Field(min_length=2, max_length=2)]], Field(max_length=100_000)] = []


class Push(Strict):
    """
    Make the open timeline show the document; ``pushing.push`` and ``host.PlanOptions`` say what each entry does. It is
    refused with "host.other-timeline" if the open one is not *timeline*; "" for whichever is open.
    """

    path: PathText
    timeline: Key = ""
    tracks: Annotated[list[Name], Field(max_length=100)] | None = None
    kinds: Annotated[list[Name], Field(max_length=20)] | None = None
    conflicts: Side = "ask"
    answers: Annotated[dict[Name, Side], Field(max_length=10_000)] = {}
    in_range: bool = False
    refresh: bool = False
    restore: bool = False
    at: Annotated[int, Field(ge=-4_000_000_000, le=4_000_000_000)] | None = None


class Unpush(Strict):
    """Remove what is ours from *timeline*; *discard* also where it was edited in the host and not pulled."""

    path: PathText
    timeline: Key = ""
    discard: bool = False


class OfDocument(Strict):
    """A document and the open timeline, if that is *timeline*; "" for whichever is open."""

    path: PathText
    timeline: Key = ""


class Goto(Strict):
    """A place of the open timeline, from its first frame."""

    ms: MS


class Watch(Strict):
    """The events of a job after number *after*, and those to come."""

    job: Name
    after: Number = 0


class OfJob(Strict):
    """A job."""

    job: Name


class Open(Strict):
    """A document, to be checked by the rules of *profile*."""

    path: PathText
    profile: Name = "netflix"


class SetText(Strict):
    """The *language* text of a cue."""

    verb: Literal["set_text"]
    cue: Name
    language: Name
    text: Text


class Split(Strict):
    """Cut a cue: at *at* ms, or where the cursor stands, *offset* characters into its *language* text."""

    verb: Literal["split"]
    cue: Name
    at: MS | None = None
    language: Name = ""
    offset: Annotated[int, Field(ge=0, le=10_000)] | None = None


class Join(Strict):
    """One cue of several."""

    verb: Literal["join"]
    cues: Annotated[list[Name], Field(min_length=1, max_length=1000)]


class Delete(Strict):
    """Remove cues or marks."""

    verb: Literal["delete"]
    cues: Annotated[list[Name], Field(min_length=1, max_length=100_000)]


class Retime(Strict):
    """New ends of a cue; what is not given stays."""

    verb: Literal["retime"]
    cue: Name
    start: MS | None = None
    end: MS | None = None


class SetSpeaker(Strict):
    """Who speaks in these cues; "" for nobody known."""

    verb: Literal["set_speaker"]
    cues: Annotated[list[Name], Field(min_length=1, max_length=100_000)]
    speaker: Name


class Undo(Strict):
    """Take back the last edit."""

    verb: Literal["undo"]


class Redo(Strict):
    """Do again what was taken back."""

    verb: Literal["redo"]


Change = Annotated[SetText | Split | Join | Delete | Retime | SetSpeaker | Undo | Redo, Field(discriminator="verb")]


class Edit(Strict):
    """An edit of the document as it was at *revision*; "document.conflict" if it is another by now."""

    path: PathText
    revision: Number
    edit: Change


class Import(Strict):
    """Corrected captions that the host exported: SRT, WebVTT, or a transcript of Premiere."""

    path: PathText
    file: PathText
    language: Name


class Export(Strict):
    """Subtitle files of a document, beside it or in *folder*."""

    path: PathText
    formats: Annotated[list[Name], Field(min_length=1, max_length=20)] = ["srt"]
    folder: PathText = ""


class Allow(Strict):
    """A folder that the user chose in the program's own dialog."""

    folder: PathText


class HostCall(Strict):
    """A verb of the script in Premiere; *timeout* is in seconds."""

    verb: HostVerb
    arguments: dict[Name, Any] = {}
    timeout: Annotated[float, Field(gt=0, le=100_000)] = 30.0


# -- results ---------------------------------------------------------------------------------------


class Failure(BaseModel):
    """What went wrong: *code* is stable, *message* a sentence, *hint* what to do."""

    type: str
    code: str
    message: str
    hint: str
    revision: int | None = None


class Failed(BaseModel):
    """The answer to a request that failed."""

    error: Failure


class Language(BaseModel):
    """A language that the packs know."""

    code: str
    name_en: str
    name_zh: str


class ProfileInfo(BaseModel):
    """A house's rules for subtitles."""

    id: str
    name: str


class PackInfo(BaseModel):
    """An installed pack."""

    id: str
    kind: str
    name: str
    tier: str
    limits: str
    languages: list[str]


class ChoicesMade(BaseModel):
    """What can be chosen from."""

    languages: list[Language]
    profiles: list[ProfileInfo]
    packs: list[PackInfo]
    kinds: list[str]
    formats: list[str]
    folders: list[str]


class Track(BaseModel):
    """An audio track of a timeline."""

    index: int
    name: str
    enabled: bool


class TimelineListed(BaseModel):
    """A timeline of the open project. *rate* is "" where the host gives one that none has."""

    id: str
    name: str
    rate: str
    duration_ms: int
    open: bool


class TimelineShown(BaseModel):
    """
    The open timeline. *document* is the path of the one made of it, "" if there is none yet, and *offset_ms* is where
    that one's media time 0 lies, from the timeline's first frame.
    """

    host: str
    id: str
    name: str
    rate: str
    start: str
    duration_ms: int
    mark_in_ms: int | None
    mark_out_ms: int | None
    audio_tracks: list[Track]
    document: str
    offset_ms: int


class Started(BaseModel):
    """The job that was begun."""

    job: str


class JobInfo(BaseModel):
    """A job. *seq* is the number of its last event."""

    job: str
    verb: str
    state: Literal["waiting", "running", "finished", "failed", "cancelled"]
    title: str
    seq: int


class Followed(JobInfo):
    """A job and its *events* so far: over a WebSocket they come as messages instead, and go on coming."""

    events: list[dict[str, Any]]


class Check(BaseModel):
    """What is wrong with a cue; *language* is empty if it concerns all of it."""

    code: str
    message: str
    language: str


class CueShown(BaseModel):
    """A cue; *texts* are in the order of the document's languages."""

    id: str
    start: int
    end: int
    texts: list[str]
    speaker: str
    checks: list[Check]


class MarkShown(BaseModel):
    """A mark."""

    id: str
    kind: str
    start: int
    end: int
    text: str


class Opened(BaseModel):
    """A document as it is now."""

    path: str
    revision: int
    languages: list[str]
    cues: list[CueShown]
    marks: list[MarkShown]
    can_undo: bool
    can_redo: bool


class Edited(BaseModel):
    """What an edit changed: cues as they are now, ids of those (and of marks) that are gone."""

    revision: int
    cues: list[CueShown]
    gone: list[str]
    can_undo: bool
    can_redo: bool


class Unmapped(BaseModel):
    """A caption of an imported file that belongs to no cue."""

    start: int
    end: int
    text: str


class Imported(Edited):
    """*changed* counts the cues that got another text; *notes* are sentences."""

    changed: int
    unmapped: list[Unmapped]
    notes: list[str]


class Exported(BaseModel):
    """The files that were written."""

    files: list[str]


class Allowed(BaseModel):
    """The folders the user chose so far."""

    folders: list[str]


class Done(BaseModel):
    """Nothing to say."""


class Health(BaseModel):
    """The server's version and process."""

    zimu: str
    pid: int
