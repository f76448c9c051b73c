"""What PDF, SVG and PNG of a figure share: size, labels, words, and letters that the program's fonts lack."""

from __future__ import annotations

import base64
import io
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import Style
from qhm_gui.commands import command_line
from qhm_gui.drawing import markup, missing_letters
from qhm_gui.drawing.painted_texts import painted_texts
from qhm_gui.export.compose import Words, compose, for_format
from qhm_gui.export.computed import computed
from qhm_gui.export.empty_message import paint_empty
from qhm_gui.export.figure import UNIT_M, Figure, Sheet
from qhm_gui.export.formats.pdf import pdf_bytes
from qhm_gui.export.formats.png import picture, png_bytes
from qhm_gui.export.formats.svg import svg_bytes
from qhm_gui.export.options import PRESETS, ExportOptions
from qhm_gui.export.page import PageFigure, sheet
from qhm_gui.export.scene import page_scene, view_scene
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_math.losses import Rastrigin
from tests.covering import covered, every

ROOT = Path(__file__).resolve().parents[2]
FEW = changed(State(), {"steps": 60, "runs": 20})
XLINK = "http://www.w3.org/1999/xlink"
SVG = "{http://www.w3.org/2000/svg}"
NOWHERE = "\U0010fffd"  # for private use: no font has it


class Made(Mapping[str, bytes]):
    """A figure as a file of each kind, made when it is asked for."""

    WRITE: ClassVar = {"pdf": pdf_bytes, "svg": svg_bytes, "png": png_bytes}

    def __init__(self, figure: Figure | PageFigure) -> None:
        self._figure = figure
        self._known: dict[Hashable, Any] = {}

    def __getitem__(self, kind: str) -> bytes:
        fine = for_format(self._figure, kind)
        with sheet(fine, computed(fine, known=self._known)) as drawing:
            return self.WRITE[kind](drawing)

    def __iter__(self) -> Iterator[str]:
        return iter(self.WRITE)

    def __len__(self) -> int:
        return len(self.WRITE)


def made(key: str, options: ExportOptions, words: Words | None = None, page: str = "") -> Made:
    """A figure as a file of each kind."""
    make_application()
    return Made(compose(page_scene(PAGES[page]) if page else view_scene(key), FEW, options, words))


# -- size


def millimetres(content: Mapping[str, bytes]) -> dict[str, tuple[float, ...]]:
    """Width and height that each file says of itself."""
    page = pypdfium2.PdfDocument(content["pdf"])[0]
    root = ElementTree.fromstring(content["svg"])
    place = content["png"].index(b"pHYs")
    *dots, unit = struct.unpack(">IIB", content["png"][place + 4 : place + 13])
    assert unit == 1  # a metre
    image = QImage.fromData(content["png"])
    units = {"mm": 1.0, "pt": 25.4 / 72}
    sides = [re.fullmatch(r"([\d.]+)(mm|pt)", root.get(name, "")) for name in ("width", "height")]
    return {
        "pdf": tuple(side / 72 * 25.4 for side in page.get_size()),
        "svg": tuple(float(side[1]) * units[side[2]] for side in sides if side),
        "png": (1000 * image.width() / dots[0], 1000 * image.height() / dots[1]),
    }


@pytest.mark.parametrize("wide, tall", [(60, 45), (120, 80), (85.5, 61.3)])
@pytest.mark.slow
def test_a_size_in_millimetres_is_that_size_in_every_format(wide: float, tall: float) -> None:
    content = made("loss", ExportOptions(size="custom", width=wide, height=tall, unit="mm"))
    for found in millimetres(content).values():
        assert found == pytest.approx((wide, tall), abs=0.01)


@pytest.mark.parametrize("size", every(2, PRESETS))
@pytest.mark.slow
def test_a_named_size_is_one_size_in_every_format(size: str) -> None:
    wanted = 1000 * UNIT_M * PRESETS[size].width, 1000 * UNIT_M * PRESETS[size].height
    for found in millimetres(made("loss", ExportOptions(size=size))).values():
        assert found == pytest.approx(wanted, rel=5e-5)  # whole dots a metre in a PNG


@pytest.mark.slow
def test_a_page_has_its_size_as_well() -> None:
    content = made("", ExportOptions(size="custom", width=170.3, height=120.2, unit="mm"), page="fast")
    for found in millimetres(content).values():
        assert found == pytest.approx((170.3, 120.2), abs=0.01)


@pytest.mark.slow
def test_the_ground_reaches_to_the_edges() -> None:
    """A size that is no whole number of units leaves no strip unpainted."""
    content = made("loss", ExportOptions(size="custom", width=60, height=45, unit="mm", theme="dark"))
    image = QImage.fromData(content["png"])
    ground = image.pixelColor(2, 2)
    assert image.pixelColor(image.width() - 1, image.height() - 1) == ground
    page = pypdfium2.PdfDocument(content["pdf"])[0].render(scale=4).to_pil().convert("RGB")
    for corner in ((0, 0), (page.width - 2, 0), (0, page.height - 2), (page.width - 2, page.height - 2)):
        assert page.getpixel(corner) == pytest.approx((ground.red(), ground.green(), ground.blue()), abs=2)


