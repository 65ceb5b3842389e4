"""
The panel as a folder to give to others, and the signing of it.

``zimu premiere package OUT`` writes ``OUT/org.zimu.premiere`` in the layout of a .zxp: a released panel, which knows
nothing of this machine. With a certificate Adobe's ZXPSignCmd (Windows and macOS) makes the .zxp of it. UXP's plugin
needs no signature: ``OUT/org.zimu.premiere.uxp`` is packed into a .ccx by Adobe's UXP Developer Tool.
"""

from __future__ import annotations

import os
import shutil
from importlib import resources
from pathlib import Path

from plugin_core.errors import HostError, SettingsError
from premiere_cep.install import contents, files_of, put, version
from premiere_cep.places import BUNDLE, Machine

PASSWORD = "ZIMU_ZXP_PASSWORD"  # noqa: S105  the name of the variable that holds it
TIMESTAMP = "http://timestamp.digicert.com"
_SIGNER = "ZXPSignCmd"
_SHARED = ("panel/",)  # what the UXP plugin has in common with the panel
_CEP_ONLY = ("panel/adapters/cep.js", "panel/adapters/browser.js", "panel/index.html")


def uxp_contents() -> dict[str, bytes]:
    """The files of the UXP plugin: its own, and the panel's modules."""
    own = {
        name.removeprefix("uxp/"): data
        for name, data in files_of(resources.files("premiere_cep").joinpath("uxp"), "uxp")
    }
    shared = {
        name: data
        for name, data in contents(configured=False).items()
        if name.startswith(_SHARED) and name not in _CEP_ONLY
    }
    own["manifest.json"] = own["manifest.json"].replace(b'"0.0.0"', f'"{version()}"'.encode())
    return {**shared, **own}


def package(out: Path) -> tuple[Path, Path]:
    """Write the folders of the CEP panel and of the UXP plugin into *out*; both are replaced if they are there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            "premiere.out", f"{out} cannot be made: {error.strerror}.", "Choose another folder."
        ) from error
    cep, uxp = out / BUNDLE, out / f"{BUNDLE}.uxp"
    for folder, files in ((cep, contents(configured=False)), (uxp, uxp_contents())):
        if folder.exists() and not (folder / "CSXS").is_dir() and not (folder / "manifest.json").is_file():
            raise SettingsError("premiere.out", f"{folder} is there and is no panel.", "Choose another folder.")
        put(folder, files, out)
    return cep, uxp


def sign(folder: Path, certificate: Path, machine: Machine | None = None, *, timestamp: str = TIMESTAMP) -> Path:
    """
    The .zxp of the panel in *folder*, signed with *certificate* (.p12), whose password is in ZIMU_ZXP_PASSWORD.

    A certificate that does not exist yet is made: self-signed, which installers accept. The time is attested by
    *timestamp* ("" for none), so that the panel loads after the certificate has expired.
    """
    machine = machine or Machine()
    password = os.environ.get(PASSWORD, "")
    if not password:
        raise SettingsError("premiere.password", f"{PASSWORD} is not set.", "Put the certificate's password there.")
    signer = shutil.which(_SIGNER) or shutil.which(f"{_SIGNER}.exe")
    if signer is None:
        raise HostError(
            "premiere.signer",
            f"{_SIGNER} is not on the PATH.",
            "Get it from github.com/Adobe-CEP/CEP-Resources (ZXPSignCMD); it exists for Windows and macOS.",
        )
    if not certificate.exists():
        names = ("US", "CA", "Zimu", "Zimu", password)
        _run(machine, (signer, "-selfSignedCert", *names, str(certificate)), password)
    out = folder.with_name(f"{BUNDLE}-{version()}.zxp")
    out.unlink(missing_ok=True)  # ZXPSignCmd refuses to replace a file
    attested = ("-tsa", timestamp) if timestamp else ()
    _run(machine, (signer, "-sign", str(folder), str(out), str(certificate), password, *attested), password)
    _run(machine, (signer, "-verify", str(out), "-certInfo"), password)
    return out


def _run(machine: Machine, command: tuple[str, ...], password: str) -> None:
    code, said = machine.run(command)
    if code:
        said = said.replace(password, "***").strip()
        raise HostError("premiere.sign", f"{_SIGNER} did not sign the panel: {said or code}.", "Check the certificate.")
