"""ICU's data without what Qt does not ask for: a sixth of the whole. Linux only.

    python .ci/bundle/smaller_icu.py SITE-PACKAGES/PySide6/Qt/lib FOLDER

Qt's wheel has the data as a library of one symbol, ``icudtNN_dat``, which is a package of named items. Qt's core calls
ICU to sort (``ucol_``), for upper and lower case (``u_strTo``), for the names of time zones (``ucal_``), and
to read texts of old encodings (``ucnv_``), of which the program opens none. It asks neither for the names of countries
and units nor for rules where words and lines break. The new library, made by ``as`` and ``ld``, has the same name and
symbol. It is used only if Qt answers with it as with the whole, in all languages (``icu_answers.py``).
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

#: Items that Qt never reads. What does not match stays.
UNASKED = (
    *("brkitr/*", "curr/*", "lang/*", "region/*", "unit/*", "translit/*", "rbnf/*"),
    *("*.cnv", "*.spp", "*.cfu", "unames.icu"),
)
#: Of these, items of the languages that the program speaks stay, and root's for all others. The order of all languages
#: (``coll/``) stays.
SPOKEN = ("zone/*", "[a-z][a-z].res", "[a-z][a-z][a-z].res", "[a-z][a-z]_*.res", "[a-z][a-z][a-z]_*.res")
KEPT = ("root", "en", "en_*", "ja", "ja_*", "pool", "res_index", "tzdbNames")


def items(package: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of a package of ICU, in their order. ValueError for another format."""
    size, magic = struct.unpack_from("<H2s", package)
    if magic != b"\xda\x27" or package[8:9] != b"\0" or package[12:16] != b"CmnD" or package[16] != 1:
        raise ValueError("it is no package of ICU that is known here")  # little-endian, ASCII, version 1
    count = struct.unpack_from("<I", package, size)[0]
    places = [struct.unpack_from("<II", package, size + 4 + 8 * number) for number in range(count)]
    ends = [data for _, data in places[1:]] + [len(package) - size]
    found = []
    for (name, data), end in zip(places, ends, strict=True):
        if not 0 < name < data <= end:
            raise ValueError("the items of its package of ICU do not follow each other")
        begin = size + name
        found.append((package[begin : package.index(b"\0", begin)].decode("ascii"), package[size + data : size + end]))
    return found


def packed(header: bytes, kept: list[tuple[str, bytes]]) -> bytes:
    """The package of these items, with the header of another."""
    names, begins, place = b"", [], 4 + 8 * len(kept)
    for name, _ in kept:
        begins.append(place + len(names))
        names += name.encode("ascii") + b"\0"
    place += len(names)
    table, body = [struct.pack("<I", len(kept))], []
    for begin, (_, content) in zip(begins, kept, strict=True):
        gap = -place % 16  # the header is a multiple of 16, too
        body += [b"\xaa" * gap, content]
        place += gap
        table.append(struct.pack("<II", begin, place))
        place += len(content)
    return header + b"".join(table) + names + b"".join(body)


def is_asked(name: str) -> bool:
    """Whether Qt may read an item, ``icudtNNl/...``."""
    own = name.partition("/")[2]
    if any(fnmatch.fnmatchcase(own, part) for part in UNASKED):
        return False
    language = own.rpartition("/")[2].removesuffix(".res")
    spoken = any(fnmatch.fnmatchcase(own, part) for part in SPOKEN)
    return not spoken or any(fnmatch.fnmatchcase(language, part) for part in KEPT)


def package_of(library: Path) -> tuple[str, bytes]:
    """The symbol of a data library and what it stands for."""
    said = subprocess.run(["readelf", "-W", "--dyn-syms", "-S", library], capture_output=True, text=True, check=True)
    symbol = re.search(
        r"([0-9a-f]{8,}) +(0x[0-9a-f]+|\d+) +OBJECT +GLOBAL +DEFAULT +\d+ (icudt\d+_dat)$", said.stdout, re.M
    )
    section = re.search(r"\.rodata +PROGBITS +([0-9a-f]+) +([0-9a-f]+)", said.stdout)
    if symbol is None or section is None:
        raise ValueError("it has no data of ICU")
    begin = int(symbol[1], 16) - int(section[1], 16) + int(section[2], 16)
    return symbol[3], library.read_bytes()[begin : begin + int(symbol[2], 0)]


def write_library(target: Path, symbol: str, package: bytes) -> None:
    """A library with the name of ``target`` and one symbol."""
    with tempfile.TemporaryDirectory() as name:
        data, source, object_file = (Path(name) / file for file in ("data", "data.s", "data.o"))
        data.write_bytes(package)
        source.write_text(
            f'.section .rodata\n.balign 16\n.globl {symbol}\n.type {symbol}, %object\n{symbol}:\n.incbin "{data}"\n'
            f'.size {symbol}, . - {symbol}\n.section .note.GNU-stack,"",%progbits\n',
            encoding="ascii",
        )
        subprocess.run(["as", "-o", object_file, source], check=True)
        options = ["-shared", "-Bsymbolic", "--strip-all", "-z", "noexecstack", "-soname", target.name]
        subprocess.run(["ld", *options, "-o", target, object_file], check=True)


def answers(folder: Path | None) -> str:
    """What Qt says with the libraries of a folder before its own."""
    own = {**os.environ, "LC_ALL": "C.UTF-8"} | ({} if folder is None else {"LD_LIBRARY_PATH": str(folder)})
    line = [sys.executable, Path(__file__).with_name("icu_answers.py"), *([] if folder is None else [folder])]
    return subprocess.run(line, env=own, capture_output=True, text=True, encoding="utf-8", check=True).stdout


def smaller(library: Path, folder: Path) -> Path | None:
    """The library with less in it, in the folder; None if it cannot be made here, and a sentence then says why."""
    target = (folder := folder.resolve()) / library.name
    missing = [tool for tool in ("readelf", "as", "ld") if shutil.which(tool) is None]
    try:
        if missing:
            raise ValueError(f"{' and '.join(missing)} (binutils) are missing")
        symbol, whole = package_of(library)
        content = items(whole)
        header = whole[: struct.unpack_from("<H", whole)[0]]
        if packed(header, content)[: len(whole)] != whole:
            raise ValueError("its package is laid out in another way")
        folder.mkdir(parents=True, exist_ok=True)
        write_library(target, symbol, packed(header, [item for item in content if is_asked(item[0])]))
        if answers(folder) != answers(None):
            raise ValueError("Qt would sort or name otherwise with less")
    except (OSError, ValueError, subprocess.SubprocessError) as fault:
        target.unlink(missing_ok=True)
        print(f"All data of ICU stay in the bundle (26 MB more): {fault}.", file=sys.stderr)
        return None
    return target


if __name__ == "__main__":
    for found in sorted(Path(sys.argv[1]).glob("libicudata.so.*")):
        made = smaller(found, Path(sys.argv[2]))
        print(made and f"{made}: {made.stat().st_size:,} bytes instead of {found.stat().st_size:,}")
