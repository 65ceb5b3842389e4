"""Files: what is recognised, where it is written, and what is said when it cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugin_core import formats
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats import FORMATS, Layout
from tests.formats.samples import BILINGUAL

GOLDEN = Path(__file__).parent.parent / "golden" / "formats"
WRITTEN = ("srt", "vtt", "ass", "ttml", "csv", "jsonl", "txt")
LEGACY = {
    "microdvd": ("film.sub", "{1}{1}25\n{25}{50}Hello|there\n{75}{100}{y:i}World\n", [(1000, 2000), (3000, 4000)]),
    "mpl2": ("film.txt", "[10][20]Hello|there\n[30][40]/World\n", [(1000, 2000), (3000, 4000)]),
    "tmp": ("film.txt", "00:00:01:Hello|there\n00:00:03:World\n", [(1000, 2907), (3000, 4505)]),
    "sbv": ("film.sbv", "0:00:01.000,0:00:02.000\nHello[br]there\n\n0:00:03.000,0:00:04.000\nWorld\n", None),
    "whisper": (
        "film.json",
        '{"segments": [{"start": 1, "end": 2.0, "text": " Hello\\nthere"}, {"start": 3.0, "end": 4, "text": "World"}]}',
        None,
    ),
    "sami": (
        "film.smi",
        "<SAMI><SYNC Start=1000><P>Hello<br>there<SYNC Start=2000><P>&nbsp;<SYNC Start=3000><P>World</SAMI>",
        [(1000, 2000), (3000, 3835)],  # the last has no end: pysubs2 gives it one by its length
    ),
}


GOLDEN_FILES = [
    *((name, layout) for name in WRITTEN for layout in (Layout(), Layout("single", ("en",)))),
    *((name, Layout("target-over-source", highlight=True)) for name in ("ass", "vtt")),
]


@pytest.mark.parametrize(("name", "layout"), GOLDEN_FILES)
def test_golden_files(name: str, layout: Layout, tmp_path: Path) -> None:
    """What a host or a player reads, byte for byte; ZIMU_GOLDEN=1 writes them anew after a change that is meant."""
    shown = "-".join(layout.shown(BILINGUAL)) + (".highlight" if layout.highlight else "")
    golden = GOLDEN / f"sample.{shown}{FORMATS[name].extensions[0]}"
    if os.environ.get("ZIMU_GOLDEN"):
        formats.write(BILINGUAL, golden, layout=layout)
    path = tmp_path / golden.name
    formats.write(BILINGUAL, path, layout=layout)
    assert path.read_bytes() == golden.read_bytes()


@pytest.mark.parametrize("name", LEGACY)
def test_formats_of_old_are_read(name: str, tmp_path: Path) -> None:
    file, text, times = LEGACY[name]
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    found = formats.open_file(path)
    assert found.format == name
    assert [cue.texts[0] for cue in found.document.cues] == ["Hello\nthere", "World"]
    assert [(cue.start, cue.end) for cue in found.document.cues] == (times or [(1000, 2000), (3000, 4000)])


def test_a_microdvd_file_without_a_rate_says_what_was_taken(tmp_path: Path) -> None:
    path = tmp_path / "film.sub"
    path.write_text("{24}{48}Hello\n", encoding="utf-8")
    found = formats.open_file(path)
    assert found.document.cues[0].start == 1001
    assert "23.976" in found.repairs[0]


@pytest.mark.parametrize("name", ["srt", "vtt", "ass", "ttml", "csv", "jsonl", "json"])
def test_a_file_is_known_by_its_content_whatever_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "film.dat"
    formats.write(BILINGUAL, path, format=name)
    assert formats.open_file(path).format == name


def test_a_wrong_ending_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    formats.write(BILINGUAL, path, format="vtt")
    assert formats.open_file(path).repairs[0] == "The file is named .srt but holds WebVTT."


def test_the_format_may_be_forced(tmp_path: Path) -> None:
    path = tmp_path / "film.txt"
    formats.write(BILINGUAL, path, format="srt")
    assert formats.open_file(path, format="srt").format == "srt"
    with pytest.raises(DocumentError, match="not well-formed"):
        formats.open_file(path, format="ttml")


@pytest.mark.parametrize(
    ("file", "language", "expected"),
    [
        ("film.zh.srt", "", ("zh",)),
        ("film.zh-Hans.srt", "", ("zh-Hans",)),
        ("film.zh.srt", "en", ("en",)),
        ("film.srt", "", ("und",)),
        ("my.great.film.srt", "", ("und",)),
        ("film.zh-en.srt", "", ("zh", "en")),
        ("film.en-zh.srt", "", ("en", "zh")),
        ("film.zh-en.srt", "zh", ("zh",)),
    ],
)
def test_the_language_is_the_files_the_callers_or_the_names(
    file: str, language: str, expected: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / file
    order = "target-over-source" if "en-zh" in file else "source-over-target"
    formats.write(BILINGUAL, path, layout=Layout(order))
    assert formats.read(path, language=language).languages == expected


def test_two_languages_asked_for_that_do_not_part_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    formats.write(BILINGUAL, path, layout=Layout("single", ("en",)))
    found = formats.open_file(path, languages=("zh", "en"))
    assert len(found.document.languages) == 1
    assert "could not be parted into zh and en" in found.repairs[0]


def test_reading_a_file_twice_gives_the_same_ids(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nYes\n\n" * 3, encoding="utf-8")
    once = formats.read(path)
    assert once == formats.read(path)
    assert len({cue.id for cue in once.cues}) == 3


def test_cues_of_equal_times_keep_their_order() -> None:
    texts = [f"line {n}" for n in range(20)]
    srt = "\n\n".join(f"{n}\n00:00:01,000 --> 00:00:02,000\n{text}" for n, text in enumerate(texts))
    assert [cue.texts[0] for cue in formats.read_text(srt).cues] == texts


def test_one_file_per_language_and_one_for_both(tmp_path: Path) -> None:
    paths = formats.write_all(BILINGUAL, tmp_path, "我的 film 😀", formats=("srt", "ass", "csv"))
    assert [path.name for path in paths] == [
        "我的 film 😀.zh.srt", "我的 film 😀.en.srt", "我的 film 😀.zh-en.srt",
        "我的 film 😀.zh.ass", "我的 film 😀.en.ass", "我的 film 😀.zh-en.ass",
        "我的 film 😀.csv",
    ]  # fmt: skip
    assert formats.read(paths[0]).languages == ("zh",)
    assert formats.read(paths[2]).languages == ("zh", "en")
    assert formats.read(paths[6]).languages == ("zh", "en")


def test_one_language_makes_one_file_per_format(tmp_path: Path) -> None:
    one = Document(languages=("zh",), cues=(Cue("a", 0, 900, ("你好",)),))
    assert [path.name for path in formats.write_all(one, tmp_path, "film", formats=("srt",))] == ["film.zh.srt"]


def test_the_own_document_goes_through_whole(tmp_path: Path) -> None:
    for name in ("film.zimu", "film.json"):
        formats.write(BILINGUAL, tmp_path / name)
        assert formats.read(tmp_path / name) == BILINGUAL


def test_files_for_spreadsheets_and_old_players_have_a_bom(tmp_path: Path) -> None:
    begins = {}
    for name in WRITTEN:
        path = tmp_path / f"film{FORMATS[name].extensions[0]}"
        formats.write(BILINGUAL, path)
        begins[name] = path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [name for name, bom in begins.items() if bom] == ["ass", "csv"]


def test_plain_text_is_the_transcript() -> None:
    text = formats.to_text(BILINGUAL, "txt", Layout("single"))
    assert text.startswith("王老师:\n你好，欢迎来到字幕。\n一切都在你自己的电脑上完成。\n")


@pytest.mark.parametrize(
    "code", ["document.missing", "document.unreadable", "document.no-times", "document.unknown-format"]
)
def test_what_cannot_be_read_is_a_document_error(code: str, tmp_path: Path) -> None:
    (tmp_path / "film.txt").write_text("Once upon a time.", encoding="utf-8")
    (tmp_path / "film.doc").write_text("Once upon a time.", encoding="utf-8")
    (tmp_path / "folder.srt").mkdir()
    name = {"missing": "no.srt", "unreadable": "folder.srt", "no-times": "film.txt", "unknown-format": "film.doc"}
    with pytest.raises(DocumentError) as caught:
        formats.read(tmp_path / name[code.removeprefix("document.")])
    assert caught.value.code == code


def test_a_file_too_large_for_subtitles_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(DocumentError, match="too large"):
        formats.read(path)


def test_failed_writes_leave_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "film.ass"
    formats.write(BILINGUAL, path)
    before = path.read_bytes()
    late = Document(languages=("en",), cues=(Cue("a", 40_000_000, 40_001_000, ("Late",)),))
    with pytest.raises(DocumentError):
        formats.write(late, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["docx", "sbv", ""])
def test_formats_that_cannot_be_written_are_named(name: str) -> None:
    with pytest.raises(SettingsError, match="srt"):
        formats.to_text(BILINGUAL, name)


def test_a_path_without_a_known_ending_needs_a_format(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="known subtitle format"):
        formats.write(BILINGUAL, tmp_path / "film")


def test_layouts_are_checked() -> None:
    with pytest.raises(SettingsError, match="source-over-target"):
        Layout("sideways")
    with pytest.raises(DocumentError, match="no language 'fr'"):
        formats.to_text(BILINGUAL, "srt", Layout(languages=("fr",)))
