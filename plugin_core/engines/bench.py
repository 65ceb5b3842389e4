"""The bench: loaded engines kept warm for the jobs of a queue, and the choice of the pack for a job."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from plugin_core import modelstore
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack

if TYPE_CHECKING:
    from plugin_core.engines.captioner import CaptionEngine
    from plugin_core.engines.scenes import SceneEngine
    from plugin_core.engines.shots import ShotEngine
    from plugin_core.engines.sounds import SoundEngine
    from plugin_core.engines.speech import SpeechEngine
    from plugin_core.engines.tagging import TaggingEngine
    from plugin_core.engines.translation import TranslationEngine
    from plugin_core.engines.typos import TypoEngine
    from plugin_core.engines.vision import VisionEngine
    from plugin_core.engines.voices import VoicesEngine


# Kinds whose embedded pack serves anybody's footage:
SERVED_BY_STARTER = ("tagging", "sounds", "voices", "shots", "scenes", "captioner", "typos")


class Bench:
    """A context manager that opens each engine once and closes all of them at the end."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._open: dict[tuple[Any, ...], Any] = {}

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.clear()
        self._stack.close()

    def pack(self, kind: str, wanted: str, languages: Sequence[str]) -> Pack:
        """The pack for *kind*: the one *wanted*, or the best production pack that knows all *languages*."""
        return choose_pack(kind, wanted, languages)

    def speech(self, pack: Pack, device: str, compute: str, threads: int) -> SpeechEngine:
        from plugin_core.engines import open_speech

        return cast("SpeechEngine", self._engine(open_speech, pack, device, compute, threads))

    def translation(self, pack: Pack, device: str, compute: str, threads: int) -> TranslationEngine:
        from plugin_core.engines import open_translation

        return cast("TranslationEngine", self._engine(open_translation, pack, device, compute, threads))

    def tagging(self, pack: Pack, device: str, compute: str, threads: int) -> TaggingEngine:
        from plugin_core.engines import open_tagging

        return cast("TaggingEngine", self._engine(open_tagging, pack, device, compute, threads))

    def voices(self, pack: Pack, device: str, compute: str, threads: int) -> VoicesEngine:
        from plugin_core.engines import open_voices

        return cast("VoicesEngine", self._engine(open_voices, pack, device, compute, threads))

    def scenes(self, pack: Pack, device: str, compute: str, threads: int) -> SceneEngine:
        from plugin_core.engines import open_scenes

        return cast("SceneEngine", self._engine(open_scenes, pack, device, compute, threads))

    def sounds(self, pack: Pack, device: str, compute: str, threads: int) -> SoundEngine:
        from plugin_core.engines import open_sounds

        return cast("SoundEngine", self._engine(open_sounds, pack, device, compute, threads))

    def captioner(self, pack: Pack, device: str, compute: str, threads: int) -> CaptionEngine:
        from plugin_core.engines import open_captioner

        return cast("CaptionEngine", self._engine(open_captioner, pack, device, compute, threads))

    def shots(self, pack: Pack, device: str, compute: str, threads: int) -> ShotEngine:
        from plugin_core.engines import open_shots

        return cast("ShotEngine", self._engine(open_shots, pack, device, compute, threads))

    def typos(self, pack: Pack, device: str, compute: str, threads: int) -> TypoEngine:
        from plugin_core.engines import open_typos

        return cast("TypoEngine", self._engine(open_typos, pack, device, compute, threads))

    def vision(self, pack: Pack, device: str, compute: str, threads: int) -> VisionEngine:
        from plugin_core.engines import open_vision

        return cast("VisionEngine", self._engine(open_vision, pack, device, compute, threads))

    def _engine(self, opener: Any, pack: Pack, device: str, compute: str, threads: int) -> Any:
        key = (str(pack.folder), pack.key, device, compute, threads)
        if key not in self._open:
            engine = opener(pack, device=device, compute=compute, threads=threads)
            self._open[key] = self._stack.enter_context(engine)
        return self._open[key]


def choose_pack(kind: str, wanted: str, languages: Sequence[str]) -> Pack:
    """
    The pack a job uses. *wanted* is an id, a folder, "starter" (the embedded one) or "" (the largest production pack;
    of the kinds in ``SERVED_BY_STARTER`` the embedded one if there is no other).

    A translation pack must declare the pair ``languages[0]-languages[1]``; a speech pack all *languages*.
    """
    packs = [pack for pack in modelstore.installed() if pack.kind == kind]
    if wanted not in {"", "starter"}:
        packs = [modelstore.find(wanted)]
        if packs[0].kind != kind:
            raise ModelError("model.kind", f"{packs[0].id} is a {packs[0].kind} pack, not a {kind} pack.")
    elif wanted == "starter":
        packs = [pack for pack in packs if pack.tier == "starter"]
    else:
        best = [pack for pack in packs if pack.tier == "production"]
        packs = best or packs if kind in SERVED_BY_STARTER else best
    fitting = sorted((pack for pack in packs if _knows(pack, languages)), key=lambda pack: -pack.size)
    if fitting:
        return fitting[0]
    raise _no_pack(kind, wanted, languages)


def _knows(pack: Pack, languages: Sequence[str]) -> bool:
    if pack.kind == "translation":
        return "-".join(languages) in pack.options.get("pairs", {})
    return not pack.languages or set(languages) <= set(pack.languages)


def _no_pack(kind: str, wanted: str, languages: Sequence[str]) -> ModelError:
    if not languages and (wanted or kind in SERVED_BY_STARTER):
        return ModelError(
            "model.not-installed",
            f"No {kind} pack is installed{f' as {wanted!r}' if wanted else ''}.",
            "See `zimu models list --all`; the embedded packs come back when Zimu is installed again.",
        )
    what = " to ".join(languages) if kind == "translation" else " and ".join(languages)
    if wanted:
        return ModelError(
            "model.languages", f"The {kind} pack {wanted!r} does not know {what}.", "See `zimu models list`."
        )
    return ModelError(
        "model.no-production-pack",
        f"No production {kind} pack{f' for {what}' if what else ''} is installed.",
        "Pull one (`zimu models list --all`, then `zimu models pull ID`), bring one from another machine "
        "(`zimu models import FILE`), or use the embedded starter packs with `--pack starter`: they understand only "
        "simple sentences in clear synthetic voices.",
    )
