"""Packs of typing errors: how well characters fit, and packs that cannot be opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plugin_core.engines import open_typos
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack, write_pack_toml
from tests.typo_packs import pack

SENTENCE = "人谈吉他"


def test_a_character_fits_by_the_cosine_to_what_is_expected(tmp_path: Path) -> None:
    with open_typos(pack(tmp_path)) as engine:
        (fits,) = engine.fits([SENTENCE])
    (fit,) = fits  # nothing is typed for the others
    assert (fit.place, fit.typed, fit.others) == (1, "谈", "弹坛")
    assert fit.alike[0] == pytest.approx(1, abs=1e-5)
    assert fit.fit < 0.5
    assert fit.alike[1] < 0.5


def test_sentences_come_back_in_their_order_whatever_their_length(tmp_path: Path) -> None:
    sentences = ["", "弹", SENTENCE, "谈" * 101, "谈弹", "火星文", "弹弹"]
    with open_typos(pack(tmp_path)) as engine:
        found = engine.fits(sentences)
        alone = [engine.fits([one])[0] for one in sentences]
    places = [[fit.place for fit in fits] for fits in found]
    assert places == [[], [0], [1], [], [0, 1], [], [0, 1]]
    assert places == [[fit.place for fit in fits] for fits in alone]


def test_the_reason_says_that_a_gpu_would_not_help(tmp_path: Path) -> None:
    with open_typos(pack(tmp_path), device="cuda") as engine:
        assert "cuda" in engine.reason


def test_a_pack_of_another_kind_or_without_its_table_is_refused(tmp_path: Path, starter: Path) -> None:
    with pytest.raises(ModelError, match="does not find typing errors"), open_typos(read_pack(starter / "shots")):
        pass
    made = pack(tmp_path)
    table = json.loads((tmp_path / "typos.json").read_text("utf-8")) | {"codes": "AAAA"}
    (tmp_path / "typos.json").write_text(json.dumps(table), encoding="utf-8")
    about = {name: getattr(made, name) for name in ("id", "kind", "tier", "name", "licence", "revision")}
    broken = write_pack_toml(tmp_path, about | {"typos": dict(made.options)}, ("typos.onnx", "typos.json"))
    with pytest.raises(ModelError, match="cannot be opened"), open_typos(broken):
        pass


def test_a_damaged_network_is_refused(tmp_path: Path) -> None:
    made = pack(tmp_path)
    (tmp_path / "typos.onnx").write_bytes(b"no network" * 30)
    with pytest.raises(ModelError, match="damaged"), open_typos(made):
        pass
