"""Synthesisers of sounds, several for each class and of different physics, so that a network cannot learn a formula.

``SYNTHESISERS[name]`` are those to train with, ``HELD_OUT[name]`` is one kept for tests. Each takes a random generator
and returns one sound at 16 kHz, peak about 1, that begins at its first sample and ends with its last. What only these
taught is weaker on recordings than what recordings taught: the card says which classes that are. The sounds themselves
are in ``struck``, ``signals``, ``living`` and ``elements``.
"""

from __future__ import annotations

from collections.abc import Callable

from models.sounds import elements, living, signals, struck
from models.sounds.acoustics import Audio, Chance

Synthesiser = Callable[[Chance], Audio]

SYNTHESISERS: dict[str, tuple[Synthesiser, ...]] = {
    "applause": (living.applause_crowd, living.applause_few),
    "laughter": (living.laughter,),
    "footsteps": (struck.steps_hard, struck.steps_gravel),
    "knock": (struck.knock_wood, struck.knock_noise),
    "phone": (signals.phone_bell, signals.phone_warble, signals.phone_tune),
    "glass": (struck.glass_splinters, struck.glass_pane),
    "siren": (signals.siren_wail, signals.siren_two_tone),
    "keyboard": (struck.keyboard_clicks, struck.keyboard_modes),
    "doorbell": (signals.doorbell_chime, signals.doorbell_melody, signals.doorbell_buzzer),
    "whistle": (signals.whistle_tune, signals.whistle_pea),
    "gunshot": (elements.gunshot,),
    "explosion": (elements.explosion,),
    "thunder": (elements.thunder,),
    "wind": (elements.wind,),
    "water": (elements.water,),
    "bell": (signals.bell,),
    "alarm": (signals.alarm_beeps,),
    "horn": (signals.horn,),
    "birds": (living.birds,),
    "slam": (struck.slam,),
    "heartbeat": (struck.heartbeat,),
    "camera": (struck.camera,),
    "whoosh": (elements.whoosh,),
}
HELD_OUT: dict[str, Synthesiser] = {
    "applause": living.applause_hall,
    "laughter": living.laughter_hehe,
    "footsteps": struck.steps_heels,
    "knock": struck.knock_hollow,
    "phone": signals.phone_dual,
    "glass": struck.glass_grains,
    "siren": signals.siren_air_raid,
    "keyboard": struck.keyboard_soft,
    "doorbell": signals.doorbell_fm,
    "whistle": signals.whistle_call,
    "gunshot": elements.gunshot_plain,
    "explosion": elements.explosion_plain,
    "thunder": elements.thunder_far,
    "wind": elements.wind_microphone,
    "water": elements.water_drips,
    "bell": signals.bell_plates,
    "alarm": signals.alarm_two,
    "horn": signals.horn_single,
    "birds": living.birds_cuckoo,
    "slam": struck.slam_plain,
    "heartbeat": struck.heartbeat_noise,
    "camera": struck.camera_plain,
    "whoosh": elements.whoosh_pass,
}
