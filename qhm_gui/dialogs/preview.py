"""What an export will look like, drawn a card a turn of the event loop."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.export.figure import Figure, Sheet
from qhm_gui.export.page import PageFigure, prepared
from qhm_gui.guarded import Guarded
from qhm_gui.widgets import painting as paint

_CHECK = 9


#: Raises ExportError where the texts of a sheet with these answers have too little room, a canvas a step.
Fits = Callable[[Sheet, Mapping[str, Any]], Iterator[None]]


def readied(
    figure: Figure | PageFigure, answers: Mapping[str, Any], held: ExitStack, fits: Fits
) -> Generator[None, None, Sheet]:
    """The figure, ready for painting, a card a step. Raises what ``fits`` raises of it."""
    for sheet in prepared(figure, answers, held):
        yield
        if sheet is not None:
            yield from fits(sheet, answers)
            return sheet
    raise AssertionError("a figure without a drawing")


class Preview(Guarded, QWidget):
    """A figure as large as there is room, on a sunken ground; chequered where it is seen through.

    :meth:`draw` does so a card a turn of the event loop: a page takes longer than the window may stand still.
    """

    resized = Signal()
    drawn = Signal(object)  # the sheet that is shown now
    failed = Signal(object)  # the exception that kept it from being drawn

    def __init__(self, fits: Fits) -> None:
        super().__init__()
        self._theme, self._fits = LIGHT, fits
        self.image = QImage()
        self.words = ""
        self._drawing: Generator[None, None, Sheet] | None = None  # under way, of this figure
        self._figure: Figure | PageFigure | None = None
        self._within: Callable[[], AbstractContextManager[Any]] = nullcontext
        self._again: Callable[[], None] | None = None
        self._turns = QTimer(self)
        self._turns.timeout.connect(self._draw_on)
        self.setMinimumSize(320, 240)

    @property
    def busy(self) -> bool:
        """Whether a drawing is under way."""
        return self._drawing is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_image(self, image: QImage) -> None:
        """Show this picture."""
        self.image = image
        self.update()

    def say(self, words: str) -> None:
        """A chip over the picture; '' takes it away."""
        self.words = words
        self.update()

    def draw(
        self, figure: Figure | PageFigure, answers: Mapping[str, Any], within: Callable[[], AbstractContextManager[Any]]
    ) -> None:
        """Draw the figure with these answers; ``within`` is entered for each turn (the figure's language)."""
        if self._drawing is not None and self._figure is figure:
            self._again = partial(self.draw, figure, answers, within)  # with what has come meanwhile
            return
        self.stop()
        self._drawing, self._figure, self._within = self._in_turns(figure, answers), figure, within
        self._turns.start(0)

    def stop(self) -> None:
        """Draw no further."""
        self._turns.stop()
        drawing, self._drawing, self._figure, self._again = self._drawing, None, None, None
        if drawing is not None:
            drawing.close()

    def _draw_on(self) -> None:
        if self._drawing is None:
            return
        try:
            with self._within():
                next(self._drawing)
        except StopIteration as end:
            again = self._again
            self.stop()
            self.drawn.emit(end.value)
            if again is not None:
                again()
        except Exception as error:  # whoever shows the preview tells it
            self.stop()
            self.failed.emit(error)

    def _in_turns(self, figure: Figure | PageFigure, answers: Mapping[str, Any]) -> Generator[None, None, Sheet]:
        ratio = self.devicePixelRatioF()
        room = self.room(figure.size)
        form = QImage.Format.Format_ARGB32_Premultiplied if figure.transparent else QImage.Format.Format_RGB32
        with ExitStack() as held:
            sheet = yield from readied(figure, answers, held, self._fits)
            width, height = (max(1, round(side * room * ratio)) for side in figure.size)
            image = QImage(width, height, form)
            image.fill(0)
            image.setDevicePixelRatio(ratio)
            for part in sheet.parts():
                with QPainter(image) as painter:
                    painter.scale(room, room)
                    part(painter)
                yield
            self.set_image(image)
            return sheet

    def room(self, size: tuple[int, int]) -> float:
        """How many pixels of the widget a unit of a picture of this size gets."""
        return min((self.width() - 40) / size[0], (self.height() - 40) / size[1])

    def sizeHint(self) -> QSize:
        return QSize(620, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            paint.fill_round(painter, QRectF(self.rect()), 8, theme.color("sunken"))
            if not self.image.isNull():
                size = self.image.deviceIndependentSize()
                area = QRectF(0, 0, size.width(), size.height())
                area.moveCenter(QRectF(self.rect()).center())
                area = QRectF(area.toAlignedRect())
                if self.image.hasAlphaChannel():
                    self._paint_check(painter, area)
                painter.drawImage(area, self.image)
                paint.stroke_round(painter, area.adjusted(-0.5, -0.5, 0.5, 0.5), 0, theme.color("line2"), 1)
            if self.words:
                chip = QRectF(0, 0, paint.text_width(self.words, 12, 600) + 24, 28)
                chip.moveCenter(QRectF(self.rect()).center())
                paint.fill_round(painter, chip, 6, theme.color("ink"))
                paint.draw_text(painter, chip, self.words, theme.color("onink"), 12, 600, "center")

    def _paint_check(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, self._theme.color("surface"))
        shade = self._theme.color("hover")
        for row in range(int(area.height()) // _CHECK + 1):
            for column in range(row % 2, int(area.width()) // _CHECK + 1, 2):
                cell = QRectF(area.left() + column * _CHECK, area.top() + row * _CHECK, _CHECK, _CHECK)
                painter.fillRect(cell.intersected(area), shade)
