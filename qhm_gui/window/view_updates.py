"""The one flow of data between the store, the runner and the views that are seen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from qhm_gui.background.runner import Answer, Runner
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.views import NEED_MINIMUM
from qhm_gui.views.view import View


class Link(QObject):
    """Asks for what visible views need, hands them the answers, and carries their edits to the store."""

    failed = Signal(str)  # a sentence

    def __init__(self, store: Store, runner: Runner, views: Iterable[View], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._runner = runner
        self._views = {view.key: view for view in views}
        self._visible: list[str] = []
        self._asked: dict[str, Hashable] = {}
        self._waiting: dict[str, int] = {}  # the generation of an answer that has not been shown
        self._held: dict[str, Answer] = {}
        self._next = QTimer(self)  # fires when all that waits has been handled, paints included
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._show_one)
        store.changed.connect(self._follow)
        runner.answered.connect(self._deliver)
        for view in self._views.values():
            view.edited.connect(self._edit)
            view.began.connect(store.begin)
            view.ended.connect(store.end)

    def set_visible(self, keys: Iterable[str]) -> None:
        """Only these views are kept up to date; one that becomes visible catches up at once."""
        self._visible = list(keys)
        self._follow()

    @property
    def watching(self) -> bool:
        """Whether any view is kept up to date."""
        return bool(self._visible)

    @property
    def up_to_date(self) -> bool:
        """Whether every view that is seen shows an answer to the state in force; it may still be refined."""
        return self._waiting.keys().isdisjoint(self._visible)

    def cancel(self) -> bool:
        """Give up what is being computed; whether there was anything. The pictures keep what they show."""
        self._held.clear()
        given_up = self._runner.cancel()
        return bool(given_up)

    @Slot()
    @Slot(object)
    def _follow(self, _state: object = None) -> None:
        state = self._store.state
        for key in self._visible:
            if key in NEED_MINIMUM and not state.has_minimum:
                continue
            view = self._views[key]
            view.mark(state)
            request = view.request(state)
            if self._asked.get(key) != request:
                self._asked[key] = request
                work = partial(view.compute, request)
                self._waiting[key] = self._runner.submit(key, work, tr(view.title))

    @Slot(object)
    def _deliver(self, answer: Answer) -> None:
        if answer.key not in self._views:
            return  # another page asked
        if answer.failure:
            self._held.pop(answer.key, None)
            self._waiting.pop(answer.key, None)
            self._asked.pop(answer.key, None)
            self.failed.emit(tr("This could not be computed: {reason}.", reason=answer.failure))
        elif answer.value is None:
            if answer.key not in self._held:
                self._settle(answer)
        elif self._store.grouping:
            self._held[answer.key] = answer
            self._next.start()
        else:
            self._held.pop(answer.key, None)
            self._show(answer)

    @Slot()
    def _show_one(self) -> None:
        """During a drag every card is shown and painted in a turn of the event loop of its own."""
        if self._held:
            self._show(self._held.pop(next(iter(self._held))))
        if self._held:
            self._next.start()

    def _show(self, answer: Answer) -> None:
        self._views[answer.key].show(answer.value)
        self._settle(answer)

    def _settle(self, answer: Answer) -> None:
        if self._waiting.get(answer.key) == answer.generation:
            del self._waiting[answer.key]

    @Slot(object)
    def _edit(self, changes: dict[str, object]) -> None:
        self._store.update(**changes)