# -- labels


def labels(drawing: Sheet, kind: str) -> list[tuple[str, QRectF]]:
    with painted_texts() as texts:
        {"pdf": pdf_bytes, "svg": svg_bytes, "png": lambda one: picture(one, 3)}[kind](drawing)
    return [(text.words, text.area) for text in texts]


@pytest.mark.parametrize(
    ("key", "size"),
    covered(["rate", "stability", "cloud", "stationary_left", "roots", "conditions", "standings"], ["slide", "column"]),
)
@pytest.mark.slow
def test_labels_are_the_same_and_in_the_same_places(key: str, size: str) -> None:
    make_application()
    figure = compose(view_scene(key), FEW, ExportOptions(size=size))
    found: dict[str, list[tuple[str, QRectF]]] = {}
    known: dict[Hashable, Any] = {}
    for kind in ("png", "pdf", "svg"):
        fine = for_format(figure, kind)
        with sheet(fine, computed(fine, known=known)) as drawing:
            found[kind] = labels(drawing, kind)
    assert len(found["png"]) > 3
    for kind in ("pdf", "svg"):
        assert [words for words, _ in found[kind]] == [words for words, _ in found["png"]]
        for (words, area), (_, other) in zip(found[kind], found["png"], strict=True):
            apart = (area.x() - other.x(), area.y() - other.y(), area.width() - other.width())
            assert apart == pytest.approx((0, 0, 0), abs=0.05), words


@pytest.mark.slow
def test_letters_of_an_svg_and_of_a_pdf_lie_where_they_were_measured() -> None:
    """As other programs see it: the box of the outlines, and that of the characters of the PDF."""
    make_application()
    figure = compose(view_scene("stability"), FEW, ExportOptions())
    with sheet(figure, computed(figure)) as drawing:
        with painted_texts() as texts:
            root = ElementTree.fromstring(svg_bytes(drawing))
        page = pypdfium2.PdfDocument(pdf_bytes(drawing))[0]
    areas = {text.words: text.area for text in texts}
    read = page.get_textpage()
    checked = 0
    for group in root.iter(f"{SVG}g"):
        words = group.findtext(f"{SVG}title", "")
        if group.get("role") != "img" or sum(text.words == words for text in texts) != 1 or "\n" in words:
            continue
        numbers = re.findall(r"(-?[\d.]+),(-?[\d.]+)", "".join(p.get("d", "") for p in group.iter(f"{SVG}path")))
        xs = [float(x) for x, _ in numbers]
        area = areas[words]
        assert area.left() - 2 <= min(xs) and max(xs) <= area.right() + 2
        assert min(xs) < area.left() + 0.35 * area.height() and max(xs) > area.right() - 0.35 * area.height()
        found = read.search(words, match_case=True).get_next() if len(words) > 6 else None
        if found is not None:
            boxes = [read.get_charbox(found[0] + i) for i in range(found[1])]
            left, right = 2 * min(box[0] for box in boxes), 2 * max(box[2] for box in boxes)
            assert (left, right) == pytest.approx((min(xs), max(xs)), abs=1.5), words
            checked += 1
    assert checked > 2


