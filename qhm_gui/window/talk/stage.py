"""The pictures of the step that is shown, with a store, a runner and a playhead of their own: what is broken before
the room is not broken in the window below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.background.runner import Runner
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import Step, said
from qhm_gui.state.pages import PageRow
from qhm_gui.state.playback import Playback
from qhm_gui.state.state import State, changed, value_at
from qhm_gui.state.store import Store
from qhm_gui.widgets.deletion import delete_now
from qhm_gui.widgets.painted import apply_theme
from qhm_gui.window.pages import Page
from qhm_gui.window.talk.guess import Guess
from qhm_gui.window.type_size import TypeSize

#: Type of the pictures in percent of a window's, and in a small window; in one of more lines than these all is as much
#: larger, as the words are: a projector of 4K is no larger than another.
_TYPE, _SMALL, _LINES = 125, 100, 1080


class Stage(QWidget):
    """One step at a time. ``page`` is None where it has no pictures, ``guesses`` lie over them until the room has
    guessed."""

    def __init__(self, window: QWidget, state: State, settings: Settings) -> None:
        super().__init__(window)
        self.store = Store(state)
        self.runner = Runner(self)
        self.playback = Playback(state.steps, self)
        self.page: Page | None = None
        self.guesses: list[Guess] = []
        self._step = Step({})
        self.stop = 0  # which of the states of the step was gone to; 0 is its own
        self._theme: Theme = LIGHT
        self._chosen = settings.type_size
        self._type_size = TypeSize(window, settings)
        self._type_size.percent = max(_TYPE, self._chosen)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 12, 12, 0)
        self.playback.moved.connect(self._seek)
        self.playback.playing_changed.connect(lambda _playing: self._seek(self.playback.step))

    def set_step(self, step: Step) -> None:
        """A step in its own state. What was changed before is gone, also for undo; its question is asked anew."""
        self.playback.pause()
        self._drop_page()
        self._step, self.stop = step, 0
        before = self.store
        self.store = Store(changed(step.state, {"expanded": ""}))  # what is undone is of this step
        self.store.changed.connect(self._follow)
        self.store.setParent(self)
        before.deleteLater()

    @property
    def moved(self) -> bool:
        """Whether somebody has moved the slider of the step, or what it moves is gone."""
        slider, planned = self._step.slider, self._step.states[self.stop]
        try:
            return bool(slider) and value_at(self.store.state, slider) != value_at(planned, slider)
        except (AttributeError, TypeError, ValueError, IndexError):
            return True

    def stop_at(self, stop: int) -> bool:
        """Go to a state of the step; False where there is none of this number."""
        if not 0 <= stop <= len(self._step.stops) or self.page is None:
            return False
        self.stop = stop
        self.store.replace(changed(self._step.states[stop], {"expanded": ""}))
        if not self.playback.playing:
            self._to_playhead()
        return True

    def _to_playhead(self) -> None:
        at = self._step.playhead
        self.playback.seek(at if at >= 0 else self.store.state.steps)
        self._seek(self.playback.step)

    def show_pictures(self) -> None:
        """Make them, and let them play where the step says so."""
        self._make_page()
        self.playback.set_steps(self.store.state.steps)
        if self._step.playing:
            self.playback.seek(0)
            self.playback.toggle()
        else:
            self._to_playhead()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme; the page takes them by itself."""
        self._theme = theme

    def fit_type(self, height: int, *, small: bool) -> None:
        """For a window so high, which may be a small one."""
        size = self._type_size
        fitted = max(_SMALL if small else _TYPE, self._chosen), max(1.0, round(height / _LINES, 1))
        if fitted != (size.percent, size.unit):
            size.percent, size.unit = fitted
            size.changed.emit()

    def ask(self) -> None:
        """The question to the room, in the language in force."""
        for guess in self.guesses:
            guess.ask(said(self._step.ask), [said(answer) for answer in self._step.answers])

    def reveal(self) -> None:
        """Show the answer that the room guesses at."""
        for guess in self.guesses:
            guess.reveal()

    def close_down(self) -> None:
        """Nothing goes on."""
        self.playback.pause()
        self._drop_page()
        self.runner.close()

    def _follow(self, state: State) -> None:
        self.playback.set_steps(state.steps)

    def _make_page(self) -> None:
        if not self._step.views:
            return
        row = PageRow("talk", "", 0, self._step.views, columns=1)
        self.page = Page(row, self.store, self.runner, self._theme, self._type_size, quiet=True)
        apply_theme(self.page, self._theme)
        self._column.addWidget(self.page)
        for view in self.page.views.values():
            for canvas in view.canvases:
                canvas.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a drag the keys turn the steps as before
        self.page.sought.connect(self._scrub)
        self.page.activate()
        if self._step.ask:
            first = self.page.views[self._step.views[0]]
            self.guesses = [Guess(canvas) for canvas in first.canvases[:1]]
            for guess in self.guesses:
                guess.set_theme(self._theme)
            self.ask()

    def _drop_page(self) -> None:
        self.guesses = []
        page, self.page = self.page, None
        if page is None:
            return
        page.deactivate()
        self._column.removeWidget(page)
        page.hide()
        delete_now(page)

    def _seek(self, step: int) -> None:
        if self.page is not None:
            self.page.seek(step, playing=self.playback.playing)

    def _scrub(self, step: int) -> None:
        self.playback.pause()
        self.playback.seek(step)
