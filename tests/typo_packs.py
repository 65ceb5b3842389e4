"""A pack of typing errors without training: its network expects what was typed, but 弹 after 人."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np

from plugin_core.modelstore import Pack, write_pack_toml

CHARACTERS = "人谈弹吉他坛"
TYPED = {"谈": "弹坛", "弹": "谈", "坛": "谈"}
CODE = 64


def codes() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2, (len(CHARACTERS) + 1, CODE)).astype(np.uint8)


def network(folder: Path) -> Path:
    """Gather: each character expects itself, 谈 expects 弹."""
    from onnx import TensorProto, helper, numpy_helper, save

    table = (2.0 * codes() - 1).astype(np.float32)
    table[1 + CHARACTERS.index("谈")] = table[1 + CHARACTERS.index("弹")]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "characters"], ["meant"])],
        "typos",
        [helper.make_tensor_value_info("characters", TensorProto.INT64, ["n", "t"])],
        [helper.make_tensor_value_info("meant", TensorProto.FLOAT, ["n", "t", CODE])],
        [numpy_helper.from_array(table, "table")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    save(made, str(folder / "typos.onnx"))
    return folder / "typos.onnx"


def pack(folder: Path, *, weight: float = 0.3, gain: float = 0.5) -> Pack:
    folder.mkdir(parents=True, exist_ok=True)
    network(folder)
    bits = base64.b64encode(np.packbits(codes()).tobytes()).decode()
    table = {"characters": CHARACTERS, "typed": TYPED, "code": CODE, "codes": bits}
    (folder / "typos.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    about = {
        "id": "typos-by-hand", "kind": "typos", "tier": "starter", "name": "By hand", "languages": ["zh"],
        "licence": "Apache-2.0", "revision": "1",
        "typos": {"network": "typos.onnx", "table": "typos.json", "weight": weight, "gain": gain},
    }  # fmt: skip
    return write_pack_toml(folder, about, ("typos.onnx", "typos.json"))
