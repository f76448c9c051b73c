"""Figures as files: what a reader of each format finds, and that the same figure gives the same bytes."""

from __future__ import annotations

import base64
import csv
import gc
import importlib.util
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication, QWidget

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import DARK, Style
from qhm_gui.canvas import Axis, Canvas, ColourBar, PlotCurve
from qhm_gui.commands.command_line import main
from qhm_gui.drawing.dots import draw_dots
from qhm_gui.export import EXPORTERS, SLIDE, Drawing, Figure, drawn, save
from qhm_gui.export.error import ExportError
from qhm_gui.export.formats import png
from qhm_gui.export.formats.png import picture
from qhm_gui.export.options import LARGEST
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.views import VIEWS
from qhm_gui.views.view import Table, View
from qhm_math.progress import Cancelled
from tests.covering import every
from tests.gui.conftest import QUICK

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
EXPLORE = ("path", "loss", "stability", "rate")
FEW = changed(State(), {**QUICK, "steps": 60, "runs": 20})


@pytest.fixture
def draw() -> Iterator[Callable[..., Drawing]]:
    """Computed figures, put away when the test ends."""
    make_application()
    with ExitStack() as stack:
        yield lambda key="rate", state=FEW, **more: stack.enter_context(drawn(Figure(VIEWS[key], state, **more)))
    language.set_language("en")


class Ruler(View):
    """One horizontal line in the middle of a canvas: something to measure."""

    key = "ruler"
    title = "Ruler"
    WIDTH = 3.0

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.canvas = Canvas(style, Axis(0, 1), Axis(0, 1), show_axes=False)
        self.canvas.add(PlotCurve("#000000", self.WIDTH)).setData([0, 1], [0.5, 0.5])

    @property
    def widget(self) -> QWidget:
        return self.canvas

    @staticmethod
    def request(state: State) -> str:
        return "ruler"

    @staticmethod
    def compute(request: str, monitor: object) -> Iterator[str]:
        yield request

    def subtitle(self, state: State) -> str:
        return ""

    def show(self, result: object) -> None: ...

    def mark(self, state: State) -> None: ...

    def restyle(self, style: Style) -> None: ...

    @staticmethod
    def table(result: object) -> Table:
        return {"a": np.array([0.1, np.nan, 1 / 3]), "b": np.array([1, 2, 3])}


def ink_across(image: QImage) -> float:
    """How many pixels of ink a column through the middle holds."""
    x = image.width() // 2
    return sum(1 - QColor(image.pixel(x, y)).lightnessF() for y in range(image.height()))


def without_comments(content: bytes) -> str:
    return "".join(line for line in content.decode().splitlines(keepends=True) if not line.startswith("#"))


