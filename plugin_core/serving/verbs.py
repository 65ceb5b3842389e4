"""The one table of verbs, for WebSocket and HTTP alike: what is not in it cannot be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from plugin_core.errors import SettingsError
from plugin_core.serving import models
from plugin_core.serving.models import Strict
from plugin_core.serving.service import Caller, Service


@dataclass(frozen=True, slots=True)
class Verb:
    """
    A verb: the method that does it, the models of its arguments and result. *direct*: over WebSocket only; *at*: where
    it is found over HTTP, if not under /api.
    """

    name: str
    do: Callable[[Service, Caller, Any], Any]
    arguments: type[Strict]
    result: Any
    direct: bool = False
    at: str = ""

    @property
    def path(self) -> str:
        """Where it is found over HTTP."""
        return self.at or f"/api/{self.name}"

    @property
    def summary(self) -> str:
        """What it does, in a sentence."""
        return (self.do.__doc__ or "").strip().split("\n")[0]


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("choices", Service.choices, models.Nothing, models.ChoicesMade),
        Verb("timelines", Service.timelines, models.Nothing, list[models.TimelineListed]),
        Verb("open_timeline", Service.open_timeline, models.OpenTimeline, models.TimelineShown),
        Verb("timeline", Service.timeline, models.Nothing, models.TimelineShown),
        Verb("start", Service.start, models.Start, models.Started),
        Verb("run", Service.run, models.Run, models.Started),
        Verb("scenes", Service.scenes, models.Scenes, models.Started, at="/v1/scenes"),
        Verb("captions", Service.captions, models.Captions, models.Started, at="/v1/captions"),
        Verb("push", Service.push, models.Push, models.Started),
        Verb("pull", Service.pull, models.OfDocument, models.Started),
        Verb("unpush", Service.unpush, models.Unpush, models.Started),
        Verb("status", Service.status, models.OfDocument, models.Started),
        Verb("goto", Service.goto, models.Goto, models.Done),
        Verb("jobs", Service.list_jobs, models.Nothing, list[models.JobInfo]),
        Verb("watch", Service.watch, models.Watch, models.Followed),
        Verb("cancel", Service.cancel, models.OfJob, models.JobInfo),
        Verb("open", Service.open, models.Open, models.Opened),
        Verb("edit", Service.edit, models.Edit, models.Edited),
        Verb("import", Service.import_captions, models.Import, models.Imported),
        Verb("export", Service.export, models.Export, models.Exported),
        Verb("allow", Service.allow, models.Allow, models.Allowed, direct=True),
        Verb("hold", Service.hold, models.Nothing, models.Done, direct=True),
        Verb("release", Service.release, models.Nothing, models.Done, direct=True),
        Verb("call", Service.call, models.HostCall, Any, direct=True),
    )
}


def arguments_of(verb: Verb, values: dict[str, Any]) -> Strict:
    """The arguments in *values*; SettingsError names what is wrong, without repeating the values."""
    try:
        return verb.arguments.model_validate(values)
    except ValidationError as error:
        raise refused(error.errors(include_url=False, include_context=False, include_input=False)) from None


def refused(problems: Any) -> SettingsError:
    """What pydantic found, as a sentence."""
    said = [f"{'.'.join(map(str, one['loc']))[:100]}: {one['msg']}" for one in problems[:3]]
    return SettingsError("server.arguments", f"The request is not right ({'; '.join(said)}).", "See docs/openapi.json.")
