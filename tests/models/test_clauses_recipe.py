from __future__ import annotations

from pathlib import Path

from models import clauses


def test_clauses_are_simplified_and_cut_at_punctuation() -> None:
    rows = ["Hi\t我們走吧，因為天黑了。\tcredit", "no tab here", "x\t``code`` only"]
    assert [["".join(words)] for words in clauses.clauses(rows)] == [["我们走吧"], ["因为天黑了"]]


def test_words_that_open_and_close_clauses_are_told_apart() -> None:
    parts = [["因为", "我", "累", "了"], ["我", "睡", "了"], ["因为", "他", "走", "了"], ["他", "说", "我", "走"]] * 20
    table = clauses.propensities(parts)
    opens, closes = table["因为"]
    assert opens > 0.7 > closes
    opens, closes = table["了"]
    assert opens < -0.7 < 0.7 < closes
    assert "睡" in table


def test_rare_words_are_left_out() -> None:
    assert "睡" not in clauses.propensities([["睡", "觉"]] * 5 + [["我", "走"]] * 50)


def test_the_recipe_writes_a_table_that_phrases_can_read(tmp_path: Path) -> None:
    import tomllib

    source, target = tmp_path / "pairs.tsv", tmp_path / "clauses.toml"
    source.write_text("\n".join(["a\t因为我累了，我睡了。"] * 30), "utf-8")
    clauses.main(str(source), str(target))
    assert "因为" in tomllib.loads(target.read_text("utf-8"))