def pdf_page(content: bytes) -> tuple[str, pypdfium2.PdfPage, pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    return page.get_textpage().get_text_range(), page, document


# -- PDF


@pytest.mark.slow
def test_a_pdf_is_a_slide_with_text(draw: Callable[..., Drawing]) -> None:
    drawing = draw("rate", title="Rate of *QHM*", subtitle="words below")
    text, page, document = pdf_page(EXPORTERS["pdf"].encode(drawing))
    assert len(document) == 1
    assert page.get_size() == pytest.approx((960, 540))  # 13 1/3 by 7 1/2 inches
    for words in ("Rate of QHM", "words below", "learning rate", "momentum", "fastest", "diverges", "0.995"):
        assert words in text


@pytest.mark.slow
def test_a_pdf_embeds_its_fonts(draw: Callable[..., Drawing]) -> None:
    content = EXPORTERS["pdf"].encode(draw("stability"))
    assert content.count(b"/Type /FontDescriptor") == content.count(b"/FontFile") >= 2
    assert b"+Inter-" in content and b"+InterDisplay-" in content


@pytest.mark.slow
def test_a_pdf_is_made_of_vectors(draw: Callable[..., Drawing]) -> None:
    """Stability has no map, so its page has no picture; the map of rates is one."""
    kinds = {}
    for key in ("stability", "rate"):
        _, page, document = pdf_page(EXPORTERS["pdf"].encode(draw(key)))
        kinds[key] = [pypdfium2.raw.FPDFPageObj_GetType(found.raw) for found in page.get_objects()]
        del page
        document.close()
    path, image = pypdfium2.raw.FPDF_PAGEOBJ_PATH, pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    assert image not in kinds["stability"] and kinds["stability"].count(path) > 10
    assert image in kinds["rate"]


def test_dots_of_a_pdf_darken_where_they_overlap() -> None:
    make_application()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    with QPainter(writer) as painter:
        x = np.append(np.full(60, 600.0), 1800.0)  # sixty dots in one place, one in another
        draw_dots(painter, x, np.full(61, 600.0), 200.0, QColor(0, 0, 0, 66))
    buffer.close()
    _, page, document = pdf_page(bytes(content.data()))
    pixels = page.render().to_numpy()[..., 0].astype(int)
    scale = 72 / writer.resolution()
    many, one = (pixels[round(600 * scale), round(place * scale)] for place in (600, 1800))
    assert many < 5 and one == pytest.approx(255 - 66, abs=3)
    del page
    document.close()


@pytest.mark.slow
def test_a_pdf_in_japanese_can_be_searched(draw: Callable[..., Drawing]) -> None:
    language.set_language("ja")
    text, _, _ = pdf_page(EXPORTERS["pdf"].encode(draw("rate")))
    assert "学習率" in text and "発散" in text


# -- SVG


def titles(root: ElementTree.Element) -> list[str]:
    """What the outlined texts of an SVG say."""
    return [group.findtext(f"{SVG}title", "") for group in root.iter(f"{SVG}g") if group.get("role") == "img"]


@pytest.mark.slow
def test_an_svg_has_its_texts_as_outlines_and_says_them(draw: Callable[..., Drawing]) -> None:
    """No program needs our fonts to show it, and every text has its words beside it."""
    root = ElementTree.fromstring(EXPORTERS["svg"].encode(draw("loss", title="Loss, *f*")))
    assert root.get("viewBox") == "0 0 1920 1080"
    assert not list(root.iter(f"{SVG}text"))
    assert set(titles(root)) >= {"Loss, f", "QHM", "predicted stationary loss", "60"}
    for group in root.iter(f"{SVG}g"):
        if group.get("role") == "img":
            assert all(path.get("d") and path.get("fill") for path in group.findall(f"{SVG}path"))
            assert group.find(f"{SVG}path") is not None
    assert root.findtext(f"{SVG}title") == "Loss, f"
    assert root.get("lang") == "en"


@pytest.mark.slow
def test_text_of_an_svg_stays_text_where_it_is_asked_for(draw: Callable[..., Drawing]) -> None:
    """With the glyphs that it needs in the file, as wide as they were measured, a text one element."""
    from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingImports]

    root = ElementTree.fromstring(EXPORTERS["svg"].encode(draw("loss", title="Loss, *f*", text="text")))
    texts = {"".join(text.itertext()): text for text in root.iter(f"{SVG}text")}
    assert texts.keys() >= {"Loss, f", "QHM", "predicted stationary loss", "60"}
    stretches = [part for text in texts.values() for part in (text.findall(f"{SVG}tspan") or [text])]
    for part in stretches:
        assert str(part.get("font-family")).endswith("sans-serif")
        assert float(str(part.get("font-size"))) >= 18  # indices; all else is 25 and more
    style = root.findtext(f"{SVG}style", "")
    faces = re.findall(
        r"@font-face\{font-family:'([^']+)';font-weight:(\d+);font-style:(\w+);"
        r"src:url\(data:font/woff2;base64,([^)]+)\)",
        style,
    )
    fonts = {
        (family, weight, slope): TTFont(io.BytesIO(base64.b64decode(content)))
        for family, weight, slope, content in faces
    }
    assert all(font.flavor == "woff2" for font in fonts.values())
    for text in texts.values():
        wide = 0.0
        for part in text.findall(f"{SVG}tspan") or [text]:
            family, weight, slope = (str(part.get(f"font-{name}")) for name in ("family", "weight", "style"))
            found = [face for face in fonts if face[0] == family.split(",")[0] and face[2] == slope]
            font = fonts[min(found, key=lambda face, weight=weight: abs(int(face[1]) - int(weight)))]  # as browsers do
            letters, advances = font.getBestCmap() or {}, font["hmtx"].metrics
            assert all(ord(letter) in letters for letter in part.text or "")
            units = sum(advances[letters[ord(letter)]][0] for letter in part.text or "")
            em = font["head"].unitsPerEm  # pyright: ignore[reportAttributeAccessIssue]
            wide += units / em * float(str(part.get("font-size"))) + float(part.get("dx", "0"))
        if text.get("textLength"):  # but for the kerning, the width that was measured is the one that a browser finds
            assert float(str(text.get("textLength"))) == pytest.approx(wide, rel=0.03)


