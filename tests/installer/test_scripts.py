"""What cannot be run on every machine is at least well-formed, and names what there is."""

from __future__ import annotations

import plistlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from plugin_core import storage
from tests.conftest import ROOT
from tests.installer.scripts import INSTALLER, load

SHELL = sorted(INSTALLER.rglob("*.sh"))
ISS = (INSTALLER / "windows" / "zimu.iss").read_text("utf-8")
DOCUMENT = ".zimu"


def linted(tool: str, file: Path) -> tuple[int, str]:
    """Status and words of *tool* about *file*; the tool comes with the extra dev."""
    found = shutil.which(tool, path=str(Path(sys.executable).parent)) or shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not here")
    done = subprocess.run([found, file], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_every_shell_script_passes_shellcheck(script: Path) -> None:
    assert linted("shellcheck", script) == (0, "")


def test_the_dockerfile_passes_hadolint() -> None:
    assert linted("hadolint", INSTALLER / "Dockerfile") == (0, "")


def test_the_property_lists_of_macos_are_what_apple_reads() -> None:
    rights = plistlib.loads((INSTALLER / "macos" / "entitlements.plist").read_bytes())
    assert all(value is True and key.startswith("com.apple.security.cs.") for key, value in rights.items())
    table = tomllib.loads((INSTALLER / "macos" / "Info.toml").read_text("utf-8"))
    assert plistlib.loads(plistlib.dumps(table)) == table
    (kind,) = table["UTExportedTypeDeclarations"]
    assert kind["UTTypeTagSpecification"]["public.filename-extension"] == [DOCUMENT.removeprefix(".")]
    assert table["CFBundleDocumentTypes"][0]["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]


def sections() -> dict[str, list[str]]:
    """The sections of the Inno Setup script, without what the preprocessor takes."""
    found: dict[str, list[str]] = {}
    for line in ISS.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            found[heading[1]] = []
        elif line and not line.startswith((";", "#")) and found:
            found[list(found)[-1]].append(line)
    return found


def test_the_installer_of_windows_is_well_formed() -> None:
    parts = sections()
    plain = {"Setup", "CustomMessages", "Code"}
    for name in set(parts) - plain:
        for line in parts[name]:
            fields = re.findall(r'(\w+): (?:"(?:[^"]|"")*"|[^;"]+)(?:; |$)', line)
            assert "; ".join(re.findall(r'\w+: (?:"(?:[^"]|"")*"|[^;"]+)', line)) == line, line
            assert fields[0] in {"Name", "Source", "Root", "Filename", "Type"}, line
    assert all(re.fullmatch(r"\w+=\S.*", line) for line in parts["Setup"])
    assert ISS.count("#if") == ISS.count("#endif")
    code = "\n".join(parts["Code"])
    assert len(re.findall(r"\bbegin\b", code)) == len(re.findall(r"\bend\b", code))
    assert set(re.findall(r"Check: (\w+)", ISS)) <= set(re.findall(r"function (\w+)", code))
    assert set(re.findall(r"\{cm:(\w+)\}", ISS)) - {"CreateDesktopIcon"} <= set(re.findall(r"en\.(\w+)=", ISS))


def test_the_installer_of_windows_needs_no_administrator_and_deletes_nothing_of_the_user() -> None:
    parts = sections()
    settings = dict(line.split("=", 1) for line in parts["Setup"])
    assert settings["PrivilegesRequired"] == "lowest"
    assert settings["DefaultDirName"].startswith("{localappdata}")
    assert all('Name: "{app}\\_internal"' in line for line in parts["InstallDelete"])
    assert "UninstallDelete" not in parts


def test_every_system_knows_documents_by_the_same_ending() -> None:
    assert f"Software\\Classes\\{DOCUMENT}" in ISS
    assert f"*{DOCUMENT}" in (INSTALLER / "linux" / "zimu.xml").read_text("utf-8")
    assert storage.autosave_path(Path(f"a{DOCUMENT}")).name


def test_the_version_of_windows_is_four_numbers() -> None:
    build = load("build")
    assert "filevers=(1, 2, 0, 0)" in build.version_info("1.2")
    assert "filevers=(0, 1, 0, 0)" in build.version_info("0.1.0rc3")
    compile(build.version_info("1.2"), "version", "eval")


@pytest.fixture(scope="module")
def compose() -> dict[str, object]:
    return yaml.safe_load((INSTALLER / "compose.yaml").read_text("utf-8"))


def test_every_container_is_locked_down_and_only_one_has_a_network(compose: dict) -> None:
    text = (INSTALLER / "Dockerfile").read_text("utf-8")
    assert "ZIMU_OFFLINE=1" in text
    assert "USER 10001:10001" in text
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert any(volume.startswith("packs:/tmp/zimu/packs") for volume in service["volumes"]), name
        assert "/tmp/zimu:uid=10001,gid=10001,mode=0700" in service["tmpfs"], name
        online = service.get("environment", {}).get("ZIMU_OFFLINE") == "0"
        assert online == (name == "packs")
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_the_variants_of_compose_are_those_of_the_image(compose: dict) -> None:
    text = (INSTALLER / "Dockerfile").read_text("utf-8")
    stages = set(re.findall(r"^FROM \S+ AS (\w+)", text, re.M))
    default = re.search(r"^ARG VARIANT=(\w+)", text, re.M)
    assert default is not None
    assert default[1] in stages
    for name, service in compose["services"].items():
        assert service["build"].get("args", {}).get("VARIANT", default[1]) in stages
        assert ("deploy" in service) == name.endswith("-cuda") == service["image"].endswith(":cuda")


def test_what_is_mounted_and_secret_is_declared(compose: dict) -> None:
    for service in compose["services"].values():
        named = {volume.split(":")[0] for volume in service["volumes"] if not volume.startswith(("$", ".", "/"))}
        assert named <= set(compose["volumes"])
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        assert (ROOT / "installer" / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
