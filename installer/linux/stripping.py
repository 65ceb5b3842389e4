"""
Takes out of the libraries of a frozen build what only debuggers read; some wheels bring more of that than of code.

    python installer/linux/stripping.py build/zimu

A library whose parts would no longer lie where the system can map them (patched libraries of wheels do that) is left as
it was. Needs ``strip`` of binutils; without it nothing is done.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LOAD = 1  # the type of a part that is mapped


def parts(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Offset, address and alignment of every part of the 64-bit ELF file *data* that is mapped."""
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for index in range(count):
        kind, _flags, offset, address, *_sizes, alignment = struct.unpack_from("<IIQQQQQQ", data, table + index * size)
        if kind == LOAD:
            yield offset, address, alignment


def is_elf(file: Path) -> bool:
    """Whether *file* is a 64-bit ELF file."""
    with file.open("rb") as stream:
        return stream.read(5) == b"\x7fELF\x02"


def can_be_mapped(file: Path) -> bool:
    """Whether the system can map *file*: offsets and addresses agree within a page."""
    return all(
        (address - offset) % alignment == 0 for offset, address, alignment in parts(file.read_bytes()) if alignment
    )


def strip(build: Path) -> int:
    """Strip every library in *build* that stays whole; the bytes that were saved."""
    tool, saved = shutil.which("strip"), 0
    for file in sorted(build.rglob("*.so*")) if tool else ():
        if file.is_symlink() or not file.is_file() or not is_elf(file):
            continue
        slim = file.with_name(f"{file.name}.slim")
        done = subprocess.run(
            [str(tool), "--strip-unneeded", "-o", str(slim), str(file)], check=False, capture_output=True
        )
        if done.returncode == 0 and can_be_mapped(slim) and slim.stat().st_size < file.stat().st_size:
            saved += file.stat().st_size - slim.stat().st_size
            slim.chmod(file.stat().st_mode & 0o777)
            slim.replace(file)
        slim.unlink(missing_ok=True)
    return saved


if __name__ == "__main__":
    print(f"{strip(Path(sys.argv[1])) / 1e6:.0f} MB that only debuggers read were taken out.")
