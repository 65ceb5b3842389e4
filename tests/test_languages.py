"""The names of languages."""

from __future__ import annotations

import pytest

from plugin_core.languages import bibliographic, own_name, short, terminological


@pytest.mark.parametrize(
    ("tag", "bib", "term"),
    [("zh", "chi", "zho"), ("zh-Hans", "chi", "zho"), ("en_US", "eng", "eng"), ("de", "ger", "deu"),
     ("yue", "chi", "zho"), ("gsw", "gsw", "gsw"), ("zho", "chi", "zho"), ("fre", "fre", "fra"), ("", "und", "und"),
     ("x-klingon", "und", "und"), ("und", "und", "und"), ("中文", "und", "und")],
)  # fmt: skip
def test_tags_have_codes_of_three_letters(tag: str, bib: str, term: str) -> None:
    assert (bibliographic(tag), terminological(tag)) == (bib, term)


def test_codes_become_tags() -> None:
    assert [short(code) for code in ("chi", "zho", "eng", "gsw", "", "ger")] == ["zh", "zh", "en", "gsw", "und", "de"]


def test_languages_are_called_what_their_speakers_call_them() -> None:
    assert [own_name(tag) for tag in ("zh", "zh-Hant", "en-GB", "xx")] == ["中文", "繁體中文", "English", "xx"]
