"""What the clip of a page of vectors hides is not in the file: LibreOffice Draw and editors show it."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgGenerator

from qhm_gui.appearance.application import make_application
from qhm_gui.drawing.page_area import ring_within
from qhm_gui.drawing.stroke import draw_polyline, polygon_path
from qhm_gui.drawing.thinning import cut
from qhm_gui.export.compose import compose, for_format
from qhm_gui.export.computed import computed
from qhm_gui.export.formats.pdf import pdf_bytes
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import sheet
from qhm_gui.export.scene import view_scene
from qhm_gui.state.state import State, changed
from qhm_math.losses import Quadratic

FEW = changed(State(), {"steps": 60, "runs": 20})
AREA = QRectF(10, 20, 100, 50)


Box = tuple[float, float, float, float]


def boxes(content: bytes) -> list[tuple[Box, Box]]:
    """Of each path and picture of a PDF: its corners, without the width of its line, and those of its clip."""
    page = pypdfium2.PdfDocument(content)[0]
    width, height = page.get_size()
    found: list[tuple[Box, Box]] = []
    for one in page.get_objects((pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE)):
        matrix, raw = one.get_matrix(), one.raw
        points = [(0, 0), (1, 0), (0, 1), (1, 1)]
        if pdfium.FPDFPageObj_GetType(raw) == pdfium.FPDF_PAGEOBJ_PATH:
            points = places(
                pdfium.FPDFPath_CountSegments(raw), lambda i, raw=raw: pdfium.FPDFPath_GetPathSegment(raw, i)
            )
        clip, shown = pdfium.FPDFPageObj_GetClipPath(raw), [(0.0, 0.0, width, height)]
        for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
            count = pdfium.FPDFClipPath_CountPathSegments(clip, path)
            shown.append(corners(places(count, partial(pdfium.FPDFClipPath_GetPathSegment, clip, path))))
        if points:
            low, high = np.array(shown)[:, :2].max(axis=0), np.array(shown)[:, 2:].min(axis=0)
            found.append((corners([matrix.on_point(*point) for point in points]), (*low, *high)))
    return found


def places(count: int, get: Callable[[int], Any]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for index in range(count):
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(get(index), x, y)
        found.append((x.value, y.value))
    return found


def corners(points: list[tuple[float, float]]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("key", ["path", "cloud", "roots", "modes", "eigen", "race", "basins", "stationary_left"])
@pytest.mark.slow
def test_what_a_clip_hides_is_not_in_a_pdf(key: str) -> None:
    make_application()
    figure = compose(view_scene(key), FEW, ExportOptions(size="column", theme="dark"))
    fine = for_format(figure, "pdf")
    with sheet(fine, computed(fine)) as drawing:
        found = boxes(pdf_bytes(drawing))
    assert len(found) > 10
    for box, clip in found:
        beyond = max(clip[0] - box[0], clip[1] - box[1], box[2] - clip[2], box[3] - clip[3])
        assert beyond < 3.0, (box, clip)  # points: half a line, or the paper of a canvas beside the page


@pytest.mark.slow
def test_a_mark_beside_its_canvas_is_not_on_the_page() -> None:
    """The head of a run that diverges was half a million points away from it."""
    make_application()
    figure = compose(view_scene("race"), changed(FEW, {"loss": Quadratic(1.0, 10.0)}), ExportOptions(size="column"))
    with sheet(figure, computed(figure)) as drawing:
        found = boxes(pdf_bytes(drawing))
    for box, (left, bottom, right, top) in found:
        assert left - 12 < box[0] and bottom - 12 < box[1] and box[2] < right + 12 and box[3] < top + 12


@pytest.mark.parametrize("way", [1, -1])
def test_a_dashed_line_that_is_cut_goes_on_where_it_is_in_its_dash(way: int) -> None:
    """From 1,000 outside: its first dash begins where it would have been."""
    make_application()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    with QPainter(generator) as painter:
        painter.setClipRect(AREA)
        x = np.array([-1000.0, 1000.0])[::way]
        draw_polyline(painter, x, np.array([40.0, 40.0]), QColor("black"), 2.0, (10.0, 7.0))
    written = bytes(content.data()).decode()
    start = float(re.findall(r'd="M([-\d.]+),40', written)[0])
    assert abs(start - (AREA.left() if way > 0 else AREA.right())) < 3
    offset = float(re.findall(r'stroke-dashoffset="([-\d.]+)"', written)[-1])
    assert offset == pytest.approx(abs(start - x[0]) % 17.0, abs=0.01)


def test_a_polygon_is_cut_by_an_area() -> None:
    """A hole stays one, what lies outside goes, what lies inside stays as it is."""
    gap = [np.nan]
    x = np.concatenate(([0.0, 500, 500, 0, 0], gap, [30, 40, 40, 30, 30], gap, [-9, -5, -5, -9]))
    y = np.concatenate(([0.0, 0, 500, 500, 0], gap, [30, 30, 40, 40, 30], gap, [30, 30, 35, 35]))
    path = polygon_path(x, y, AREA)
    assert path.boundingRect() == AREA
    assert [path.contains(AREA.center()), path.contains(QRectF(30, 30, 10, 10).center())] == [True, False]
    triangle = np.array([(60.0, 30.0), (300.0, 45.0), (60.0, 60.0)])
    found = ring_within(triangle, AREA)
    assert found[:, 0].max() == 110 and len(found) == 5
    assert len(ring_within(triangle + 500, AREA)) == 0
    assert polygon_path(x[12:], y[12:], AREA).isEmpty()


def test_a_line_along_an_edge_of_the_area_stays() -> None:
    line = np.array([(AREA.left(), 30.0), (AREA.left(), 40.0), (np.nan, np.nan), (0.0, 30.0), (200.0, 30.0)])
    found = cut(line, AREA)
    assert found[np.isfinite(found[:, 0])] == pytest.approx(np.array([[10, 30], [10, 40], [10, 30], [110, 30]]))
