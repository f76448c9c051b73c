"""Reads files beside a window: one may be large, and a typed loss takes a while to be understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from qhm_gui.background.runner import Answer, Runner
from qhm_gui.files.session import SessionError
from qhm_gui.state.state import look_over
from qhm_gui.text.language import tr
from qhm_gui.window.opening import Found, FoundTalk, Part
from qhm_math.progress import Monitor

_KEY = "file"
#: What a file, or a text, may hold.
Anything = Found | Part | FoundTalk


class FileReader(QObject):
    """What is read last counts. ``found`` has it, ``failed`` a sentence."""

    found = Signal(object)  # Anything
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._runner: Runner | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._runner is not None and self._runner.busy

    def read(self, read: Callable[[], Anything]) -> None:
        """Read, and tell what is found; what was to be read before is not wanted any more."""
        if self._runner is None:
            self._runner = Runner(self)
            self._runner.answered.connect(self._tell)
        self._runner.submit(_KEY, partial(_found, read))

    def forget(self) -> None:
        """What is being read is not wanted any more."""
        if self._runner is not None:
            self._runner.cancel()

    def close(self) -> None:
        """Read nothing any more."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _tell(self, answer: Answer) -> None:
        if answer.failure:
            self.failed.emit(tr("This could not be read: {reason}.", reason=answer.failure))
        elif isinstance(answer.value, SessionError):
            self.failed.emit(str(answer.value))
        elif answer.value is not None:  # the end of the work is told as well
            self.found.emit(answer.value)


def file_in(mime: QMimeData) -> Path | None:
    """The first file that is dragged or copied."""
    return next((Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()), None)


def _found(read: Callable[[], Anything], _monitor: Monitor) -> Iterator[Anything | SessionError]:
    try:
        found = read()
        if isinstance(found, Found):
            look_over(found.session.state)
        yield found
    except SessionError as error:
        yield error
