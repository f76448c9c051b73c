"""A file made while the event loop turns: a piece a turn, what needs no widget in a thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext

from PySide6.QtCore import QObject, QTimer, Signal

from qhm_gui.background.runner import Answer, Runner
from qhm_gui.export.work import Pack, Work

_KEY = "file"
#: Seconds of work after which the event loop has its turn.
_TURN = 0.02


class Making(QObject):
    """Does ``work``; whoever cannot wait for it asks :meth:`now`.

    ``held`` keeps what is painted until that is done. ``within`` is entered for every piece (the language of a figure).
    """

    finished = Signal(object)  # the bytes, or the exception that kept them from being made; neither after cancel

    def __init__(
        self,
        work: Work,
        held: ExitStack,
        parent: QObject,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        super().__init__(parent)
        self._work, self._held, self._within = work, held, within
        self._pack: Pack | None = None
        self._content: bytes | Exception | None = None
        self._runner: Runner | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        self._timer.start(0)

    @property
    def painted(self) -> bool:
        """Whether everything is painted."""
        return self._pack is not None

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self._content is not None

    def paint(self) -> None:
        """Paint what is left of it now. An exception is also what it then has in place of a file."""
        while self._pack is None and self._content is None:
            self._step()
        if isinstance(self._content, Exception):
            raise self._content

    def now(self) -> bytes:
        """The file, whatever is left to do. Raises what keeps it from being made."""
        self.paint()
        if self._content is None and self._pack is not None:
            self._stop()
            self._content = self._pack()
        if isinstance(self._content, Exception):
            raise self._content
        assert self._content is not None
        return self._content

    def cancel(self) -> None:
        """Do no more."""
        self._stop()
        self._work.close()
        self._held.close()

    def _stop(self) -> None:
        self._timer.stop()
        if self._runner is not None:
            self._runner.close()

    def _step(self) -> None:
        try:
            with self._within():
                next(self._work)
        except StopIteration as end:
            self._pack = end.value
            self._held.close()
        except Exception as error:
            self._content = error
            self._held.close()

    def _advance(self) -> None:
        end = time.thread_time() + _TURN
        while self._content is None and self._pack is None:
            self._step()
            if time.thread_time() >= end:
                return
        self._timer.stop()
        if self._content is None:
            self._runner = Runner(self)
            self._runner.answered.connect(self._hear)
            self._runner.submit(_KEY, self._packed)
        else:
            self.finished.emit(self._content)

    def _packed(self, _monitor: object) -> Iterator[bytes | Exception]:
        assert self._pack is not None
        try:
            yield self._pack()
        except Exception as error:  # told where the file is wanted
            yield error

    def _hear(self, answer: Answer) -> None:
        if answer.value is not None and self._content is None:
            self._content = answer.value
            self._stop()
            self.finished.emit(answer.value)