@pytest.mark.slow
def test_every_line_of_a_text_has_a_place_of_its_own_in_an_svg(draw: Callable[..., Drawing]) -> None:
    """A line that begins right of the one above does not follow it: with other letters it would be moved."""
    root = ElementTree.fromstring(EXPORTERS["svg"].encode(draw("stability", text="text")))
    lines = [
        text.findall(f"{SVG}tspan") for text in root.iter(f"{SVG}text") if "complex roots" in "".join(text.itertext())
    ]
    assert [[part.text for part in line] for line in lines] == [["Underdamped", "complex roots"]]
    assert all(part.get("x") and part.get("y") for part in lines[0])


def test_text_without_the_packages_for_it_is_refused(draw: Callable[..., Drawing], monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"pip install fonttools brotli$"):
        EXPORTERS["svg"].encode(draw("loss", text="text"))


@pytest.mark.slow
def test_an_svg_of_a_cloud_is_a_few_elements(draw: Callable[..., Drawing]) -> None:
    """Qt writes four groups a dot. No dots of one path touch: those would not darken each other."""
    content = EXPORTERS["svg"].encode(draw("cloud"))
    root = ElementTree.fromstring(content)
    count = sum(1 for _ in root.iter())
    assert count < 600 and len(content) < 700_000
    dots = [
        path
        for group in root.iter(f"{SVG}g")
        if group.get("stroke-linecap") == "round" and len(group) > 10
        for path in group
    ]
    places = [np.array(re.findall(r"M([-.\d]+),([-.\d]+)", path.get("d", "")), float) for path in dots]
    assert sum(map(len, places)) > 1000
    width = float(next(str(group.get("stroke-width")) for group in root.iter(f"{SVG}g") if dots[0] in list(group)))
    for points in places:
        apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(points))
        assert apart.min() > width - 0.05


@pytest.mark.parametrize("key", every(3, VIEWS))  # one writer for all of them
@pytest.mark.slow
def test_an_svg_has_no_groups_for_nothing(draw: Callable[..., Drawing], key: str) -> None:
    root = ElementTree.fromstring(EXPORTERS["svg"].encode(draw(key)))
    groups = list(root.iter(f"{SVG}g"))
    assert all(len(group) > 0 for group in groups)
    assert all(group.attrib for group in groups)
    assert not [element for element in root.iter() if element.get("transform") == "matrix(1,0,0,1,0,0)"]


@pytest.mark.slow
def test_clips_of_an_svg_are_defined_and_used(draw: Callable[..., Drawing]) -> None:
    root = ElementTree.fromstring(EXPORTERS["svg"].encode(draw("path")))
    defined = {clip.get("id") for clip in root.iter(f"{SVG}clipPath")}
    used = {value[5:-1] for element in root.iter() if (value := element.get("clip-path"))}
    assert used and used <= defined


@pytest.mark.parametrize("key", ["rate", "loss", "path", "stationary_left", "roots"])
@pytest.mark.slow
def test_no_text_of_an_svg_is_cut_off_with_the_plot(draw: Callable[..., Drawing], key: str) -> None:
    """Qt's own reader shows numbers that share a group with the clip of the plot; other programs cut them off."""
    root = ElementTree.fromstring(EXPORTERS["svg"].encode(draw(key)))
    clipped = [group for group in root.iter(f"{SVG}g") if group.get("clip-path")]
    assert [words for group in clipped for words in titles(group)] == []
    assert len(titles(root)) > 3


