"""
The licences of everything inside a frozen build, in one text, and its bill of materials as CycloneDX JSON.

    python installer/licences.py build/zimu build/contents.json

writes THIRD-PARTY-LICENSES.txt and sbom.cdx.json into the build. Libraries of Python are read from their own metadata;
what wheels bring beside that is known by notices.toml. Exit status 1 if something inside has no licence that is known.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions, packages_distributions
from pathlib import Path

NOTICES = Path(__file__).with_name("notices.toml")
TEXTS = re.compile(r"^(LICEN[CS]E|COPYING|NOTICE|AUTHORS|LICENSE-3RD-PARTY|ThirdPartyNotices)", re.I)
SHARED = Path(__file__).with_name("texts")  # the GPL and LGPL, which wheels do not bring
LIBRARY = re.compile(r"^(lib[^/]+?)(?:-[0-9a-f]{8})?(?:\.so|\.[\d.]*dylib)|^([^/]+?)(?:-[0-9a-f]{32})?\.dll$")
"""A shared library, no extension module: on Linux and macOS it begins with lib. The hash is put there by wheels."""
OURS = "zimu"
ALWAYS = ("pyinstaller",)  # its start-up code is in every program
RULE = "=" * 100


@dataclass(frozen=True, slots=True)
class Native:
    """
    Libraries that are no Python packages: *found* are what the names of their files begin with, after "lib"; *folder*
    is one of the build in which all of them are these. An entry without either is for what came from the system.
    """

    name: str
    brought_by: str
    found: tuple[str, ...]
    licence: str
    home: str
    folder: str = ""

    def holds(self, name: str, files: Sequence[str]) -> bool:
        """Whether the library *name*, which lies in *files* of the build, is one of these."""
        return name.startswith(self.found) or (bool(self.folder) and all(self.folder in file for file in files))

    @property
    def is_system(self) -> bool:
        """Whether this is the entry for what no other names."""
        return not self.found and not self.folder


def natives(file: Path = NOTICES) -> tuple[Native, ...]:
    """The entries of notices.toml."""
    rows = tomllib.loads(file.read_text("utf-8"))["native"]
    return tuple(Native(**{**row, "found": tuple(row["found"])}) for row in rows)


def inside(modules: Iterable[str]) -> tuple[Distribution, ...]:
    """The installed distributions that *modules* came from, by name, without ours."""
    owners = packages_distributions()
    names = {_name(owner) for module in modules for owner in owners.get(module, ())} | set(ALWAYS)
    known = {_name(found.metadata["Name"]): found for found in distributions()}
    return tuple(known[name] for name in sorted(names - {OURS}) if name in known)


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(distribution: Distribution) -> str:
    """The licence that *distribution* declares: an SPDX expression, its classifiers, or its own words; else ""."""
    table = distribution.metadata
    if expression := table.get("License-Expression"):
        return expression
    classes = [line.rsplit(" :: ", 1)[-1] for line in table.get_all("Classifier", []) if line.startswith("License ::")]
    said = (table.get("License") or "").strip()
    return ", ".join(classes) or (said if len(said) < 100 else said.splitlines()[0])


def texts_of(distribution: Distribution) -> Iterator[tuple[str, str]]:
    """Name and content of every licence, notice or list of authors that came with *distribution*."""
    for path in distribution.files or ():
        near = ".dist-info" in path.parts[0] or len(path.parts) == 2
        if near and TEXTS.match(path.name) and path.suffix not in {".py", ".pyc"}:
            yield path.name, Path(str(path.locate())).read_text("utf-8", "replace").strip()


def libraries_in(build: Path) -> dict[str, list[str]]:
    """The shared libraries inside *build*, by their names without "lib" and suffix, and their files."""
    found: dict[str, list[str]] = {}
    for path in sorted(build.rglob("*")):
        if path.is_file() and not path.is_symlink() and (match := LIBRARY.match(path.name)):
            name = (match[1] or match[2]).removeprefix("lib")
            found.setdefault(name, []).append(path.relative_to(build).as_posix())
    return found


def from_system(files: Sequence[str]) -> bool:
    """Whether a library came from the machine the build was made on: those lie at the top, without a wheel's folder."""
    return all(file.count("/") <= 1 for file in files)


