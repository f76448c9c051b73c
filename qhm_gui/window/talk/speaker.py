"""The speaker's window: this step, the next, the notes, the clock. It never lies on the audience's screen by itself."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QTime, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.drawing.markup import plain_text
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.export.deck import SIZE
from qhm_gui.export.step_words import slider_words
from qhm_gui.files.talk_file import Step, Talk, said
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.text.symbols import lettered
from qhm_gui.widgets import painting as paint
from qhm_gui.window.talk.next_picture import NextPicture

#: The size of the window that the type is designed for, and how much that may grow and shrink.
_SIZE = (1000, 680)
_LARGEST, _SMALLEST = 1.8, 0.55
#: The picture of the next step, as a share of the window.
_PICTURE = 0.36
#: Notes are not made smaller than this for it.
_BESIDE = 0.8


def minutes_text(seconds: float) -> str:
    """12:05."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


class SpeakerWindow(Guarded, QWidget):
    """A window of its own. Keys are passed on to the talk."""

    key_pressed = Signal(object)  # a QKeyEvent
    closed = Signal()

    def __init__(self, talk: Talk, since: QElapsedTimer) -> None:
        """``since``: when the talk began; windows of notes come and go with the screens."""
        super().__init__()
        self._talk = talk
        self._theme: Theme = LIGHT
        self._index = 0
        self._since = since
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self.update)
        self._tick.start()
        self.picture = NextPicture(self)
        self.picture.drawn.connect(self.update)
        self.resize(*_SIZE)
        self.setMinimumSize(480, 360)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.setWindowTitle(tr("Notes for the speaker"))
        self.set_step(self._index)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._ask_for_picture()
        self.update()

    def set_step(self, index: int) -> None:
        """Which step is shown to the room."""
        self._index = index
        step = self._talk.steps[index]
        self.setAccessibleName(f"{said(step.title)}. {said(step.notes)}")
        self._ask_for_picture()
        self.update()

    @property
    def following(self) -> Step | None:
        """The next step; None at the last one."""
        steps = self._talk.steps
        return steps[self._index + 1] if self._index + 1 < len(steps) else None

    def _ask_for_picture(self) -> None:
        self.picture.show_step(self.following, self._index + 2, len(self._talk.steps), self._theme)

    @property
    def planned(self) -> float:
        """Seconds that the steps before this one were to take."""
        return 60 * sum(step.minutes for step in self._talk.steps[: self._index] if not step.optional)

    def elapsed(self) -> float:
        """Seconds since the talk began."""
        return self._since.elapsed() / 1000

    def lines(self) -> list[tuple[str, str, float, int]]:
        """What it says: (text, colour, size, weight) a paragraph."""
        steps = self._talk.steps
        step = steps[self._index]
        following = self.following
        behind = self.elapsed() - self.planned - 60 * step.minutes
        clock = QTime.currentTime().toString("HH:mm")
        times = tr("{clock}   elapsed {elapsed}   planned up to here {planned} of {all}", clock=clock,
                   elapsed=minutes_text(self.elapsed()), planned=minutes_text(self.planned),
                   all=minutes_text(60 * self._talk.minutes))  # fmt: skip
        number = f"{self._index + 1} / {len(steps)}"
        optional = f"   {tr('optional')}" if step.optional else ""
        return [
            (times + (f"   {tr('late by {time}', time=minutes_text(behind))}" if behind > 0 else ""), "text2", 18, 500),
            (f"{number}   {said(step.title)}{optional}", "text", 26, 600),
            (said(step.words), "text2", 17, 400),
            (said(step.notes), "text", 22, 500),
            (self._question(), "text", 18, 500),
            (self._going_on(), "text", 18, 500),
            (tr("Next: {title}", title=said(following.title)) if following else tr("This is the last step."),
             "muted", 18, 500),
        ]  # fmt: skip

    def _question(self) -> str:
        """What the room is asked before it sees, with the keys of the answers."""
        step = self._talk.steps[self._index]
        if not step.ask:
            return ""
        answers = "".join(f"   {number} {said(words)}" for number, words in enumerate(step.answers, 1))
        keys = tr("A shows the answer.")
        return tr("Ask: {question}", question=said(step.ask)) + answers + "   " + keys

    def _going_on(self) -> str:
        """Where the slider goes with the next presses, before the next step comes."""
        step = self._talk.steps[self._index]
        if not step.stops:
            return ""
        name, values = (
            slider_words(step.state, step.slider)[0],
            [slider_words(stop, step.slider)[1] for stop in step.stops],
        )
        moved = step.slider and len(set(values) - {""}) == len(values)
        told = lettered(plain_text(f"{name}  {' → '.join(values)}")) if moved else f"+{len(values)}"
        return tr("Keys go on within this step: {what}", what=told)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paragraph by paragraph."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self._theme.color("surface"))
            scale, area = self._arranged()
            if not area.isEmpty():
                self._paint_picture(painter, area)
            for line, place, token, px, weight in self._placed(scale):
                paint.draw_text(painter, place, line, self._theme.color(token), px, weight)

    def _arranged(self) -> tuple[float, QRectF]:
        """How large type can be, and where the picture of the next step stands: at the lower right, and nowhere where
        the notes would have to be small for it. Notes are never cut off below."""
        largest = min(max(1.0, min(self.width() / _SIZE[0], self.height() / _SIZE[1])), _LARGEST)
        if self.following is not None:
            high = _PICTURE * min(self.height(), self.width() * SIZE[1] / SIZE[0])
            wide = high * SIZE[0] / SIZE[1]
            area = QRectF(self.width() - wide - 28, self.height() - high - 20, wide, high)
            scale = self._largest(largest, area.top() - 8)
            if scale >= _BESIDE:
                return scale, area
        return self._largest(largest, self.height() - 12.0), QRectF()

    def _largest(self, scale: float, bottom: float) -> float:
        while scale > _SMALLEST and max(area.bottom() for _, area, *_ in self._placed(scale)) > bottom:
            scale -= 0.05
        return scale

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """The next step, as soon as it is drawn: a frame keeps its place."""
        if self.picture.image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self.picture.image)
        paint.stroke_round(painter, area, 4, self._theme.color("line"), 1)

    def _placed(self, scale: float) -> list[tuple[str, QRectF, str, float, int]]:
        """Each line with its place, colour, size and weight."""
        found: list[tuple[str, QRectF, str, float, int]] = []
        width, y = self.width() - 56.0, 26.0
        for text, token, px, weight in self.lines():
            px *= scale
            for line in wrapped(text, px, width, weight) if text else []:
                found.append((line, QRectF(28, y, width, 1.45 * px), token, px, weight))
                y += 1.45 * px
            y += 16 * scale if text else 0
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The talk is led from here as well."""
        self.key_pressed.emit(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """No clock ticks for nobody."""
        self._tick.stop()
        self.picture.close()
        self.closed.emit()
        super().closeEvent(event)
