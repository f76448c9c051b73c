"""What the figures of a dialog show, computed in a thread of the dialog's own."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from qhm_gui.background.runner import Answer, Runner
from qhm_gui.export.figure import Figure
from qhm_gui.export.page import PageFigure
from qhm_gui.text.language import tr
from qhm_gui.views.view import View
from qhm_math.progress import Monitor

_KEY = "export"


class FigureAnswers(QObject):
    """Computes what is asked for last; keeps all that it has found."""

    came = Signal()  # an answer, coarse as yet
    ended = Signal()  # of what was asked for there is no more to come
    failed = Signal()  # its traceback is in the log

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._answers: dict[Hashable, Any] = {}
        self._complete: set[Hashable] = set()
        self._runner = Runner(self)
        self._runner.answered.connect(self._hear)

    def drawable(self, figure: Figure | PageFigure) -> bool:
        """Whether there is an answer, if only a coarse one, for each of its cards."""
        return all(request in self._answers for _, request in figure.requests().values())

    def of(self, figure: Figure | PageFigure) -> dict[str, Any]:
        """The answers of a drawable figure by the keys of its views."""
        return {key: self._answers[request] for key, (_, request) in figure.requests().items()}

    def complete(self, figure: Figure | PageFigure) -> bool:
        """Whether all of it is known."""
        return not self._missing(figure)

    def compute(self, figure: Figure | PageFigure) -> None:
        """Begin with what is missing of this figure."""
        self._runner.submit(_KEY, partial(self._work, self._missing(figure)), tr("Export"))

    def close(self) -> None:
        """Let nothing run on."""
        self._runner.close()

    def _missing(self, figure: Figure | PageFigure) -> list[tuple[type[View], Hashable]]:
        return [(view, request) for view, request in figure.requests().values() if request not in self._complete]

    def _work(
        self, missing: list[tuple[type[View], Hashable]], monitor: Monitor
    ) -> Iterator[tuple[Hashable, Any, bool]]:
        for view, request in missing:
            answer = None
            for answer in view.compute(request, monitor):
                yield request, answer, False
            yield request, answer, True

    @Slot(object)
    def _hear(self, answer: Answer) -> None:
        if answer.failure:
            self.failed.emit()
        elif answer.value is not None:
            request, value, complete = answer.value
            if value is not None:
                self._answers[request] = value
            if complete:
                self._complete.add(request)
            else:
                self.came.emit()
        else:
            self.ended.emit()
