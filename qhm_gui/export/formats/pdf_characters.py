"""Which character a glyph of a PDF stands for, where Qt says another one or none."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from qhm_gui.export.formats.pdf_objects import Document

#: Qt names the lowest character that has a glyph: for the blank TAB, for quotation marks letters that look alike.
_MEANT = {"\t": " ", "\u02bc": "\u2019", "\u02ee": "\u201d"}
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <[0-9A-Fa-f]{4}> (?:\[([^\]]*)\]|<([0-9A-Fa-f]+)>)")
_RANGES = re.compile(rb"\d+ beginbfrange\n(.*?)endbfrange\n", re.DOTALL)
_CODE = re.compile(rb"<([0-9A-Fa-f]+)>")
_LENGTH = re.compile(rb"/Length \d+")
_FONT = re.compile(rb"/BaseFont /(\S+)\s.*?/DescendantFonts \[(\d+) 0 R\].*?/ToUnicode (\d+) 0 R", re.DOTALL)
_DESCRIPTOR = re.compile(rb"/FontDescriptor (\d+) 0 R")
_FILE = re.compile(rb"/FontFile2 (\d+) 0 R")
_MOST = 100  # so many characters a block may have


@dataclass
class _Font:
    """The name of a font, its table's number, and the characters of its glyphs; glyph 0 is what it lacks."""

    name: str
    table: int
    count: int
    characters: dict[int, str]

    @property
    def nameless(self) -> list[int]:
        """The glyphs without a character."""
        return [glyph for glyph in range(1, self.count) if glyph not in self.characters]


def mend_characters(document: Document, beyond: Iterable[tuple[str, str]]) -> None:
    """Name the character of every glyph that the tables of the document's fonts are about.

    Qt knows no character beyond U+FFFF. ``beyond`` are those that were drawn, in their order, each with the name of its
    face: the nameless glyphs of that font are numbered in this order.
    """
    fonts = [_read(document, found) for body in document.objects.values() if (found := _FONT.search(body[:600]))]
    letters: dict[str, dict[str, None]] = {}
    for face, letter in beyond:
        letters.setdefault(face.replace(" ", ""), {})[letter] = None
    for font in fonts:
        drawn = list(letters.get(_face_of(font, fonts, letters), {}))
        if len(drawn) == len(font.nameless):
            font.characters.update(zip(font.nameless, drawn, strict=True))
        document.objects[font.table] = _with_characters(document.objects[font.table], font.characters)


def _face_of(font: _Font, fonts: Iterable[_Font], faces: Iterable[str]) -> str:
    """Which of the faces a font is; the usual one of a family does not say its style in its name: DejaVuSans."""
    if font.name in faces:
        return font.name
    family = font.name.split("-")[0]
    named = {other.name for other in fonts}
    left = [face for face in faces if face.split("-")[0] == family and face not in named]
    return left[0] if len(left) == 1 else ""


def _read(document: Document, found: re.Match[bytes]) -> _Font:
    table = int(found[3])
    characters: dict[int, str] = {}
    for ranges in _RANGES.findall(document.objects[table]):
        for first, several, one in _RANGE.findall(ranges):
            for place, code in enumerate(_CODE.findall(several) or [one]):
                characters[int(first, 16) + place] = _meant(bytes.fromhex(code.decode()).decode("utf-16-be"))
    known = {glyph: letter for glyph, letter in characters.items() if letter != "\0"}
    return _Font(found[1].decode("latin-1"), table, _count(document, int(found[2])), known)


def _count(document: Document, font: int) -> int:
    """How many glyphs are embedded, from the font's table maxp; 0 where it cannot be told."""
    descriptor = _DESCRIPTOR.search(document.objects[font])
    file = _FILE.search(document.objects[int(descriptor[1])]) if descriptor else None
    if file is None:
        return 0
    content = zlib.decompress(document.objects[int(file[1])].partition(b"stream\n")[2])
    for entry in range(12, 12 + 16 * int.from_bytes(content[4:6]), 16):
        if content[entry : entry + 4] == b"maxp":
            place = int.from_bytes(content[entry + 8 : entry + 12])
            return int.from_bytes(content[place + 4 : place + 6])
    return 0


def _with_characters(body: bytes, characters: dict[int, str]) -> bytes:
    """The table with a line a glyph."""
    head, _, rest = body.partition(b"stream\n")
    table = rest.rpartition(b"endstream")[0].rstrip(b"\n") + b"\n"
    lines = [b"<%04X> <%s>\n" % (glyph, _hexadecimal(text)) for glyph, text in sorted(characters.items())]
    blocks = [lines[first : first + _MOST] for first in range(0, len(lines), _MOST)]
    written = b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
    at = _RANGES.search(table)
    if at is not None:
        table = table[: at.start()] + written + _RANGES.sub(b"", table[at.start() :])
    return _LENGTH.sub(b"/Length %d" % len(table), head) + b"stream\n" + table + b"endstream"


def _hexadecimal(text: str) -> bytes:
    return text.encode("utf-16-be").hex().upper().encode()


def _meant(text: str) -> str:
    text = _MEANT.get(text, text)
    if "\u2e80" <= text <= "\u2fdf" or "\uf900" <= text <= "\ufaff":  # radicals that share a glyph with a character
        return unicodedata.normalize("NFKC", text)
    return text
