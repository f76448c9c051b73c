"""What lies over a card whose picture takes long: how far it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from qhm_gui.background.runner import Answer, Progress, Runner
from qhm_gui.text.language import tr
from qhm_gui.widgets.card import Card
from qhm_gui.window.view_updates import Link

#: Seconds of work from which a card says so: what is soon there would only flicker.
PATIENCE = 0.5


class BusyChips(QObject):
    """The chips "refining 38 %" of one page: over a rough picture, or "computing" over that of an earlier state."""

    def __init__(self, runner: Runner, link: Link, card_of: Callable[[str], Card | None]) -> None:
        """``card_of`` a view's key; None where the view says itself how far it is, or is not on the page."""
        super().__init__(link)
        self._link, self._card_of = link, card_of
        self._busy: dict[str, int] = {}  # the generation that each chip tells of
        runner.progressed.connect(self._tell)
        runner.answered.connect(self._hear)
        runner.settled.connect(self._clear)

    @Slot(object)
    def _tell(self, progress: Progress) -> None:
        card = None if self._link.drafting or progress.seconds < PATIENCE else self._card_of(progress.key)
        if card is not None:
            percent = min(99, int(100 * progress.fraction))  # 100 % is what is there
            owes = self._link.owes(progress.key)
            card.set_busy(
                tr("computing {percent} %", percent=percent) if owes else tr("refining {percent} %", percent=percent)
            )
            self._busy[progress.key] = progress.generation

    @Slot(object)
    def _hear(self, answer: Answer) -> None:
        if answer.final or answer.generation != self._busy.get(answer.key):  # of a newer state: the old one is given up
            self._end(answer.key)

    @Slot()
    def _clear(self) -> None:
        for key in tuple(self._busy):
            self._end(key)

    def _end(self, key: str) -> None:
        if key in self._busy:
            del self._busy[key]
            if (card := self._card_of(key)) is not None:
                card.set_busy("")
