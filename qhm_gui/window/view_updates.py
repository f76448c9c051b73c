"""The one flow of data between the store, the runner and the views that are seen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from qhm_gui.background.runner import Answer, Runner
from qhm_gui.canvas.plot import Canvas
from qhm_gui.files.log import log_file
from qhm_gui.state.state import State, leads_somewhere
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import plain
from qhm_gui.views.shared.contour_data import same_height
from qhm_gui.views.view import View
from qhm_math.expression import TypedLoss
from qhm_math.losses import Loss

log = logging.getLogger("qhm.told")

#: So many milliseconds without a change are a rest: what a drag has drawn cheaply is drawn in full.
_REST = 60


class Link(QObject):
    """Asks for what visible views need, hands them the answers, and carries their edits to the store.

    During a drag every view is painted once a move, in a turn of the event loop of its own: its marks move together
    with its answer. Only the view under the hand moves its marks at once. All canvases draw drafts until a rest.
    """

    failed = Signal(str)  # a sentence
    emptied = Signal(str)  # the view of this key has failed, or is well again: see failures
    lowered = Signal(str)  # a sentence: f* is another one than was thought

    def __init__(self, store: Store, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._runner = runner
        self._views: dict[str, View] = {}
        self._visible: list[str] = []
        self._asked: dict[str, Hashable] = {}
        self.failures: set[str] = set()  # views that show nothing, since what they show would be of another state
        self._waiting: dict[str, int] = {}  # the generation of an answer that has not been shown
        self._held: dict[str, Answer] = {}
        self._hand = ""  # the view that something is dragged on
        self._unmarked: dict[str, bool] = {}  # views whose marks are of an earlier state; since before the last move?
        self._drafting = False
        self._to_finish: list[Canvas] = []  # canvases that still show drafts
        self._painting = False  # whether what was shown last is painted in this turn of the event loop
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self._finish)
        self._next = QTimer(self)  # fires when all that waits has been handled, paints included
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._show_one)
        store.changed.connect(self._follow)
        store.accompany(self._along)
        runner.answered.connect(self._deliver)

    def add(self, view: View) -> None:
        """One more view, that is not seen yet."""
        self._views[view.key] = view
        view.edited.connect(self._edit)
        view.began.connect(partial(self._take, view.key))
        view.ended.connect(partial(self._take, ""))
        view.began.connect(self._store.begin)
        view.ended.connect(self._store.end)
        view.renewed.connect(self._renew)

    def set_visible(self, keys: Iterable[str]) -> None:
        """Only these views are kept up to date; one that becomes visible catches up at once."""
        self._visible = list(keys)
        self._unmarked.clear()
        self._follow()

    @property
    def watching(self) -> bool:
        """Whether any view is kept up to date."""
        return bool(self._visible)

    @property
    def up_to_date(self) -> bool:
        """Whether every view that is seen shows an answer to the state in force; it may still be refined."""
        return self._waiting.keys().isdisjoint(self._visible) and not self._unmarked

    def owes(self, key: str) -> bool:
        """Whether a view shows nothing yet of what was asked last."""
        return key in self._waiting

    @property
    def at_rest(self) -> bool:
        """Whether every answer that has come is shown, in full strokes."""
        return not (self._held or self._unmarked or self._drafting or self._to_finish)

    @property
    def drafting(self) -> bool:
        """Whether a drag is under way whose hand does not rest: nothing is refined."""
        return self._drafting

    def cancel(self) -> bool:
        """Give up what is being computed; whether there was anything. The pictures keep what they show."""
        self._held.clear()
        self._waiting.clear()
        given_up = self._runner.cancel()
        for key in given_up:
            if key in self._views:
                self.attempt(key, self._views[key].given_up)
        return bool(given_up)

    @Slot()
    @Slot(object)
    def _follow(self, _state: object = None) -> None:
        state = self._store.state
        dragged = self._store.grouping and self.watching
        self._runner.give_way(dragged)
        if self._store.grouping:
            self._draft()
        else:
            self._unmarked.clear()
        keys = sorted(self._visible, key=lambda key: key != self._hand)
        for key in keys:
            self.attempt(key, partial(self._bring_up_to_date, self._views[key], state))
        for key in keys:  # where nothing is dragged the worker computes meanwhile
            if key not in self._unmarked:
                self.prepare(key)
        if dragged:
            self._painting = True  # the hand's view and the panel, in this turn
            self._next.start()

    def _bring_up_to_date(self, view: View, state: State) -> None:
        if not view.ready(state):
            self._unmarked.pop(view.key, None)
            return
        if self._store.grouping and view.key != self._hand:
            self._unmarked[view.key] = view.key in self._unmarked
        else:
            view.mark(state)
        if not (view.waits and self._drafting):
            self._ask(view, state)

    def _ask(self, view: View, state: State) -> None:
        request = view.request(state)
        if self._asked.get(view.key) != request:
            self._asked[view.key] = request
            work = partial(view.compute, request)
            self._waiting[view.key] = self._runner.submit(view.key, work, tr(view.title), long=view.long)

    @Slot(object)
    def _deliver(self, answer: Answer) -> None:
        if answer.key not in self._views:
            return  # another page asked
        if answer.failure:  # the runner has logged it
            self._held.pop(answer.key, None)
            self._waiting.pop(answer.key, None)
            self._fail(answer.key, answer.sentence)
        elif answer.value is None:
            if answer.key not in self._held:
                self._settle(answer)
        elif self._store.grouping or self._views[answer.key].plays:  # of those that have come only the last is shown
            self._held[answer.key] = answer
            self._next.start()
        else:
            self._held.pop(answer.key, None)
            self._show(answer)

    def _take(self, key: str) -> None:
        """The hand is on this view, or lets go: then no mark lags behind."""
        self._hand = key
        for late in tuple(self._unmarked) if not key else ():
            self._mark(late)

    def _draft(self) -> None:
        self._rest.start()
        self._to_finish.clear()
        if not self._drafting:
            self._drafting = True
            self._runner.hold_refining(True)
            for key in self._visible:
                for canvas in self._views[key].canvases:
                    canvas.set_drafting(True)

    @Slot()
    def _finish(self) -> None:
        """The hand rests, once all that it has changed is shown."""
        if self._held or not self.up_to_date:
            self._rest.start()
            return
        self._drafting = False
        self._runner.hold_refining(False)
        for key in self._visible:
            if self._views[key].waits:
                self.attempt(key, partial(self._bring_up_to_date, self._views[key], self._store.state))
        self._to_finish = [canvas for view in self._views.values() for canvas in view.canvases if canvas.drafting]
        self._next.start()

    @Slot()
    def _show_one(self) -> None:
        """During a drag every card has its answer in one turn of the event loop, and is painted in the next."""
        if self._painting:
            self._painting = False
            self._runner.give_way(False)
            self._next.start()
            return
        late = (key for key, long in self._unmarked.items() if long or key not in self._waiting)
        if self._held:
            key = self._hand if self._hand in self._held else next(iter(self._held))
            self._show(self._held.pop(key))
        elif (key := next(late, None)) is not None:
            self._mark(key)
            self.prepare(key)
        elif self._to_finish:
            canvas = self._to_finish.pop()
            canvas.set_drafting(False)
            canvas.prepare()
        else:
            if self._drafting:
                self._rest.start()  # from here on, everything being painted, a hand that does nothing rests
            return
        self._painting = True
        self._next.start()

    def _mark(self, key: str) -> None:
        """Move the marks of a view, where that has been put off."""
        if self._unmarked.pop(key, None) is not None:
            self.attempt(key, partial(self._views[key].mark, self._store.state))

    def _show(self, answer: Answer) -> None:
        self._mark(answer.key)
        if self._drafting:
            self._rest.start()
        if self.attempt(answer.key, partial(self._put, answer)):
            self._set_failed(answer.key, False)
        self.prepare(answer.key)
        self._settle(answer)

    def _put(self, answer: Answer) -> None:
        view = self._views[answer.key]
        view.show(answer.value)
        self._lower(view.lowest(answer.value))

    def _settle(self, answer: Answer) -> None:
        if self._waiting.get(answer.key) == answer.generation:
            del self._waiting[answer.key]

    def prepare(self, key: str) -> None:
        """When all is done to a view its canvases catch up now: what moves in a paint asks for a second one."""
        self.attempt(key, lambda: [canvas.catch_up() for canvas in self._views[key].canvases])

    def attempt(self, key: str, act: Callable[[], object]) -> bool:
        """Do what concerns one view; whether there was no exception. One empties that view and goes to the log."""
        try:
            act()
        except Exception:
            log.exception("%s failed", key)
            self._fail(key)
            return False
        return True

    def _fail(self, key: str, sentence: str = "") -> None:
        self._asked.pop(key, None)  # asked again at the next change, also back to the same
        self._set_failed(key, True)
        title = tr(self._views[key].title)
        unknown = tr("“{view}” could not be computed; details are in {file}.", view=title, file=log_file())
        self.failed.emit(sentence or unknown)

    def _set_failed(self, key: str, failed: bool) -> None:
        if failed != (key in self.failures):
            self.failures ^= {key}
            self.emptied.emit(key)

    def _lower(self, met: tuple[Loss, float] | None) -> None:
        """A value below all that were known of a typed loss is its f* from now on."""
        loss = self._store.state.loss
        if met is None or met[0] != loss or not isinstance(loss, TypedLoss):
            return
        known = loss.minimum_value()
        if met[1] < known and known - met[1] > same_height(loss):
            self._store.amend(**{"loss.met": met[1]})
            self.lowered.emit(
                tr("A run went below all values known of this loss: f_min is now {value}.", value=plain(met[1], 7))
            )

    def _along(self, state: State, changes: dict[str, object]) -> dict[str, object]:
        """What the views that are seen change along with a change."""
        found: dict[str, object] = {}
        for key in self._visible:
            self.attempt(key, lambda key=key: found.update(self._views[key].along(state, changes)))
        return found

    @Slot()
    def _renew(self) -> None:
        """Ask for everything that is seen again."""
        for key in self._visible:
            self._asked.pop(key, None)
        self._follow()

    @Slot(object)
    def _edit(self, changes: dict[str, object]) -> None:
        """What a view is asked to change. In the midst of a drag the state may have become another (undone by keys, a
        session opened), and have nothing of that name."""
        if all(path.partition(".")[0] in changes or leads_somewhere(self._store.state, path) for path in changes):
            self._store.update(**changes)
