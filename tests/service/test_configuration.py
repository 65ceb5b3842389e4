from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core.errors import SettingsError
from plugin_core.service.configuration import Configuration, from_environment


def test_everything_can_be_said_by_the_environment() -> None:
    given = {"HOST": "0.0.0.0", "PORT": "80", "TOKEN": "t", "SECONDS": "1.5", "WORKERS": "3", "PACK": "starter"}
    found = from_environment({f"ZIMU_SERVICE_{name}": value for name, value in given.items()} | {"HOME": "/"})
    assert found == Configuration("0.0.0.0", 80, "t", pack="starter", workers=3, seconds=1.5)


def test_the_token_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")
    assert from_environment({"ZIMU_SERVICE_TOKEN_FILE": str(tmp_path / "token")}).token == "secret"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("WORKERS", "0"),
        ("QUEUE", "-1"),
        ("SECONDS", "0"),
        ("UPLOAD", "nan"),
        ("COLOUR", "red"),
        ("TOKEN_FILE", "/no"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match="TOKEN|token" if name == "TOKEN_FILE" else f"ZIMU_SERVICE_{name}"):
        from_environment({f"ZIMU_SERVICE_{name}": value})


def test_nobody_else_may_be_served_without_a_token() -> None:
    with pytest.raises(SettingsError, match="without a token"):
        from_environment({"ZIMU_SERVICE_HOST": "0.0.0.0"})
