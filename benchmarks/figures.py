"""
The table of measured figures in both READMEs, written from the results: python -m benchmarks.figures [--check]

Nothing in the table is typed by hand. --check only compares and exits with 1 if a README differs (a test runs it).
"""

from __future__ import annotations

import re
import sys

from benchmarks.rows import PARTS
from benchmarks.rows.row import ROOT, load

BLOCK = re.compile(r"<!-- figures -->.*?<!-- /figures -->", re.DOTALL)
SIZE = re.compile(r"<!-- size -->.*?<!-- /size -->")


def block(language: str) -> str:
    """The table in English or Chinese, between its marks."""
    about = load("benchmarks/results/speech.json")
    english = ("what", "bar", "measured", "met", "by `python -m`")
    head = english if language == "en" else ("指标", "目标", "实测", "达标", "由 `python -m`")
    words = {True: ("yes", "是"), False: ("**no**", "**否**"), None: ("", "")}
    lines = [f"| {' | '.join(head)} |", "|---|---|---|---|---|"]
    for command, row in ((command, row) for command, part in PARTS.items() for row in part()):
        met = words[row.met][language != "en"]
        what = row.english if language == "en" else row.chinese
        lines.append(f"| {what} | {row.bar} | {row.value} | {met} | `{command}` |")
    source = f"{about['machine']}, {about['date']}"
    note = (
        f"Measured on {source}; threads and settings stand in each script's result file."
        if language == "en"
        else f"测量环境：{source}；线程数与设置见各脚本的结果文件。"
    )
    return "\n".join(["<!-- figures -->", *lines, "", note, "<!-- /figures -->"])


def size() -> str:
    """Of the embedded packs together."""
    from plugin_core.modelstore import embedded, read_pack

    total = sum(read_pack(path.parent).size for path in (embedded() or ROOT).glob("*/pack.toml"))
    return f"<!-- size -->{total / 1e6:.0f} MB<!-- /size -->"


def main() -> None:
    for name, language in (("README.md", "en"), ("README.zh.md", "zh")):
        path = ROOT / name
        before = path.read_text("utf-8")
        after = SIZE.sub(size(), BLOCK.sub(lambda _, language=language: block(language), before))
        if "--check" in sys.argv:
            if after != before:
                sys.exit(f"{name} does not hold the measured figures: run python -m benchmarks.figures")
        else:
            path.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
