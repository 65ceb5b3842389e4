from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from plugin_core import profiles
from plugin_core.errors import SettingsError


def test_netflix_has_the_published_numbers() -> None:
    netflix = profiles.find("netflix")
    english, chinese = netflix.limits("en"), netflix.limits("zh")
    assert (english.characters, english.lines, english.cps) == (42, 2, 20)
    assert (chinese.characters, chinese.lines, chinese.cps) == (16, 2, 9)
    assert (netflix.min_duration, netflix.max_duration, netflix.gap_frames) == (833, 7000, 2)
    assert (netflix.zones.clear, netflix.zones.in_snap, netflix.zones.out_snap) == (12, 8, 7)


@pytest.mark.parametrize("profile", [profiles.find("netflix-children"), profiles.find("netflix", children=True)])
def test_children_read_more_slowly(profile: profiles.Profile) -> None:
    assert (profile.id, profile.limits("en").cps, profile.limits("zh").cps) == ("netflix-children", 17, 7)


def test_a_language_falls_back_to_its_first_part_and_then_to_the_default() -> None:
    netflix = profiles.find("netflix")
    assert netflix.limits("zh-Hans-CN") == netflix.limits("zh_TW") == netflix.limits("zh")
    assert netflix.limits("es").characters == 42
    assert netflix.limits("es").cps == 17


@pytest.mark.parametrize("name", profiles.names())
def test_every_profile_that_comes_with_the_program_is_complete(name: str) -> None:
    profile = profiles.find(name)
    assert profile.id == name
    assert profile.name
    assert profile.source
    assert {"default", "zh"} <= set(profile.languages)


def test_a_file_of_your_own_may_start_from_another_profile(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text(
        dedent("""\
            base = "netflix"
            name = "Our house"
            max_duration = 6000
            zones.clear = 10
            [languages.en]
            characters = 37
            """)
    )
    house = profiles.find(path)
    assert (house.id, house.name, house.max_duration) == ("house", "Our house", 6000)
    assert (house.limits("en").characters, house.limits("en").cps) == (37, 20)
    assert house.limits("zh") == profiles.find("netflix").limits("zh")
    assert (house.zones.clear, house.zones.in_snap) == (10, 8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('base = "netflix"\nmax_durration = 5', "unknown key 'max_durration'"),
        ('base = "netflix"\n[languages.en]\ncolour = 5', "unknown key 'colour'"),
        ('base = "netflix"\n[zones]\nred = 7', "unknown key 'red'"),
        ('base = "nowhere"', "no profile called 'nowhere'"),
        ('base = "netflix"\nmax_duration = "long"', "must be of type int"),
        ('base = "netflix"\nmax_duration = true', "must be of type int"),
        ('base = "netflix"\nmax_duration = 5', "shortest duration above the longest"),
        ('base = "netflix"\n[languages.en]\nlines = 0', "limit of 0 or less for en"),
        ('base = "netflix"\npunctuation = "none"', "'full' or 'spaces'"),
        ('base = "netflix"\n[zones]\nin_snap = 20', "clear zone"),
        ('base = "netflix"\nlanguages = 3', "no limits for the default language"),
        ('base = "netflix"\nzones = 3', "must be a table"),
        ('name = "Bare"', "no limits for the default language"),
        ("[languages.default]\ncharacters = 42", "is not complete"),
        ("not toml", "is not a TOML file"),
    ],
)
def test_a_wrong_profile_is_named_with_its_cause(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as error:
        profiles.find(path)
    assert error.value.code == "settings.profile"
    assert said in str(error.value)


def test_a_missing_profile_says_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="netflix, bbc, ted, vertical"):
        profiles.find("netfix")
    with pytest.raises(SettingsError, match="cannot be read"):
        profiles.find(tmp_path / "absent.toml")
    with pytest.raises(SettingsError, match="'full' or 'spaces'"):
        profiles.find("netflix", punctuation="some")
