"""The collector is paused for a while and always comes back as it was."""

from __future__ import annotations

import gc

import pytest

from plugin_core.collecting import uncollected


def test_the_collector_is_off_inside_and_on_again_after_an_error() -> None:
    def fail() -> None:
        with uncollected():
            assert not gc.isenabled()
            raise ValueError("x")

    assert gc.isenabled()
    with pytest.raises(ValueError, match="x"):
        fail()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
