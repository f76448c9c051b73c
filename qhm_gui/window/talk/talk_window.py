"""The talk: full screen, large type, one step at a time, every picture live."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

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
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.appearance.theme import THEMES
from qhm_gui.background.runner import Runner
from qhm_gui.background.stay_awake import StayAwake
from qhm_gui.drawing import markup
from qhm_gui.export.step_words import StepWords, split_sentences
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import Step, Talk, answered, said
from qhm_gui.guarded import Guarded
from qhm_gui.state.playback import Playback
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.text.language import tr
from qhm_gui.text.symbols import choose_letter, other_letter
from qhm_gui.widgets import stylesheet
from qhm_gui.widgets.painted import apply_theme, retranslate
from qhm_gui.window.actions import ShortcutList
from qhm_gui.window.file_reader import file_in
from qhm_gui.window.pages import Page
from qhm_gui.window.talk import tab_order
from qhm_gui.window.talk.arrivals import Arrivals
from qhm_gui.window.talk.bar import TalkBar
from qhm_gui.window.talk.body import Body, Part, is_narrow
from qhm_gui.window.talk.guess import Guess
from qhm_gui.window.talk.keys import ACTIONS, KEYS, OTHERS, PLAIN
from qhm_gui.window.talk.notes import Notes
from qhm_gui.window.talk.overlay import Overlay
from qhm_gui.window.talk.stage import Stage
from qhm_gui.window.talk.steps_menu import steps_menu
from qhm_gui.window.talk.words_pane import WordsPane

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
        self.stage = Stage(self, talk.steps[0].state, settings)
        self._part: Part = ""
        self.notes = Notes(self, talk)
        self.notes.said.connect(self.say)
        self.notes.key_pressed.connect(self._from_speaker)
        self._awake: StayAwake | None = None
        self._arrivals = Arrivals(self)
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
        self._body = Body(self.words, self.stage)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._body, 1)
        self.bar = TalkBar(self._act)
        column.addWidget(self.bar)

    def _connect(self) -> None:
        self.words.page_asked.connect(self._lead)
        self.stage.playback.playing_changed.connect(self.bar.set_playing)
        for action in ACTIONS:
            for key in action.keys:
                QShortcut(QKeySequence(key), self).activated.connect(partial(self._act, action.method))

    def _act(self, method: str) -> None:
        attrgetter(method)(self)()

    # -- steps

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.talk.steps[self.index]

    @property
    def store(self) -> Store:
        """Of this step."""
        return self.stage.store

    @property
    def page(self) -> Page | None:
        """The pictures of this step."""
        return self.stage.page

    @property
    def guesses(self) -> list[Guess]:
        """What the room is asked."""
        return self.stage.guesses

    @property
    def runner(self) -> Runner:
        """What computes the pictures."""
        return self.stage.runner

    @property
    def playback(self) -> Playback:
        """The playhead of this step."""
        return self.stage.playback

    def go(self, index: int, *, at_end: bool = False) -> None:
        """Show a step, with its own state; ``at_end``: as one leaves it."""
        index = min(max(index, 0), len(self.talk.steps) - 1)
        if index == self.index:
            return
        self.index = index
        self.overlay.clear()
        if self.overlay.mode == "black":
            self.overlay.set_mode("")
        self.told = 0 if self.step.reveal and not at_end else None
        self._part = "pictures" if at_end and self.narrow else ""
        self.restore()
        if at_end:
            self.stage.reveal()
            self.stage.stop_at(len(self.step.stops))
        self.notes.follow(index)

    def forward(self) -> None:
        """The next moment of the step (see :mod:`qhm_gui.export.moments`); else the next step."""
        if self.told is not None and self.told < len(split_sentences(said(self.step.words))):
            self.told += 1
            self._tell()
        elif self.part == "words" and self.step.views:
            self.show_part()
        elif any(not guess.answered for guess in self.guesses):
            self.reveal()
        elif self.stage.moved or not self.stage.stop_at(self.stage.stop + 1):  # who moves it by hand needs no stops
            self.go(self.index + 1)

    def back(self) -> None:
        """The stop before; else the step before, with all that it says and shows; in a narrow window from the pictures
        first to their words."""
        if self.stage.stop_at(self.stage.stop - 1):
            return
        if self.narrow and self.part == "pictures":
            self.show_part()
        else:
            self.go(self.index - 1, at_end=True)

    def first(self) -> None:
        """The first step."""
        self.go(0)

    def last(self) -> None:
        """The last step."""
        self.go(len(self.talk.steps) - 1)

    def restore(self) -> None:
        """The step's own state, after somebody has changed it; its question is asked anew."""
        self.stage.set_step(self.step)
        self.words.set_store(self.store)
        self._tell()
        self._arrange()
        self.stage.show_pictures()
        self.overlay.raise_()

    def reveal(self) -> None:
        """Show the answer that the room guesses at."""
        self.stage.reveal()

    def _tell(self, sentence: str = "") -> None:
        facts = self.facts if self.index == 0 else ()
        self.words.set_words(
            StepWords(self.step, self.subtitle, self.told, facts, answered(self.talk.steps, self.index))
        )
        optional = f"   {tr('optional')}" if self.step.optional else ""
        told = f"   {sentence}" if sentence else ""
        self.bar.count.setText(f"{self.index + 1} / {len(self.talk.steps)}{optional}{told}")

    # -- words and pictures

    @property
    def narrow(self) -> bool:
        """Whether there is room for words or pictures only."""
        return is_narrow(self.width())

    @property
    def part(self) -> Part:
        """What is seen of the step: "words", "pictures", or "" for both."""
        if not self.step.views:
            return "words"
        return self._part or ("words" if self.narrow else "")

    def show_part(self) -> None:
        """The pictures alone, or with their words again; in a narrow window one or the other."""
        self._part = "" if self.part == "pictures" else "pictures"
        self._arrange()
        self.words.update()

    def _arrange(self) -> None:
        self._body.arrange(self.part, self.width(), self.height(), pictures=bool(self.step.views))
        self.bar.set_narrow(self.narrow)

    # -- what the speaker can do

    def play(self) -> None:
        """Let the run play, or pause it."""
        self.playback.toggle()

    def undo(self) -> None:
        """Take back a change of this step."""
        self.store.undo()

    def redo(self) -> None:
        """Make it again."""
        self.store.redo()

    def black(self) -> None:
        """Black, and back."""
        self.overlay.set_mode("black")

    def pen(self) -> None:
        """Draw over the pictures; put the pen away."""
        self.overlay.set_mode("pen")

    def spotlight(self) -> None:
        """A light that follows the mouse, or none."""
        self.overlay.set_mode("spotlight")

    def help(self) -> None:
        """The keys: on the speaker's screen where there is one."""
        ShortcutList(self.notes.window or self, self._theme, PLAIN, ACTIONS, OTHERS).exec()

    def list_steps(self) -> None:
        """Every step by its title; choose one."""
        menu = steps_menu(self, self._theme, self.talk, self.index, self.go)
        menu.exec(self.bar.mapToGlobal(QPoint(24, 0)) - QPoint(0, menu.sizeHint().height()))

    def toggle_subtitle(self) -> None:
        """The titles in the other language too, or not."""
        self.subtitle = not self.subtitle
        self._tell()

    def _from_speaker(self, event: QKeyEvent) -> None:
        for action in ACTIONS:
            if any(QKeySequence(key) == QKeySequence(event.keyCombination()) for key in action.keys):
                self._act(action.method)
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
        self.stage.set_theme(self._theme)
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
        self.stage.ask()
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
            self._arrivals.read(path)

    def _lead(self, page: str) -> None:
        """Out of the talk, to a page of the window."""
        self.close()
        self.page_asked.emit(page)

    def say(self, sentence: str) -> None:
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
        if event.text() == "?":  # with Shift on most keyboards, where a shortcut would not be met
            self.help()
            return
        for guess in self.guesses:
            if event.text() in "123456789" and event.text() and guess.votes:
                guess.vote(int(event.text()) - 1, more=True)
                return
        method = KEYS.get(Qt.Key(event.key())) if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier else None
        if method is None:
            super().keyPressEvent(event)
        else:
            self._act(method)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words keep their share."""
        super().resizeEvent(event)
        self._arrange()
        self.overlay.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of the talk goes on."""
        self._still.stop()
        self.overlay.clear()
        if self._awake is not None:
            self._awake.release()
        self.notes.close()
        self.stage.close_down()
        self._arrivals.close()
        self.closed.emit()
        super().closeEvent(event)
