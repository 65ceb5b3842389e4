"""What a film consists of, before anything is drawn: scenes, shots, cameras, actors, speech, music, text, and labels.

Everything is placed in frames (pictures) or seconds of the film (sound, text). Places in a set are heights of the
frame: a set is ``WIDTH`` wide and ``HEIGHT`` high, people stand on ``GROUND``.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.scenes.films.pools import POOLS, Pool
from plugin_core.scenes.labels import groups

WIDTH, HEIGHT, GROUND = 4.0, 1.5, 1.22

GROUPS: dict[str, tuple[str, ...]] = {name: group.labels for name, group in groups().items()}


@dataclass(frozen=True)
class Labels:
    """
    What is true of a scene, in the words of ``GROUPS``; None where nothing in it could tell (a windowless room at no
    stated hour; the emotion of a silent film). *mood* holds any number of names, every other group one.
    """

    scene_type: str
    place: str | None
    setting: str | None
    time: str | None
    activity: str
    motion: str
    emotion: str | None
    mood: tuple[str, ...]


@dataclass(frozen=True)
class Transition:
    """
    A change of shot. *first* and *last* are the frames that belong to it: of a cut, twice the new shot's first frame;
    of the others, the frames in which both pictures or the mask's colour take part.
    """

    kind: str  # cut | dissolve | fade | wipe
    first: int
    last: int
    colour: int = 0  # of a fade: 0 black, 255 white
    shape: str = ""  # of a wipe: left | right | up | iris


@dataclass(frozen=True)
class Actor:
    """Somebody or something that moves. *person* seeds a face and clothes; *at* is where the feet stand."""

    kind: str  # person | car | blast | bird
    person: int
    at: tuple[float, float]
    height: float
    pose: str = "stand"  # stand | sit | walk | run | fight | dance | listen
    speed: float = 0.0  # heights a second, to the right
    phase: float = 0.0
    turned: int = 1  # 1 looks to the right, -1 to the left


@dataclass(frozen=True)
class Camera:
    """A window into one side of the set: its middle at the shot's beginning and its drift in heights a second."""

    side: int
    x: float
    y: float
    zoom: float  # the frame's height is 1 / zoom
    drift: tuple[float, float] = (0.0, 0.0)
    growth: float = 0.0  # of the zoom, a share a second
    shake: float = 0.0  # of the frame's height
    pace: float = 1.0  # how quickly it shakes
    soft: float = 0.0  # blur of the background, of the frame's height
    shoulder: int = 0  # a dark shoulder in front: -1 left, 1 right
    plain: bool = False  # nothing of the set is seen: a neutral backdrop
    speed: float = 1.0  # of the actors


@dataclass(frozen=True)
class Shot:
    """*first* to *last* frame, inclusive; *first* is where the new picture begins to outweigh the old."""

    first: int
    last: int
    scene: int
    camera: Camera
    setup: int  # shots of one scene with the same number are taken from the same position
    transition: Transition | None  # that leads into it
    actors: tuple[Actor, ...] = ()
    flashes: tuple[float, ...] = ()  # seconds of the shot at which the picture flashes: gunfire, lightning
    title: str = ""


@dataclass(frozen=True)
class Turn:
    """Somebody speaks: film seconds. *person* is -1 for a voice that is not in the picture."""

    start: float
    end: float
    person: int
    voice: int
    text: str
    language: str


@dataclass(frozen=True)
class Cue:
    """Text with times (film seconds): a subtitle, or a description from the script that spans the scene."""

    start: float
    end: float
    text: str
    language: str
    kind: str  # subtitle | script


@dataclass(frozen=True)
class Effect:
    """A sound of ``models.sounds.synthesis`` at a film second, dB relative to speech."""

    name: str
    at: float
    number: int
    level: float


@dataclass(frozen=True)
class Look:
    """How a scene is drawn and graded, beside what its film is graded with."""

    time: str  # day | night | dusk: the light
    style: str
    weather: str = ""  # fog | rain | snow
    blue: bool = False  # day for night: shot by day, graded blue and dark
    dark: float = 1.0
    burned: bool = False  # subtitles are part of the picture


@dataclass(frozen=True)
class Scene:
    """*first* to *last* frame. *setting* and *number* name the set; *ambience* is what it sounds like."""

    first: int
    last: int
    labels: Labels
    setting: str
    number: int
    look: Look
    ambience: str
    ambience_level: float
    music: str = ""  # a mood, "" for none
    music_number: int = 0
    turns: tuple[Turn, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Grade:
    """The laboratory: the same for a whole film."""

    monochrome: float = 0.0  # 0 colour, 1 black and white
    warmth: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    grain: float = 0.0  # of 255
    softness: float = 0.0  # blur, of the frame's height
    levels: int = 0  # colours are cut to so many levels (0: not)
    quality: int = 0  # of JPEG compression (0: none)
    bars: float = 0.0  # black bars above and below, of the frame's height


@dataclass(frozen=True)
class Film:
    """A film with known truth."""

    name: str
    seed: int
    pool_name: str
    fps: int
    frames: int
    scenes: tuple[Scene, ...]
    shots: tuple[Shot, ...]
    cues: tuple[Cue, ...]
    grade: Grade
    sound: bool  # False: the film has no sound at all
    language: str = "en"

    @property
    def pool(self) -> Pool:
        """What it draws from."""
        return POOLS[self.pool_name]

    @property
    def seconds(self) -> float:
        """Length."""
        return self.frames / self.fps

    def ms(self, frame: int) -> int:
        """When a frame begins, in ms, rounded half up as the clock rounds."""
        return (2000 * frame + self.fps) // (2 * self.fps)

    @property
    def transitions(self) -> list[Transition]:
        """Of all shots but the first."""
        return [shot.transition for shot in self.shots if shot.transition]