@pytest.mark.slow
def test_strokes_of_an_svg_have_their_width(draw: Callable[..., Drawing]) -> None:
    root = ElementTree.fromstring(EXPORTERS["svg"].encode(draw("loss")))
    widths = {float(value) for element in root.iter() if (value := element.get("stroke-width"))}
    assert any(width == pytest.approx(2.6 * SLIDE.line_scale) for width in widths)
    assert not any(element.get("vector-effect") == "non-scaling-stroke" for element in root.iter())


# -- PNG


@pytest.fixture
def ruler() -> Iterator[Drawing]:
    make_application()
    with drawn(Figure(Ruler, State(), size=(400, 300), title="", subtitle="")) as drawing:
        yield drawing


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_lines_grow_with_the_picture(ruler: Drawing, scale: int) -> None:
    image = picture(ruler, scale)
    assert (image.width(), image.height()) == (400 * scale, 300 * scale)
    assert ink_across(image) == pytest.approx(Ruler.WIDTH * SLIDE.line_scale * scale, abs=0.15 * scale)


@pytest.mark.parametrize("scale", [0.99, 4.01, 0, -1, float("nan")])
def test_other_scales_are_refused(ruler: Drawing, scale: float) -> None:
    with pytest.raises(ValueError, match="must be from 1 to 4"):
        picture(ruler, scale)


@pytest.mark.slow
def test_a_large_picture_is_the_small_one_in_detail(draw: Callable[..., Drawing]) -> None:
    drawing = draw("stability")
    small = picture(drawing, 1).scaled(96, 54)
    large = picture(drawing, 4).scaled(96, 54)
    apart = [
        abs(QColor(small.pixel(x, y)).lightness() - QColor(large.pixel(x, y)).lightness())
        for x in range(96)
        for y in range(54)
    ]
    assert np.mean(apart) < 8


# -- CSV


@pytest.mark.parametrize("key", EXPLORE)
@pytest.mark.slow
def test_the_numbers_read_back(draw: Callable[..., Drawing], key: str) -> None:
    drawing = draw(key)
    rows = list(csv.reader(io.StringIO(without_comments(EXPORTERS["csv"].encode(drawing)))))
    table = drawing.table()
    assert rows[0] == list(table)
    assert len(rows) - 1 == len(next(iter(table.values())))
    for column, (name, values) in enumerate(table.items()):
        read = [float(row[column]) if row[column] else np.nan for row in rows[1:]]
        np.testing.assert_array_equal(read, values, err_msg=name)


