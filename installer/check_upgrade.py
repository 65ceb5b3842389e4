"""
Whether an upgrade of an installed Zimu keeps what is the user's: settings, packs, documents, and the cache of results.

    python installer/check_upgrade.py build/packages          on Linux, with the tarball in that folder

In a new home the tarball is installed as if it were an earlier version (with a file that the new one has not), used for
real (a pack is imported, subtitles are translated into a document, a preference is set), installed again, used again,
and removed. Every byte of the user's has to be the same after each step.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from check import awkward_place, surroundings

SUBTITLES = "1\n00:00:01,000 --> 00:00:02,500\nGood morning.\n\n2\n00:00:03,000 --> 00:00:05,000\nThank you.\n"
OLD = "_internal/only-in-the-earlier-version.so"


class User:
    """Somebody with a home of their own, who has Zimu from the unpacked archive *folder*."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder = home, folder
        self.zimu = home / ".local" / "bin" / "zimu"
        self.packs = home / ".local" / "lib" / "zimu" / "_internal" / "models" / "starter"

    def run(self, *command: str | Path) -> str:
        """What *command* prints, in the user's home; a failure ends the check."""
        done = subprocess.run(
            [str(part) for part in command], env=surroundings(self.home, {"ZIMU_OFFLINE": "1"}), cwd=self.home,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def work(self) -> None:
        """Make what is theirs: a pack, a document with its files, a preference."""
        pack = self.home / "my pack"
        pack.mkdir()
        for file in (self.packs / "shots").iterdir():
            text = file.read_bytes()
            (pack / file.name).write_bytes(text.replace(b'id = "', b'id = "my-') if file.suffix == ".toml" else text)
        self.run(self.zimu, "models", "import", pack)
        (self.home / "影片 film.srt").write_text(SUBTITLES, "utf-8")
        self.run(self.zimu, "run", self.home / "影片 film.srt", "--pack", "starter", "--formats", "srt,ass")
        settings = self.home / ".local" / "share" / "zimu" / "preferences.json"
        settings.write_text(json.dumps({"language": "zh_CN"}), "utf-8")

    def theirs(self) -> dict[str, str]:
        """A digest of every file of theirs: all of the home but the programs and what tells the desktop of them."""
        ours = (".local/lib", ".local/bin", ".local/share/applications", ".local/share/mime", ".local/share/icons")
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.home.rglob("*"))
            if path.is_file() and not (name := path.relative_to(self.home).as_posix()).startswith(ours)
        }


def unpacked(archive: Path, place: Path) -> Path:
    """The folder in *archive*, unpacked to *place*."""
    with tarfile.open(archive) as file:
        file.extractall(place, filter="data")
    return place / archive.name.removesuffix(".tar.gz")


def main(packages: Path) -> int:
    """Install, use, upgrade, use, remove; the exit status."""
    (archive,) = packages.glob("zimu-*-linux-*.tar.gz")
    with awkward_place() as place:
        folder, home = unpacked(archive, place), place / "家 home"
        home.mkdir()
        user = User(home, folder)
        (folder / "zimu" / OLD).touch()
        user.run(folder / "install.sh")
        user.work()
        before = user.theirs()
        print(f"{len(before)} files of the user: {', '.join(before)}")
        (folder / "zimu" / OLD).unlink()
        user.run(folder / "install.sh")
        changed = [name for name, digest in before.items() if user.theirs().get(name) != digest]
        stale = (home / ".local" / "lib" / "zimu" / OLD).exists()
        listed = user.run(user.zimu, "models", "list")
        document = next(home.glob("*.zimu"))
        read = user.run(user.zimu, "convert", document, home / "again.vtt")
        worked = "my-" in listed and (home / "again.vtt").is_file()
        user.run(home / ".local" / "lib" / "zimu" / "install.sh", "--remove")
        left = [name for name in before if name not in user.theirs()]
        gone = not user.zimu.exists() and not (home / ".local" / "lib" / "zimu").exists()
    for sentence, good in (
        (f"The upgrade keeps every file of the user ({', '.join(changed) or 'none changed'}).", not changed),
        ("Nothing of the earlier version is left among the programs.", not stale),
        (f"Packs and documents of the earlier version are used. {read.strip()[:200]}", worked),
        (f"The removal takes the programs ({', '.join(left) or 'nothing of the user'}).", gone and not left),
    ):
        print(f"{'+' if good else '!'} {sentence}")
    return 0 if worked and gone and not (changed or stale or left) else 1


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(Path(sys.argv[1])))