@pytest.mark.parametrize("key", ["conditions", "standings", "rate", "race", "modes"])
@pytest.mark.parametrize("spoken", ["en", "ja"])
@pytest.mark.slow
def test_every_text_of_an_svg_is_one_label(key: str, spoken: str) -> None:
    """Qt writes a text in stretches, of which a formula has many; also within widgets."""
    make_application()
    language.set_language(spoken)
    try:
        figure = compose(view_scene(key), FEW, ExportOptions())
        with sheet(figure, computed(figure)) as drawing, painted_texts() as texts:
            root = ElementTree.fromstring(svg_bytes(drawing))
    finally:
        language.set_language("en")
    titles = [group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g") if group.get("role") == "img"]
    assert titles == [text.words for text in texts]
    assert len(titles) > 5
    assert all(QRectF(0, 0, 1920, 1080).contains(text.area) for text in texts)


def test_a_message_in_place_of_a_figure_is_as_wide_as_there_is_room(qapp: object) -> None:
    """Both ends of a long sentence were cut off on a narrow page."""
    words = (
        "No noise: nothing to weigh",
        "Without noise every stable run ends at the minimum, and the fastest is best.",
    )
    image = QImage(300, 160, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    with QPainter(image) as painter:
        paint_empty(painter, QRectF(0, 0, 300, 160), words, Style())
    pixels = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(160, 300) & 0xFFFFFF
    inked = np.flatnonzero((pixels != 0xFFFFFF).any(axis=0))
    assert inked[0] >= 8 and inked[-1] <= 292 and (pixels != 0xFFFFFF).any(axis=1).sum() > 30


@pytest.mark.slow
def test_an_empty_view_has_only_its_message_in_a_file() -> None:
    """What lay below the message was in the PDF, and was copied: "momentum pays at every B"."""
    content = made("momentum_pays", ExportOptions(theme="dark", ground="clear"))
    root = ElementTree.fromstring(content["svg"])
    titles = {group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g") if group.get("role") == "img"}
    assert titles >= {"No batch size"} and len(titles) == 4  # title and subtitle, and the two lines of the message
    assert {line for line in text_of(content["pdf"]).splitlines() if line} == titles
    assert QImage.fromData(content["png"]).pixelColor(960, 400).alpha() == 0


# -- words of a PDF


def text_of(content: bytes) -> str:
    return pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()


CAPTION = "0.113 ± 1×10⁻³, half-life (11:1), it’s → μ ≤ 𠮟る"


@pytest.mark.slow
def test_a_pdf_copies_what_was_typed() -> None:
    text = text_of(made("loss", ExportOptions(), Words(caption=CAPTION))["pdf"])
    assert CAPTION in text
    assert "\t" not in text and "\ufffd" not in text and "\0" not in text


@pytest.mark.slow
def test_rare_characters_are_copied_also_where_several_fonts_of_a_family_draw_them() -> None:
    """Title and subtitle are of two weights, and Qt names no character beyond U+FFFF."""
    words = Words("𠮟る", "叱る 𠮟る", "𠮟 and 葛")
    assert text_of(made("loss", ExportOptions(), words)["pdf"]).count("𠮟") == 3  # pdfium parts lines as it likes


def test_a_sign_that_chooses_the_form_of_a_character_stays_with_it() -> None:
    """The names of many Japanese have one."""
    made_of = markup.layout("葛\U000e0100城 a\u0304", 12).runs
    assert [run.text for run in made_of] == ["葛\U000e0100城", " a\u0304"]


@pytest.mark.slow
def test_every_glyph_of_a_pdf_has_a_character() -> None:
    content = made("loss", ExportOptions(), Words(caption=CAPTION))["pdf"]
    tables = re.findall(rb"beginbfchar\n(.*?)endbfchar", content, re.DOTALL)
    assert len(tables) > 3
    codes = [code for table in tables for code in re.findall(rb"<\w+> <(\w+)>", table)]
    assert b"0000" not in codes and b"0009" not in codes
    assert "𠮟".encode("utf-16-be").hex().upper().encode() in codes


@pytest.mark.slow
def test_a_pdf_says_whose_it_is_and_in_which_language() -> None:
    options = ExportOptions(author="Ada (née Byron)")
    document = pypdfium2.PdfDocument(made("loss", options, Words("*f* of it", "of ν"))["pdf"])
    told = document.get_metadata_dict()
    assert (told["Title"], told["Subject"], told["Author"]) == ("f of it", "of ν", "Ada (née Byron)")
    assert told["Creator"].startswith("QHM Explorer")
    content = made("loss", options)["pdf"]
    assert b"/Lang (en)" in content
    assert b"Date" not in content
    assert "<rdf:li>Ada (née Byron)</rdf:li>" in content.decode("utf-8", "replace")
    svg = made("loss", options)["svg"].decode()
    assert "<dc:creator>Ada (née Byron)</dc:creator>" in svg
    assert pypdfium2.PdfDocument(made("loss", ExportOptions())["pdf"]).get_metadata_dict()["Author"] == ""


@pytest.mark.slow
def test_a_png_says_whose_it_is_and_in_which_language() -> None:
    image = Image.open(
        io.BytesIO(made("loss", ExportOptions(author="Ada (née Byron)"), Words("*f* of it", "of ν"))["png"])
    )
    told = {name: image.info[name] for name in ("Title", "Description", "Author")}
    assert told == {"Title": "f of it", "Description": "of ν", "Author": "Ada (née Byron)"}
    assert image.info["Software"].startswith("QHM Explorer") and image.info["Title"].lang == "en"
    assert "Author" not in Image.open(io.BytesIO(made("loss", ExportOptions())["png"])).info


@pytest.mark.slow
def test_the_table_of_a_pdf_is_right() -> None:
    """Each entry leads to its object, so no reader has to repair it."""
    content = made("loss", ExportOptions(size="custom", width=60, height=45, unit="mm"))["pdf"]
    start = int(content.rsplit(b"startxref", 1)[1].split()[0])
    table = content[start:].splitlines()
    assert table[0] == b"xref" and int(table[1].split()[1]) == content[start:].count(b" n ") + content[start:].count(
        b" f "
    )
    for number, line in enumerate(table[2:]):
        if line.endswith(b"n "):
            assert content[int(line[:10]) :].startswith(b"%d 0 obj" % number)


@pytest.mark.slow
def test_a_pdf_is_the_same_in_every_time_zone(tmp_path: Path) -> None:
    found: set[bytes] = set()
    for zone in ("Asia/Tokyo", "America/New_York"):
        folder = tmp_path / zone.replace("/", "-")
        line = [sys.executable, "main.py", "export", "1a", "--view", "slope", "--format", "pdf", "--out", str(folder)]
        subprocess.run(line, cwd=ROOT, env={**os.environ, "TZ": zone}, check=True, capture_output=True)
        found.add((folder / "slope.pdf").read_bytes())
    assert len(found) == 1


# -- letters


@pytest.mark.slow
def test_a_letter_that_no_font_has_is_written_by_its_number() -> None:
    make_application()
    assert missing_letters.drawable(f"a{NOWHERE}β") == "a[U+10FFFD]β"
    assert "".join(run.text for run in markup.layout(f"*{NOWHERE}*", 12).runs) == "[U+10FFFD]"
    assert missing_letters.drawable("日本, α ± 1\u00a0\u200d\ufe0f") == "日本, α ± 1\u00a0\u200d\ufe0f"
    content = made("loss", ExportOptions(), Words(f"of {NOWHERE}"))
    assert "of [U+10FFFD]" in text_of(content["pdf"])
    root = ElementTree.fromstring(content["svg"])
    assert "of [U+10FFFD]" in [title.text for title in root.iter(f"{SVG}title")]


@pytest.mark.slow
def test_no_letter_ends_the_program() -> None:
    """Of a script that no font of the machine has, Qt makes boxes of a face without a name: to ask for it crashed."""
    words = "नमस्ते ไทย ދިވެހި ܣܘܪܝܝܐ ᠮᠣᠩ ਪੰਜਾਬੀ বাংলা தமிழ் മലയാളം සිංහල မြန်မာ ខ្មែរ አማርኛ ᏣᎳᎩ ᚠᚢᚦ ꦗꦮ 𑄌𑄋𑄴𑄟𑄳𑄦 𐎀 🄰 ⠿ ߒߞߏ"
    code = "from qhm_gui.appearance.application import make_application\nmake_application()\n"
    code += f"from qhm_gui.drawing import markup\nprint(markup.layout({words!r}, 12).width > 0)"
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr[-300:]


def test_a_letter_without_an_outline_is_not_drawn_as_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    """Emoji of a font of pictures have no outline: a PDF or SVG would be without them."""
    make_application()
    missing_letters.family_of.cache_clear()
    monkeypatch.setattr(missing_letters, "_elsewhere", lambda letter: None)
    assert missing_letters.drawable("😀") == "[U+1F600]"
    missing_letters.family_of.cache_clear()


@pytest.mark.slow
def test_an_export_says_which_letters_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing_letters.family_of.cache_clear()
    monkeypatch.setattr(missing_letters, "_elsewhere", lambda letter: "Far Sans" if letter == "ℝ" else None)
    line = ["export", "1a", "--view", "loss", "--format", "svg", "--title", f"Loss 日 ℝ 가 {NOWHERE}"]
    assert command_line.main([*line, "--out", str(tmp_path)]) == 0
    missing_letters.family_of.cache_clear()
    assert capsys.readouterr().err == (
        "Not in the program's fonts: ℝ (U+211D); drawn in Far Sans. "
        "In no font: HANGUL SYLLABLE GA (U+AC00), U+10FFFD; drawn as numbers.\n"
    )
    assert command_line.main(["export", "1a", "--view", "loss", "--format", "svg", "--out", str(tmp_path / "2")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("key", ["rate", "basins"])
@pytest.mark.slow
def test_a_map_in_an_svg_has_the_pixels_of_the_page_and_is_packed_where_nobody_waits(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers smooth small images, cells too; and Qt packs an image while it is painted."""
    make_application()
    state = changed(FEW, {"loss": Rastrigin()}) if key == "basins" else FEW
    figure = compose(view_scene(key), state, ExportOptions())
    drawn: list[QImage] = []
    draw = QPainter.drawImage
    monkeypatch.setattr(QPainter, "drawImage", lambda self, *a: (drawn.append(a[1]), draw(self, *a))[1])
    with sheet(figure, computed(figure)) as drawing:
        root = ElementTree.fromstring(svg_bytes(drawing))
    assert drawn and max(image.width() for image in drawn) < 10
    packed = [image.get(f"{{{XLINK}}}href", "").partition("base64,")[2] for image in root.iter(f"{SVG}image")]
    assert max(QImage.fromData(base64.b64decode(one)).width() for one in packed) > 1500
