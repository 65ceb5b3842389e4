"""Bytes to text: the encodings subtitle files come in, short and long."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from plugin_core import formats
from plugin_core.errors import DocumentError
from plugin_core.formats.encodings import decode

SIMPLIFIED = [
    "你好",
    "谢谢你",
    "我不知道他在哪里。",
    "今天的天气很好，我们出去走走吧！",
    "“真的吗？”她问。",
    "再见，老朋友。",
]
TRADITIONAL = [
    "你好嗎",
    "謝謝你",
    "我不知道他在哪裡。",
    "今天的天氣很好，我們出去走走吧！",
    "「真的嗎？」她問。",
    "再見，老朋友。",
]
JAPANESE = ["こんにちは", "ありがとうございます。", "今日はいい天気ですね。", "さようなら、また明日。"]
KOREAN = ["안녕하세요", "감사합니다.", "오늘 날씨가 좋네요.", "안녕히 가세요."]
WESTERN = ["Où est le café ?", "Señor, ¿qué tal? Mañana.", "Das Mädchen heißt Käthe.", "“It’s over” — he said…"]


def srt(lines: list[str], end: str = "\r\n") -> str:
    cues = [f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{line}\n" for n, line in enumerate(lines, 1)]
    return "\n".join(cues).replace("\n", end)


@pytest.mark.parametrize(
    ("lines", "codec", "name"),
    [
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (KOREAN, "cp949", "euc_kr"),
        (WESTERN, "cp1252", "cp1252"),
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32", "utf-32"),
    ],
)
def test_files_are_decoded_and_the_encoding_named(lines: list[str], codec: str, name: str) -> None:
    text = srt(lines)
    assert decode(text.encode(codec)) == (text, name, ())


def test_utf16_big_endian_with_bom() -> None:
    text = srt(SIMPLIFIED)
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == (text, "utf-16", ())


@pytest.mark.parametrize("line", SIMPLIFIED)
def test_one_short_simplified_cue_is_enough(line: str) -> None:
    assert decode(srt([line]).encode("gb18030"))[:2] == (srt([line]), "gb18030")


@pytest.mark.parametrize("line", TRADITIONAL)
def test_one_short_traditional_cue_is_enough(line: str) -> None:
    assert decode(srt([line]).encode("big5"))[:2] == (srt([line]), "big5")


@pytest.mark.parametrize("line", WESTERN)
def test_one_western_cue_is_not_taken_for_chinese(line: str) -> None:
    assert decode(srt([line]).encode("cp1252"))[:2] == (srt([line]), "cp1252")


@pytest.mark.parametrize(
    ("text", "codec"),
    [("Привет, как дела? Я не знаю, где он сейчас живёт.", "cp1251"), ("Gdzie są żółte łąki?", "cp1250")],
)
def test_other_legacy_encodings_are_left_to_charset_normalizer(text: str, codec: str) -> None:
    whole = srt([text] * 12)
    assert decode(whole.encode(codec))[:2] == (whole, codec)


def test_ascii_is_utf8() -> None:
    assert decode(b"plain")[1] == "utf-8"


def test_a_few_broken_bytes_do_not_lose_a_utf8_file() -> None:
    data = srt(SIMPLIFIED).encode().replace("再".encode(), b"\xe5\x86")
    text, name, repairs = decode(data)
    assert name == "utf-8"
    assert "今天的天气很好" in text
    assert repairs == ("1 × character that could not be read, shown as \ufffd.",)


def test_the_user_may_name_the_encoding() -> None:
    assert decode("你好".encode("big5"), "big5")[:2] == ("你好", "big5")
    assert decode("\ufeff你好".encode(), "utf-8")[0] == "你好"


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "no-such-encoding", "rot13", "hex"])
def test_a_wrong_encoding_is_an_error_with_a_hint(encoding: str) -> None:
    with pytest.raises(DocumentError) as caught:
        decode("你好".encode("gb18030"), encoding)
    assert caught.value.code == "document.encoding"
    assert "--encoding" in caught.value.hint


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 8, b"\x00\x01\x02\x03" * 64, b"PG\x00\x00\x12" * 50, b"\x00" * 100]
)
def test_binary_files_are_not_text(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(data)
    assert caught.value.code in ("document.not-text", "document.encoding")


def test_the_result_names_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "中文 字幕.srt"
    path.write_bytes(srt(SIMPLIFIED).encode("gb18030"))
    found = formats.open_file(path)
    assert (found.format, found.encoding) == ("srt", "gb18030")
    assert [cue.texts[0] for cue in found.document.cues] == SIMPLIFIED


def test_decoding_never_shortens_the_file_to_guess() -> None:
    text = srt(SIMPLIFIED * 8000)
    assert decode(text.encode("gb18030"))[0] == text
