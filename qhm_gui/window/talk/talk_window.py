"""The talk: full screen, large type, one step at a time, every picture live.

It has a store, a runner and a playhead of its own: what is broken before the room is not broken in the window below.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import THEMES
from qhm_gui.background.runner import Runner
from qhm_gui.background.stay_awake import StayAwake
from qhm_gui.drawing import markup
from qhm_gui.export.step_words import StepWords, split_sentences
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import Step, Talk, said
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PageRow
from qhm_gui.state.playback import Playback
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.text.language import tr
from qhm_gui.text.symbols import choose_letter, other_letter
from qhm_gui.widgets import stylesheet
from qhm_gui.widgets.deletion import delete_now
from qhm_gui.widgets.menu import make_menu
from qhm_gui.widgets.painted import apply_theme, retranslate
from qhm_gui.window.file_reader import Anything, FileReader, file_in
from qhm_gui.window.opening import FoundTalk, Part, read_file
from qhm_gui.window.pages import Page
from qhm_gui.window.talk import tab_order
from qhm_gui.window.talk.bar import TalkBar
from qhm_gui.window.talk.guess import Guess
from qhm_gui.window.talk.notes import Notes
from qhm_gui.window.talk.overlay import Overlay
from qhm_gui.window.talk.words_pane import WordsPane
from qhm_gui.window.type_size import TypeSize

#: Width of the words as a share of the window, beside pictures and alone; and the type of the pictures in percent of a
#: window's.
_WORDS, _ALONE, _TYPE = 0.335, 0.85, 125
#: The canvas that shows what is read from a probe.
_PROBES = "training_run"
#: Controls hide after so many milliseconds without the mouse.
_STILL = 2000


class TalkWindow(Guarded, QWidget):
    """Shows the steps of a talk. ``closed`` when it is left."""

    closed = Signal()
    page_asked = Signal(str)  # of the window below
    words_chosen = Signal()  # another language or letter, which are those of the whole program

    def __init__(
        self, talk: Talk, settings: Settings, theme: str, *, facts: tuple[str, ...] = (), start: int = 0
    ) -> None:
        super().__init__()
        self.talk = talk
        self.index = -1
        self.subtitle = False
        self.facts = facts
        self.told: int | None = None  # sentences; None: all
        self.store = Store(talk.steps[0].state)
        self.runner = Runner(self)
        self.playback = Playback(self.store.state.steps, self)
        self.type_size = TypeSize(self, settings)
        self.type_size.percent = max(_TYPE, settings.type_size)
        self.page: Page | None = None
        self.guesses: list[Guess] = []
        self.notes = Notes(self, talk)
        self.notes.said.connect(self._say)
        self.notes.key_pressed.connect(self._from_speaker)
        self._awake: StayAwake | None = None
        self._reader = FileReader(self)
        self._reader.found.connect(self._take)
        self._reader.failed.connect(self._say)
        self.setAcceptDrops(True)
        self.words = WordsPane()
        self.overlay = Overlay(self)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL)
        self._still.timeout.connect(self._hide_controls)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("talk")
        self.setMinimumSize(400, 240)  # of a screen at 300 %
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._retitle()
        self.go(start)

    # -- building

    def _lay_out(self) -> None:
        self._stage = QVBoxLayout()
        self._stage.setContentsMargins(0, 12, 12, 0)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addWidget(self.words)
        body.addLayout(self._stage, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(body, 1)
        self.bar = self._make_bar()
        column.addWidget(self.bar)

    def _make_bar(self) -> TalkBar:
        def keyed(words: str, key: str) -> Callable[[], str]:
            return lambda: f"{tr(words)} ({key})"

        steps = (
            ("chevron-left", keyed("Step back", "←"), self.back),
            ("chevron-right", keyed("Next step", "→"), self.forward),
            ("map", keyed("List of steps", "L"), self.list_steps),
        )
        speaker = (
            ("reset", keyed("Back to the step's own state", "R"), self.restore),
            ("play", keyed("Play or pause", "K"), self.playback.toggle),
            ("target", keyed("Spotlight", "S"), partial(self.overlay.set_mode, "spotlight")),
            ("star", keyed("Pen", "P"), partial(self.overlay.set_mode, "pen")),
            ("info", keyed("Notes for the speaker", "N"), self.notes.toggle),
            ("expand", keyed("Full screen", "F"), self.full_screen),
            ("close", keyed("Leave the talk", "Esc"), self.close),
        )
        return TalkBar(steps, speaker)

    def _connect(self) -> None:
        self.playback.moved.connect(self._seek)
        self.words.page_asked.connect(self._lead)
        self.playback.playing_changed.connect(self.bar.set_playing)
        self.playback.playing_changed.connect(lambda _playing: self._seek(self.playback.step))
        for keys, act in self._keys().items():
            for key in keys.split():
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.activated.connect(act)

    def _keys(self) -> dict[str, Callable[[], object]]:
        return {
            "PgDown": self.forward,
            "PgUp": self.back,
            "B .": self.black,
            "L": self.list_steps,
            "R": self.restore,
            "P": partial(self.overlay.set_mode, "pen"),
            "S": partial(self.overlay.set_mode, "spotlight"),
            "T": self.toggle_subtitle,
            "N": self.notes.toggle,
            "X": self.notes.swap,
            "K": lambda: self.playback.toggle(),
            "A": self.reveal,
            "F F11": self.full_screen,
            "Ctrl+D": self.toggle_theme,
            "Ctrl+L": self.toggle_language,
            "Ctrl+G": self.toggle_letter,
            "Ctrl+Z": lambda: self.store.undo(),
            "Ctrl+Shift+Z": lambda: self.store.redo(),
            "F5 Esc": self.leave,
        }

    # -- steps

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.talk.steps[self.index]

    def go(self, index: int, *, all_told: bool = False) -> None:
        """Show a step, with its own state."""
        index = min(max(index, 0), len(self.talk.steps) - 1)
        if index == self.index:
            return
        self.index = index
        self.overlay.clear()
        if self.overlay.mode == "black":
            self.overlay.set_mode("")
        self.told = 0 if self.step.reveal and not all_told else None
        self.restore()
        self.notes.follow(index)

    def forward(self) -> None:
        """The next sentence, where they come one by one; else the next step."""
        if self.told is not None and self.told < len(split_sentences(said(self.step.words))):
            self.told += 1
            self._tell()
        else:
            self.go(self.index + 1)

    def back(self) -> None:
        """The step before, with all that it says."""
        self.go(self.index - 1, all_told=True)

    def restore(self) -> None:
        """The step's own state, after somebody has changed it; its question is asked anew."""
        self.playback.pause()
        self._drop_page()
        before = self.store
        self.store = Store(changed(self.step.state, {"expanded": ""}))  # what is undone is of this step
        self.store.changed.connect(self._follow)
        self.store.setParent(self)
        self.words.set_store(self.store)
        before.deleteLater()
        self._tell()
        self._make_page()
        self.playback.set_steps(self.store.state.steps)
        if self.step.playing:
            self.playback.seek(0)
            self.playback.toggle()
        else:
            at = self.step.playhead
            self.playback.seek(at if at >= 0 else self.store.state.steps)
            self._seek(self.playback.step)

    def reveal(self) -> None:
        """Show the answer that the room guesses at."""
        for guess in self.guesses:
            guess.reveal()

    def _tell(self, sentence: str = "") -> None:
        facts = self.facts if self.index == 0 else ()
        self.words.set_words(StepWords(self.step, self.subtitle, self.told, facts))
        optional = f"   {tr('optional')}" if self.step.optional else ""
        told = f"   {sentence}" if sentence else ""
        self.bar.count.setText(f"{self.index + 1} / {len(self.talk.steps)}{optional}{told}")

    def _follow(self, state: State) -> None:
        self.playback.set_steps(state.steps)

    def _share_width(self) -> None:
        """Words have a column beside pictures, and most of the window where there are none."""
        share = _WORDS if self.step.views else _ALONE
        self.words.setFixedWidth(max(240, round(share * self.width())))

    def _make_page(self) -> None:
        self._share_width()
        if not self.step.views:
            return
        row = PageRow("talk", "", 0, self.step.views, columns=1)
        self.page = Page(row, self.store, self.runner, self._theme, self.type_size, quiet=True)
        apply_theme(self.page, self._theme)
        self._stage.addWidget(self.page)
        for view in self.page.views.values():
            for canvas in view.canvases:
                canvas.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a drag the keys turn the steps as before
        self.page.sought.connect(self._scrub)
        self.page.activate()
        if self.step.ask:
            first = self.page.views[self.step.views[0]]
            self.guesses = [Guess(canvas) for canvas in first.canvases[:1]]
            for guess in self.guesses:
                guess.set_theme(self._theme)
            self._ask()
        self.overlay.raise_()

    def _ask(self) -> None:
        for guess in self.guesses:
            guess.ask(said(self.step.ask), [said(answer) for answer in self.step.answers])

    def _drop_page(self) -> None:
        self.guesses = []
        page, self.page = self.page, None
        if page is None:
            return
        page.deactivate()
        self._stage.removeWidget(page)
        page.hide()
        delete_now(page)

    def _seek(self, step: int) -> None:
        if self.page is not None:
            self.page.seek(step, playing=self.playback.playing)

    def _scrub(self, step: int) -> None:
        self.playback.pause()
        self.playback.seek(step)

    # -- what the speaker can do

    def black(self) -> None:
        """Black, and back."""
        self.overlay.set_mode("black")

    def list_steps(self) -> None:
        """Every step by its title; choose one."""
        menu = make_menu(self, self._theme)
        for index, step in enumerate(self.talk.steps):
            optional = f"   ({tr('optional')})" if step.optional else ""
            text = f"{index + 1}   {markup.plain_text(said(step.title))}{optional}"
            action = menu.addAction(text.replace("&", "&&"), partial(self.go, index))
            action.setCheckable(True)
            action.setChecked(index == self.index)
        menu.exec(self.bar.mapToGlobal(QPoint(24, 0)) - QPoint(0, menu.sizeHint().height()))

    def toggle_subtitle(self) -> None:
        """The titles in the other language too, or not."""
        self.subtitle = not self.subtitle
        self._tell()

    def _from_speaker(self, event: QKeyEvent) -> None:
        for keys, act in self._keys().items():
            if any(QKeySequence(key) == QKeySequence(event.keyCombination()) for key in keys.split()):
                act()
                return
        self.keyPressEvent(event)

    def full_screen(self) -> None:
        """Full screen, and back."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def toggle_theme(self) -> None:
        """Light to dark and back."""
        self.use_theme("dark" if self._theme.key == "light" else "light")

    def use_theme(self, key: str) -> None:
        """Colour all of the talk, also what Qt paints: the window below keeps its own theme."""
        self._theme = THEMES[key]
        stylesheet.apply_to(self, self._theme)
        apply_theme(self, self._theme)
        self.notes.set_theme(self._theme)

    def toggle_language(self) -> None:
        """English to Japanese and back."""
        language.set_language("ja" if language.language() == "en" else "en")
        self._say_again()
        self.words_chosen.emit()

    def toggle_letter(self) -> None:
        """The momentum share as γ, or as ν again."""
        choose_letter(other_letter())
        self._say_again()
        self.words_chosen.emit()

    def _say_again(self) -> None:
        retranslate(self)
        self._ask()
        self.notes.retranslate()
        self._retitle()
        self._tell()

    def _retitle(self) -> None:
        self.setWindowTitle(markup.plain_text(said(self.talk.title)))

    def leave(self) -> None:
        """Put the pen or the light away; else end the talk."""
        if self.overlay.mode:
            self.overlay.set_mode(self.overlay.mode)
        else:
            self.close()

    # -- the window itself

    def hold(self) -> None:
        """Begin: full screen, awake, with the speaker's notes where there is a second screen."""
        self._awake = StayAwake(tr("A talk is being held"))
        self.notes.hold()
        self.activateWindow()

    def _hide_controls(self) -> None:
        focused = self.focusWidget()
        if not self.bar.underMouse() and (focused is None or not self.bar.isAncestorOf(focused)):
            self.bar.hide()

    def event(self, event: QEvent) -> bool:
        """The controls come back with the mouse."""
        if event.type() in (QEvent.Type.HoverMove, QEvent.Type.MouseMove, QEvent.Type.Enter, QEvent.Type.KeyPress):
            self.bar.show()
            self._still.start()
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let a file come in: somebody has brought a probe."""
        if event.source() is None and file_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was brought."""
        path = file_in(event.mimeData())
        event.acceptProposedAction()
        if path is not None:
            self._reader.read(partial(read_file, path))

    def _take(self, found: Anything) -> None:
        """Show it in this step, or a probe in the step that shows probes. The talk itself stays as it is."""
        if isinstance(found, FoundTalk):
            self._say(tr("A talk is opened in the window, not in a talk."))
            return
        if not isinstance(found, Part):
            self.store.replace(changed(found.session.state, {"expanded": ""}))
            return
        if _PROBES not in self.step.views:
            steps = [index for index, step in enumerate(self.talk.steps) if _PROBES in step.views]
            if not steps:
                self._say(tr("No step of this talk shows a probe."))
                return
            self.go(steps[0])
        self.store.update(**{name: value for name, value in found.changes.items() if name not in ("page", "expanded")})
        self._say(found.sentence)

    def _lead(self, page: str) -> None:
        """Out of the talk, to a page of the window."""
        self.close()
        self.page_asked.emit(page)

    def _say(self, sentence: str) -> None:
        """At the foot, where the number of the step stands, until the next one."""
        self.bar.show()
        self._tell(sentence)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab: the slider, the question and its answers, the pictures, what is at the foot; then the window itself."""
        tab_order.go_on(self, self._parts(), forward=forward)
        return True

    def _parts(self) -> list[QWidget]:
        """As a step is read."""
        return [self.words, *self.guesses, *([] if self.page is None else [self.page]), self.bar]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused control has taken."""
        acts = {
            Qt.Key.Key_Right: self.forward,
            Qt.Key.Key_Down: self.forward,
            Qt.Key.Key_Space: self.forward,
            Qt.Key.Key_Left: self.back,
            Qt.Key.Key_Up: self.back,
            Qt.Key.Key_Home: partial(self.go, 0),
            Qt.Key.Key_End: partial(self.go, len(self.talk.steps) - 1),
        }
        for guess in self.guesses:
            if event.text() in "123456789" and event.text() and guess.votes:
                guess.vote(int(event.text()) - 1, more=True)
                return
        act = acts.get(Qt.Key(event.key())) if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier else None
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words keep their share."""
        super().resizeEvent(event)
        self._share_width()
        self.overlay.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of the talk goes on."""
        self.playback.pause()
        self._still.stop()
        self.overlay.clear()
        if self._awake is not None:
            self._awake.release()
        self.notes.close()
        self._drop_page()
        self._reader.close()
        self.runner.close()
        self.closed.emit()
        super().closeEvent(event)
