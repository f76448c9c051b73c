"""The transport: where in the iteration the page stands, and how it moves."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QWidget

from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, grouped
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton
from qhm_gui.widgets.painted import LIMITLESS, Painted, PaintedButton
from qhm_gui.widgets.playhead_slider import ScrubSlider
from qhm_gui.widgets.segments import Segments

#: A longer track would leave the eye no way back to the counter.
LONGEST = 576
#: Below this width everything stands closer.
NARROW = 620


class _PlayButton(PaintedButton):
    """The one solid button of the page: a disc with the glyph of what a press does."""

    RADIUS = 19.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.setFixedSize(38, 38)
        self.retranslate()

    def set_playing(self, playing: bool) -> None:
        self._playing = playing
        self.retranslate()
        self.update()

    def retranslate(self) -> None:
        words = tr("Pause") if self._playing else tr("Play")
        self.setAccessibleName(words)
        self.setToolTip(tr("{action} (Space)", action=words))

    def paint(self, painter: QPainter) -> None:
        theme, rect = self.theme, QRectF(self.rect())
        strength = 1.0 if self.isDown() else self.glow
        ground = paint.mix(theme.color("ink"), theme.color("text2"), strength)
        paint.fill_round(painter, rect, 19, ground)
        glyph = "pause" if self._playing else "play"
        paint.draw_icon(painter, glyph, rect.center(), 20, theme.color("onink"))


class _Counter(Painted):
    """64 / 120."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step, self.steps = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_step(self, step: int, steps: int) -> None:
        if (step, steps) == (self.step, self.steps):
            return
        grown = steps != self.steps
        self.step, self.steps = step, steps
        if grown:
            self.updateGeometry()
        self._say()

    def _say(self) -> None:
        self.setAccessibleName(tr("Step {step} of {steps}", step=self.step, steps=self.steps))
        self.setToolTip(self.accessibleName())
        self.update()

    def retranslate(self) -> None:
        self.updateGeometry()  # digits are grouped by another sign
        self._say()

    def sizeHint(self) -> QSize:
        full = fixed(self.steps, 0)
        width = paint.text_width(full, 15, 600) + paint.text_width(f"/ {full}", 13) + 6
        return QSize(round(width + 1.5), 40)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter) -> None:
        rect = QRectF(self.rect())
        used = paint.draw_text(painter, rect, fixed(self.step, 0), self.theme.color("ink"), 15, 600)
        rest = rect.adjusted(used + 6, 0, 0, 0)
        paint.draw_text(painter, rest, f"/ {fixed(self.steps, 0)}", self.theme.color("muted"), 13)


class Transport(Guarded, QWidget):
    """It shows and asks; it holds no timer and no truth."""

    play_toggled = Signal()
    step_requested = Signal(int)
    rewind = Signal()
    scrubbed = Signal(int)
    speed_chosen = Signal(str)
    loop_toggled = Signal(bool)

    SPEEDS = ("⅕×", "1×", "4×", "20×", "200×", "max")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rewind = IconButton("rewind", lambda: tr("Back to the start (Home)"), glyph=20)
        self._back = IconButton("step-back", lambda: tr("One step back"), glyph=20)
        self._play = _PlayButton()
        self._forward = IconButton("step-forward", lambda: tr("One step on"), glyph=20)
        self._scrub = ScrubSlider()
        self._steps = 1
        self._scrub.setMaximumWidth(LONGEST)
        self._counter = _Counter()
        self._speeds = Segments(
            [(speed, lambda speed=speed: tr("max") if speed == "max" else speed) for speed in self.SPEEDS],
            name=lambda: tr("Speed"),
            folds=True,
        )
        self._speeds.set_value("1×")
        self._speeds.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._loop = IconButton("loop", lambda: tr("Play again from the start at the end"))
        self._loop.setCheckable(True)
        self._playing = False
        row = self._row = QHBoxLayout(self)
        row.setSpacing(0)
        self._gaps: list[tuple[QSpacerItem, int, int]] = []  # each with its width, and where there is little room
        self._add(self._rewind, (6, 2))
        self._add(self._back, (7, 3))
        self._add(self._play, (7, 3))
        self._add(self._forward, (18, 8))
        self._add(self._scrub, (18, 8), 100)
        self._add(self._counter, (28, 8))
        row.addStretch(1)
        self._add(self._speeds, (10, 4))
        self._add(self._loop, (0, 0))
        self._set_tight(False)
        self.setFixedHeight(60)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._play.clicked.connect(self.play_toggled)
        self._rewind.clicked.connect(self.rewind)
        self._back.clicked.connect(self._step_back)
        self._forward.clicked.connect(self._step_on)
        self._scrub.moved.connect(self._scrub_to)
        self._speeds.chosen.connect(self._speed)
        self._loop.toggled.connect(self.loop_toggled)
        self.retranslate()

    def _add(self, widget: QWidget, gap: tuple[int, int], stretch: int = 0) -> None:
        """At the end of the row, and a gap after it."""
        self._row.addWidget(widget, stretch)
        spacer = QSpacerItem(gap[0], 0, QSizePolicy.Policy.Fixed)
        self._gaps.append((spacer, *gap))
        self._row.addItem(spacer)

    def _set_tight(self, tight: bool) -> None:
        """Little room: everything stands closer, and the speeds in a menu."""
        self._tight = tight
        self._row.setContentsMargins(*((8, 0, 6, 0) if tight else (22, 0, 18, 0)))
        for spacer, usual, narrow in self._gaps:
            spacer.changeSize(narrow if tight else usual, 0, QSizePolicy.Policy.Fixed)
        least = self._speeds.minimumSizeHint().width()
        self._speeds.setMaximumWidth(least if tight else LIMITLESS)
        self._row.invalidate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The track has room for a thumb to move in, whatever the words of the speeds take."""
        super().resizeEvent(event)
        tight = self.width() < NARROW
        if tight != self._tight:
            self._set_tight(tight)

    def _step_back(self) -> None:
        self.step_requested.emit(-1)

    def _step_on(self) -> None:
        self.step_requested.emit(1)

    def _scrub_to(self, value: float) -> None:
        self._counter.show_step(round(value), self._counter.steps)
        self.scrubbed.emit(round(value))

    def _speed(self, speed: object) -> None:
        self.speed_chosen.emit(str(speed))

    def set_range(self, steps: int) -> None:
        """The last step there is."""
        self._scrub.set_range(0, max(1, steps))
        self._tell_range(steps)
        self._counter.show_step(min(self._counter.step, steps), steps)

    def set_step(self, step: int) -> None:
        """Show this step."""
        self._scrub.set_value(step)
        self._counter.show_step(step, self._counter.steps)

    def set_playing(self, playing: bool) -> None:
        """Whether the button offers to pause."""
        self._play.set_playing(playing)

    def retranslate(self) -> None:
        self._scrub.setAccessibleName(tr("Step"))
        self._tell_range(self._steps)

    def _tell_range(self, steps: int) -> None:
        self._steps = steps
        self._scrub.setToolTip(f"{tr('Step')}, 0–{grouped(steps)}")
