"""The words of a step in the talk window, and the one slider that a step may have."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import LIGHT, Style, Theme
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.export.step_words import StepWords, paint_step_words, slider_words
from qhm_gui.files.talk_file import Step, said, slider_range
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, alpha_range, declared_at, value_at
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.form import explain
from qhm_gui.widgets.slider import USUAL_TICKS, ParameterSlider

#: The lines of a screen that type is designed for, and shares of it.
LINES = 1080.0
_TOP, _BOTTOM, _SIDE = 0.078, 0.03, 0.072
_CONTROL, _TICKS, _BUTTON = 27.0, 20.0, 24.0
_LEAST_UNIT = 0.42
#: Width of the name and the value beside a slider that stands alone.
_BESIDE = 0.34


class WordsPane(Guarded, QWidget):
    """Rail, title, words, facts; below them the slider of the step, bound to the store, or the way to a page."""

    page_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._store = Store()
        self._theme: Theme = LIGHT
        self.words = StepWords(Step({}))
        self._alone = False
        self._slider: ParameterSlider | None = None
        self._page = TextButton(lambda: tr("Find yours"), solid=True, parent=self, tip=self._leads)
        self._page.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys turn the steps as before
        self._page.clicked.connect(lambda: self.page_asked.emit(self.words.step.page))

    def _leads(self) -> str:
        page = PAGES.get(self.words.step.page)
        return tr("Leave the talk for the page “{page}”", page=tr(page.question or page.title)) if page else ""

    def set_store(self, store: Store) -> None:
        """What the slider changes from now on; words follow."""
        self._store = store
        store.changed.connect(self._follow)
        self.words = StepWords(Step({}))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self._name()
        self.update()

    def set_words(self, words: StepWords) -> None:
        """Another step, or more of it."""
        another = words.step is not self.words.step
        self.words = words
        if another:
            self._make_slider(words.step)
            self._page.setVisible(bool(words.step.page) and not self._alone)
            self._place()
        self._name()
        self.update()

    def _name(self) -> None:
        step = self.words.step
        self._page.retranslate()
        if self._slider is not None:
            declared = declared_at(step.state, step.slider)
            self._slider.setAccessibleName(tr(declared.label))
            self._slider.setToolTip(explain(declared))
        self.setAccessibleName(markup.plain_text(f"{said(step.title)} {self.words.sentences()}".strip()))

    def _make_slider(self, step: Step) -> None:
        if self._slider is not None:
            self._slider.hide()
            self._slider.deleteLater()
            self._slider = None
        ends = slider_range(step.state, step.slider) if step.slider else None
        if ends is None:
            return
        declared = declared_at(step.state, step.slider)
        ends = alpha_range(step.state) if step.slider == "alpha" else ends
        slider = ParameterSlider(declared.scale, *ends, self, infinite=declared.infinite)
        slider.set_theme(self._theme)
        whole = declared.kind == "integer"
        path = step.slider
        store = self._store
        slider.began.connect(store.begin)
        slider.ended.connect(store.end)
        slider.moved.connect(lambda value: store.update(**{path: round(value) if whole else value}))
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys turn the steps as before
        self._slider = slider
        self._name()
        self._follow(self._store.state)
        self._place()
        slider.show()

    def _follow(self, state: State) -> None:
        slider, path = self._slider, self.words.step.slider
        if slider is None:
            return
        try:
            slider.set_value(float(value_at(state, path)))
        except (AttributeError, TypeError, ValueError, IndexError):
            slider.hide()  # another kind of schedule or noise: what it moved is gone
        self.update()

    @property
    def unit(self) -> float:
        """Pixels of the screen a line of the design; in a small window more, as far as the words have room."""
        return max(self.window().height() / LINES, _LEAST_UNIT)

    def column(self) -> QRectF:
        """Where the words stand."""
        area = QRectF(self.rect())
        left = max(_SIDE * 0.536 * self.window().width(), 16.0)
        high = area.height() * (1 - _TOP - _BOTTOM) - self._slider_height()
        return QRectF(left, _TOP * area.height(), area.width() - left - 8, high)

    def look(self) -> Style:
        """How they are written."""
        return Style(self._theme, self.unit)

    def _slider_height(self) -> float:
        slider = self._slider
        return 0.0 if slider is None else (2.2 * _CONTROL) * self.unit + slider.height() + 8

    def set_slider_alone(self, alone: bool) -> None:
        """Show the slider with its name and value alone, below pictures that have all the window."""
        if alone != self._alone:
            self._alone = alone
            self._page.setVisible(bool(self.words.step.page) and not alone)
            self._place()
            self.update()

    def strip_height(self) -> int:
        """How high that is; 0 without a slider."""
        return 0 if self._slider is None else self._slider.height() + 8

    def _place(self) -> None:
        if self._alone:
            if self._slider is not None:
                left = round(_BESIDE * self.width())
                self._slider.setGeometry(left, 4, self.width() - left - 16, self._slider.height())
            return
        self._page.set_type(max(1.0, _BUTTON * self.unit / 13))
        column, size = self.column(), self._page.sizeHint()
        low = column.bottom() - size.height() - 8
        self._page.setGeometry(round(column.left()), round(low), size.width(), size.height())
        if self._slider is not None:
            self._slider.set_type(max(1.0, _TICKS * self.unit / USUAL_TICKS))
            column = self.column()
            top = self.height() * (1 - _BOTTOM) - self._slider.height() - 8
            self._slider.setGeometry(round(column.left()), round(top), round(column.width()), self._slider.height())

    def event(self, event: QEvent) -> bool:
        """The button has another width in another language."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The slider stays below the words."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The same words as on a slide, for the height of the window."""
        style = self.look()
        with QPainter(self) as painter:
            painter.setRenderHints(SMOOTH)
            column = self.column()
            if not self._alone:
                paint_step_words(painter, column, self.words, style)
            if self._slider is not None and not self._slider.isHidden():
                self._paint_value(painter, column, style)

    def _paint_value(self, painter: QPainter, column: QRectF, style: Style) -> None:
        path = self.words.step.slider
        y, right = self._slider_top() - 0.9 * _CONTROL * self.unit, column.right()
        if self._alone:
            y, right = self._slider_top() + ParameterSlider.TRACK_Y, _BESIDE * self.width() - 12
        color, strong = style.theme.color("text2"), style.theme.color("text")
        name, value = slider_words(self._store.state, path)
        markup.paint(painter, column.left(), y, name, style, color, px=0.85 * _CONTROL, anchor=(0, 0.5))
        markup.paint(painter, right, y, value, style, strong, px=_CONTROL, weight=600, anchor=(1, 0.5))

    def _slider_top(self) -> float:
        return float(self._slider.y()) if self._slider is not None else 0.0
