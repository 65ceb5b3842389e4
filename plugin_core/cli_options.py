"""Options that several commands share: a parameter ``job`` of a command becomes the options that make the job."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


def takes(options: Callable[..., Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    A decorator: the command's parameter ``job`` is made by *options*, whose own parameters the command gets instead.

    Typer then shows them as they are declared there, once for all commands.
    """
    offered = _parameters(options)

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [one for one in _parameters(command) if one.name != "job"]

        @functools.wraps(command)
        def wrapper(**given: Any) -> None:
            job = options(**{one.name: given.pop(one.name) for one in offered})
            command(job=job, **given)

        parameters = [
            one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for one in (*(one for one in own if one.default is one.empty), *offered, *_optional(own))
        ]
        wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        wrapper.__annotations__ = {one.name: one.annotation for one in parameters}
        del wrapper.__wrapped__
        return wrapper

    return decorate


def _optional(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    return [one for one in parameters if one.default is not one.empty]


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Its parameters with their types; "Job" is not looked up, because that would load the pipeline."""
    types = get_type_hints(function, localns={"Job": object}, include_extras=True)
    return [one.replace(annotation=types[one.name]) for one in inspect.signature(function).parameters.values()]
