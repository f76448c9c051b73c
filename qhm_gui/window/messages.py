"""What the status line says, and for how long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from qhm_gui.background.runner import Progress
from qhm_gui.text.language import tr
from qhm_gui.widgets.status import StatusLine

#: Long work shows itself after this; shorter work would only flicker.
_PATIENCE = 0.1
#: So many milliseconds a sentence stands before what the views have to say.
_READING = 8000


class LongWork(QObject):
    """What tells its own progress: a film, a search for parameters. One at a time of each."""

    progressed = Signal(str, float, object)  # words, the fraction done, the seconds left or None
    settled = Signal()  # it is no longer under way
    said = Signal(str)
    failed = Signal(str)  # a sentence

    @property
    def active(self) -> bool:
        """Whether it is under way."""
        raise NotImplementedError

    def cancel(self) -> bool:
        """Give it up and change nothing; whether there was something to give up."""
        raise NotImplementedError


class Messages(QObject):
    """On the left what was done or went wrong, long enough to be read, and else the page's note; then the progress of
    long work; on the right what is under the mouse, and the seed."""

    def __init__(self, status: StatusLine, drafting: Callable[[], bool], parent: QObject) -> None:
        """``drafting()`` tells whether what is computed is only a coarse answer on the way to a better one."""
        super().__init__(parent)
        self._status, self._drafting = status, drafting
        self._work: list[LongWork] = []
        self._note = self._under_mouse = ""
        self._seed = 0
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(_READING)
        self._reading.timeout.connect(self._show_note)

    def follow(self, work: LongWork) -> None:
        """Say what this work says."""
        work.said.connect(self.say)
        work.failed.connect(self.complain)
        work.progressed.connect(self._status.set_progress)
        work.settled.connect(self.settle)
        self._work.append(work)

    def cancel_work(self) -> bool:
        """Stop the work that is followed; whether any was under way."""
        return any([work.cancel() for work in self._work])

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Tell what was done."""
        self._reading.start()
        self._status.set_message(sentence)

    @Slot(str)
    def complain(self, sentence: str) -> None:
        """Tell an error."""
        self._reading.start()
        self._status.set_error(sentence)

    @Slot(str)
    def set_note(self, sentence: str) -> None:
        """What the page has to say of itself."""
        self._note = sentence
        self._show_note()

    @Slot(str)
    def set_under_mouse(self, words: str) -> None:
        """What the mouse points at."""
        self._under_mouse = words
        self._show_right()

    def set_seed(self, seed: int) -> None:
        """The seed of what is simulated."""
        self._seed = seed
        self._show_right()

    @Slot(object)
    def progress(self, progress: Progress) -> None:
        """How far the views' own computation is; it says nothing while other work tells its progress."""
        if progress.seconds >= _PATIENCE and not self._at_work and not self._drafting():
            self._status.set_progress(progress.label, progress.fraction, progress.left)

    @Slot()
    def settle(self) -> None:
        """Something has ended."""
        if not self._at_work:
            self._status.set_progress("")

    def stop(self) -> None:
        """Say no more."""
        self._reading.stop()

    @property
    def _at_work(self) -> bool:
        return any(work.active for work in self._work)

    def _show_note(self) -> None:
        if not self._reading.isActive():
            self._status.set_message(self._note)

    def _show_right(self) -> None:
        self._status.set_right([self._under_mouse, f"{tr('seed')} {self._seed}", "float64"])