def of_entry(entry: Native, build: Path, entries: Sequence[Native]) -> list[str]:
    """The files of *build* that *entry* tells of; of the system's entry all that no other tells of."""
    return [
        file
        for name, files in libraries_in(build).items()
        if (not any(one.holds(name, files) for one in entries) if entry.is_system else entry.holds(name, files))
        for file in files
    ]


def unknown(build: Path, entries: Sequence[Native]) -> list[str]:
    """The libraries that wheels brought and no entry names."""
    return [
        name
        for name, files in libraries_in(build).items()
        if not from_system(files) and not any(entry.holds(name, files) for entry in entries)
    ]


def text(build: Path, parts: Sequence[Distribution], entries: Sequence[Native]) -> str:
    """The whole text: what holds for the folder, a table, and every licence in full."""
    notices = tomllib.loads(NOTICES.read_text("utf-8"))
    lines = [
        "Libraries of others in this folder",
        "",
        notices["whole"].strip(),
        "",
        notices["source"].strip(),
        "",
        RULE,
    ]
    lines += [f"{part.metadata['Name']} {part.version}: {licence_of(part)}" for part in parts]
    lines += ["", RULE]
    for entry in entries:
        files = of_entry(entry, build, entries)
        if files:
            lines += [f"{entry.name} (with {entry.brought_by}): {entry.licence}", f"  {entry.home}"]
            lines += [f"  {file}" for file in files]
    for part in parts:
        for name, content in texts_of(part):
            lines += ["", RULE, f"{part.metadata['Name']} {part.version}, {name}", RULE, "", content]
    for file in sorted(SHARED.glob("*.txt")):
        lines += ["", RULE, file.stem, RULE, "", file.read_text("utf-8").strip()]
    return "\n".join(lines) + "\n"


def bill(version: str, parts: Sequence[Distribution], entries: Sequence[Native], build: Path) -> str:
    """The bill of materials: CycloneDX 1.6 JSON, checked against its schema."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from packageurl import PackageURL

    make = LicenseFactory()
    whole = Component(name="Zimu", version=version, type=ComponentType.APPLICATION,
                      licenses=[make.make_from_string("Apache-2.0")], bom_ref=f"zimu@{version}")  # fmt: skip
    bom = Bom()
    bom.metadata.component = whole
    components = [
        Component(
            name=part.metadata["Name"], version=part.version, type=ComponentType.LIBRARY,
            purl=PackageURL("pypi", name=_name(part.metadata["Name"]), version=part.version),
            bom_ref=f"pypi:{_name(part.metadata['Name'])}", licenses=[make.make_from_string(licence_of(part))],
        )
        for part in parts
    ]  # fmt: skip
    components += [
        Component(name=entry.name, type=ComponentType.LIBRARY, bom_ref=f"native:{entry.name}", description=entry.home,
                  licenses=[make.make_with_name(entry.licence)])
        for entry in entries if of_entry(entry, build, entries)
    ]  # fmt: skip
    for component in components:
        bom.components.add(component)
    bom.register_dependency(whole, components)
    written = JsonV1Dot6(bom).output_as_string(indent=1)
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(written):
        raise SystemExit(f"The bill of materials is not valid: {error}")
    return written


def main(build: Path, contents: Path) -> int:
    """Write both files into *build*; the exit status."""
    table = json.loads(contents.read_text("utf-8"))
    parts, entries = inside(table["modules"]), natives()
    (build / "THIRD-PARTY-LICENSES.txt").write_text(text(build, parts, entries), "utf-8")
    (build / "sbom.cdx.json").write_text(bill(table["version"], parts, entries, build), "utf-8")
    nameless = [f"{part.metadata['Name']} declares no licence" for part in parts if not licence_of(part)]
    strangers = [f"{name} is in no entry of {NOTICES.name}" for name in unknown(build, entries)]
    print(f"Licences of {len(parts)} packages and {len(libraries_in(build))} native libraries.")
    for sentence in (*nameless, *strangers):
        print(f"! {sentence}.")
    return 1 if nameless or strangers else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