def test_columns_must_be_of_one_length(ruler: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    assert without_comments(EXPORTERS["csv"].encode(ruler)) == "a,b\n0.1,1\n,2\n0.3333333333333333,3\n"
    monkeypatch.setattr(Ruler, "table", staticmethod(lambda result: {"a": np.arange(2), "b": np.arange(3)}))
    with pytest.raises(ValueError, match="different lengths"):
        EXPORTERS["csv"].encode(ruler)


@pytest.mark.slow
def test_tables_of_the_explore_page_hold_the_theory(draw: Callable[..., Drawing]) -> None:
    path, loss, stability, rate = (draw(key).table() for key in EXPLORE)
    assert path["qhm_x"][0] == FEW.start_x and len(path["step"]) == FEW.steps + 1
    assert loss["qhm_expected_loss"][0] == pytest.approx(loss["qhm_mean_loss"][0])
    beta = stability["beta"]
    np.testing.assert_allclose(stability["alpha_max"], 2 * (1 + beta) / (1 + beta * (1 - 2 * FEW.nu)))  # (13), L = 1
    still = rate["beta"] == 0
    u = rate["alpha"][still]
    np.testing.assert_allclose(rate["rate"][still], np.maximum(abs(1 - 0.04 * u), abs(1 - u)), rtol=1e-12)


# -- all formats


@pytest.mark.slow
def test_the_same_figure_gives_the_same_bytes(draw: Callable[..., Drawing], subtests: pytest.Subtests) -> None:
    """Whatever was drawn in between: what Qt keeps of glyphs must not show."""
    first = {key: row.encode(draw("loss")) for key, row in EXPORTERS.items()}
    for scale in (1.0, 1.3, 3.0):
        picture(draw("loss"), scale)
    EXPORTERS["pdf"].encode(draw("path"))
    for key, row in EXPORTERS.items():
        with subtests.test(key=key):
            assert row.encode(draw("loss")) == first[key]
            assert row.encode(draw("loss", changed(FEW, {"seed": 8}))) != first[key]


#: What a process writes into a folder: a figure in every format, and the words of the talk's slides.
WRITING = """
import sys, pathlib
from qhm_gui.window.start import make_application
from qhm_gui.export import EXPORTERS, Figure, drawn, save
from qhm_gui.export.deck import SlideDrawing, slides
from qhm_gui.files.talk_file import built_in
from qhm_gui.state.state import State
from qhm_gui.views import VIEWS
folder = pathlib.Path(sys.argv[1])
folder.mkdir()
app = make_application()
with drawn(Figure(VIEWS["stability"], State())) as drawing:
    for key in EXPORTERS:
        save(drawing, folder / f"a.{key}", key, 1)
words = [SlideDrawing(slide, []).description for slide in slides(built_in())]
(folder / "slides").write_text("\\n".join(words))
"""


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What two processes with other seeds of their hashes have written."""
    folders = [tmp_path_factory.mktemp("written") / seed for seed in "12"]
    for folder in folders:
        environment = {**os.environ, "PYTHONHASHSEED": folder.name}
        subprocess.run([sys.executable, "-c", WRITING, str(folder)], cwd=ROOT, env=environment, check=True)
    return folders


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(two_processes: list[Path]) -> None:
    """Neither the time of day nor the seed of Qt's and Python's hashes shows."""
    one, two = two_processes
    for key in EXPORTERS:
        assert (one / f"a.{key}").read_bytes() == (two / f"a.{key}").read_bytes(), key


@pytest.mark.slow
def test_slides_are_the_same_in_another_process(two_processes: list[Path]) -> None:
    """The identifier of the talk's PDF hung on the order of a set."""
    one, two = ((folder / "slides").read_text() for folder in two_processes)
    assert len(one) > 10_000 and one == two


def test_no_file_tells_the_time(draw: Callable[..., Drawing]) -> None:
    content = EXPORTERS["pdf"].encode(draw("stability"))
    assert b"CreationDate" not in content and b"CreateDate" not in content and b"ModDate" not in content


@pytest.mark.parametrize("theme", [SLIDE.theme, DARK], ids=["light", "dark"])
def test_the_ground_is_the_themes(draw: Callable[..., Drawing], theme) -> None:
    image = picture(draw("loss", style=SLIDE.with_theme(theme)), 1)
    assert QColor(image.pixel(1900, 1070)) == QColor(theme.surface)


@pytest.mark.slow
def test_no_letter_is_smaller_than_24(draw: Callable[..., Drawing], monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: dict[str, int] = {}
    original = QPainter.drawText

    def noting(painter: QPainter, place: QPointF, words: str) -> None:
        sizes[words] = min(painter.font().pixelSize(), sizes.get(words, 99))
        original(painter, place, words)

    drawing = draw("rate")
    image = QImage(1920, 1080, QImage.Format.Format_RGB32)
    monkeypatch.setattr(QPainter, "drawText", noting)
    with QPainter(image) as painter:
        drawing.paint(painter)
    assert sizes["Convergence rate"] == 50 and sizes["0.995"] == 25
    assert min(sizes.values()) >= 24


@pytest.mark.slow
def test_the_left_edges_stand_in_line(draw: Callable[..., Drawing]) -> None:
    """Title, axis title and ticks begin at the same place."""
    image = picture(draw("rate", hide=frozenset({"point"})), 1)
    paper = QColor(SLIDE.theme.surface)

    def first_ink(rows: range) -> int:
        return next(x for x in range(image.width()) if any(QColor(image.pixel(x, y)) != paper for y in rows))

    title, subtitle, axis = first_ink(range(60, 120)), first_ink(range(130, 165)), first_ink(range(190, 222))
    assert max(title, subtitle, axis) - min(title, subtitle, axis) <= 5


@pytest.mark.slow
def test_the_point_can_be_left_out(draw: Callable[..., Drawing]) -> None:
    raspberry = QColor("#B5136A")

    def has_it(drawing: Drawing) -> bool:
        image = picture(drawing, 1)
        return any(QColor(image.pixel(x, y)) == raspberry for x in range(0, 1920) for y in range(300, 900, 7))

    assert has_it(draw("rate"))
    assert not has_it(draw("rate", hide=frozenset({"point"})))


@pytest.mark.slow
def test_the_bar_is_level_with_the_map(draw: Callable[..., Drawing]) -> None:
    view = draw("rate").view
    canvas, bar = view.widget.findChild(Canvas), view.widget.findChild(ColourBar)
    assert canvas is not None and bar is not None
    plot, colours = canvas.frame().plot, bar.bar_rect()
    assert colours.top() + bar.y() == pytest.approx(plot.top() + canvas.y(), abs=1)
    assert colours.bottom() + bar.y() == pytest.approx(plot.bottom() + canvas.y(), abs=1)


def test_saving_leaves_no_half_file(ruler: Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(ruler, tmp_path / "a.csv", "csv")
    with pytest.raises(OSError):
        save(ruler, tmp_path / "a.csv" / "b.csv", "csv")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    before = (tmp_path / "a.csv").read_bytes()
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save(ruler, tmp_path / "a.csv", "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == before


def test_a_cancelled_figure_says_so() -> None:
    class Gone:
        def report(self, fraction: float) -> None: ...

        def cancelled(self) -> bool:
            return True

    make_application()
    with pytest.raises(Cancelled), drawn(Figure(VIEWS["loss"], FEW), Gone()):
        pass


@pytest.mark.slow
def test_nothing_of_a_figure_stays(draw: Callable[..., Drawing]) -> None:
    gc.collect()  # pyqtgraph leaves a form without children to the collector for every plot
    before = len(QApplication.topLevelWidgets())
    with drawn(Figure(VIEWS["stability"], FEW)):
        gc.collect()
        assert len(QApplication.topLevelWidgets()) > before  # the holder, and what Qt makes for a scene
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    gc.collect()
    assert len(QApplication.topLevelWidgets()) == before


# Large pictures


def empty_sheet(width: float, height: float, *, transparent: bool) -> Any:
    return SimpleNamespace(extent=(width, height), transparent=transparent, parts=lambda: [])


@pytest.mark.parametrize("transparent", [True, False])
def test_a_large_picture_is_emptied_a_band_a_step(transparent: bool) -> None:
    """To fill a gigabyte at once held the window up for half a second."""
    sheet = empty_sheet(4096, 3000, transparent=transparent)
    image = png.blank(sheet, 1.0)
    image.fill(Qt.GlobalColor.red)
    steps = 0
    for steps, _ in enumerate(png.painting(sheet, image), 1):
        assert (image.pixel(4095, 2999) & 0xFFFFFF == 0) == (steps == 3)
    assert steps == 3 and not any(image.pixel(x, y) & 0xFFFFFF for x in (0, 4095) for y in range(0, 3000, 7))


def test_a_picture_of_more_than_a_gigabyte_is_refused() -> None:
    assert png.MOST_PIXELS >= (2 * LARGEST) ** 2, "every figure may be exported at twice its size"
    with pytest.raises(ExportError, match=r"32.000 × 32.000 pixels is too large"):
        png.blank(empty_sheet(8000, 8000, transparent=False), 4.0)


def test_commands_refuse_it_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(png, "MOST_PIXELS", 1000)
    for line in ("export figure-1a --format png", "figures 1a --format png"):
        assert main([*line.split(), "--out", str(tmp_path / "out")]) == 2
        told = capsys.readouterr()
        assert "pixels is too large" in told.err and "fault" not in told.err + told.out
    assert not list(tmp_path.rglob("*.png"))
