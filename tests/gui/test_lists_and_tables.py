"""What is no plot: the list of conditions, the table of results, the numbers of a step. Exports draw them too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import DARK, Style
from qhm_gui.drawing import markup
from qhm_gui.export import EXPORTERS, Drawing, Figure, drawn
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.views.compare.step_caption import StepCaption
from qhm_gui.views.converge.checklist import Checklist, Entry
from qhm_gui.views.shared.method_table import MethodTable, TableRow

FEW = changed(State(), {"steps": 60, "runs": 20})
TERMS = ["*g* = (−0.0314, 2.88×10⁻³)", "*β* *d* = (9.42×10⁻³, −3.68×10⁻³)", "*d* = (1, 2)", "Δ*x* = (0.0123, 2.22)"]
ROWS = [TableRow((name, "2.05×10⁻⁵", "97"), "qhm", "circle", None, name == "SHB") for name in ("SGD", "SHB", "NAG")]
HEADS = ("method", "best loss", "*k*")


@pytest.fixture
def figures() -> Iterator[Any]:
    """Computed figures, put away when the test ends."""
    make_application()
    with ExitStack() as stack:
        yield lambda key, **more: stack.enter_context(drawn(Figure(VIEWS[key], FEW, **more)))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("conditions", ["Converges to a stationary point", "Loss and noise", "is never below 0"]),
        ("standings", ["method", "best loss", "SGD", "Adam"]),
        ("race", ["QHM, step 59", "Δx"]),
    ],
)
@pytest.mark.slow
def test_a_page_of_vectors_has_them_as_texts(figures: Any, key: str, words: list[str]) -> None:
    drawing: Drawing = figures(key)
    document = pypdfium2.PdfDocument(EXPORTERS["pdf"].encode(drawing))
    page = document[0]
    text = page.get_textpage().get_text_range()
    assert all(word in text for word in words)
    kinds = [pypdfium2.raw.FPDFPageObj_GetType(found.raw) for found in page.get_objects()]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    document.close()
    svg = EXPORTERS["svg"].encode(drawing).decode()
    assert "<image" not in svg and words[0].split()[0].rstrip(",") in svg


def test_a_slide_leaves_air_between_the_conditions(figures: Any) -> None:
    shown: Checklist = figures("conditions").view.widget
    areas = shown.areas()
    assert all(below.top() - above.bottom() > 4 for above, below in pairwise(areas))
    assert areas[-1].bottom() <= shown.contentsRect().bottom() + 1


def test_a_screen_reader_hears_statement_verdict_and_reason(qtbot: Any) -> None:
    shown = Checklist(Style())
    qtbot.addWidget(shown)
    shown.set_entries([Entry("check", "Σ *α*_{k} = ∞", "holds", "The terms fall as *k*^{−1}.")])
    widget = shown._widgets[0]
    assert widget.accessibleName() == "Σ αk = ∞, holds"
    assert widget.accessibleDescription() == "The terms fall as k−1."


def test_entries_come_and_go(qtbot: Any) -> None:
    shown = Checklist(Style())
    qtbot.addWidget(shown)
    for count in (3, 1, 4):
        shown.set_entries([Entry("check", f"title {index} of {count}") for index in range(count)])
        names = [widget.accessibleName() for widget in shown._widgets]
        assert names == [f"title {index} of {count}" for index in range(count)]
        assert len(shown.areas()) == count


def test_the_table_is_read_as_plain_text(qtbot: Any) -> None:
    table = MethodTable(Style())
    qtbot.addWidget(table)
    table.set_rows(HEADS, ROWS)
    model = table.model()
    assert (model.rowCount(), model.columnCount()) == (3, 3)
    assert model.index(1, 1).data() == "2.05×10⁻⁵" and model.index(2, 0).data() == "NAG"
    assert model.headerData(2, Qt.Orientation.Horizontal) == "k"
    assert model.headerData(0, Qt.Orientation.Vertical) == "SGD"
    table.set_rows((), ())
    assert (model.rowCount(), model.columnCount()) == (0, 0)


@pytest.mark.parametrize("scale", [1.0, 1.6, 2.5])
def test_columns_have_room_and_rows_fit(qtbot: Any, scale: float) -> None:
    style = Style(DARK, type_scale=scale)
    table = MethodTable(style)
    qtbot.addWidget(table)
    table.resize(round(420 * scale), round(200 * scale))
    table.set_rows(HEADS, ROWS)
    for column in range(3):
        needed = max(markup.measure(row.cells[column], style, 13, 600).width() for row in ROWS)
        assert table.columnWidth(column) >= needed
    assert sum(table.columnWidth(column) for column in range(3)) == pytest.approx(table.width(), abs=3)
    head = table.horizontalHeader().height()
    assert head == pytest.approx(30 * scale, abs=1)
    assert head + sum(table.rowHeight(row) for row in range(3)) <= table.height()


@pytest.mark.parametrize("width", [240, 420, 900])
@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_the_numbers_of_a_step_lie_within_their_widget(qtbot: Any, width: int, scale: float) -> None:
    """Terms are left out before the last, which is the step itself."""
    style = Style(type_scale=scale)
    caption = StepCaption(style)
    qtbot.addWidget(caption)
    caption.resize(round(width * scale), caption.height())
    caption.set_text("QHM, step 59 → 60", TERMS)
    placed, px = caption.layout_of_terms()
    assert placed[0][0] == "QHM, step 59 → 60" and placed[-1][0] == TERMS[-1]
    for text, place, weight in placed:
        size = markup.measure(text, style, px, weight)
        assert place.x() + size.width() <= caption.width()
        assert place.y() + 0.5 * size.height() <= caption.height() + 1
    assert caption.accessibleName() == "QHM, step 59 → 60" and "Δx" in caption.accessibleDescription()


@pytest.mark.parametrize("key", ["conditions", "standings"])
def test_a_right_click_asks_for_the_menu_of_the_card(figures: Any, qtbot: Any, key: str) -> None:
    view = figures(key).view
    widget = view._table.viewport() if key == "standings" else view.widget._widgets[0]
    place = widget.rect().center()
    with qtbot.waitSignal(view.menu_requested, timeout=500) as asked:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
        QApplication.sendEvent(widget, event)
    assert (QPointF(asked.args[0]) - QPointF(widget.mapToGlobal(place))).manhattanLength() <= 2
