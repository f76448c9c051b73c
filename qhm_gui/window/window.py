"""The window: layout, and who is told what. It computes nothing."""

from __future__ import annotations

from functools import cached_property, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QChildEvent, QObject, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from qhm_gui.appearance.assets import use_qt_words
from qhm_gui.appearance.theme import THEMES, Style
from qhm_gui.background.runner import Runner
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.settings import Settings
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PAGES, PageRow
from qhm_gui.state.playback import Playback
from qhm_gui.state.state import State
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.text.language import tr
from qhm_gui.text.symbols import choose_letter, chosen_letter, other_letter
from qhm_gui.views.view import View
from qhm_gui.widgets import stylesheet
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.folded_panel import Rail
from qhm_gui.widgets.header import Header
from qhm_gui.widgets.painted import apply_theme, retranslate
from qhm_gui.widgets.scroll_area import KeptInRoom, bring_into_sight
from qhm_gui.widgets.status import StatusLine
from qhm_gui.widgets.transport import Transport
from qhm_gui.window.actions import ACTIONS, KEYS, ShortcutList
from qhm_gui.window.document import Document
from qhm_gui.window.file_actions import Files
from qhm_gui.window.first_paint import FirstPaint
from qhm_gui.window.layout import Layout
from qhm_gui.window.messages import Messages
from qhm_gui.window.page_stack import PageStack
from qhm_gui.window.pages import Page
from qhm_gui.window.panel.panel import Panel
from qhm_gui.window.shown_step import ShownStep
from qhm_gui.window.surveys import Surveys
from qhm_gui.window.type_size import TypeSize

if TYPE_CHECKING:  # what is asked for later, or never, is imported then
    from qhm_gui.window.export_actions import Exports
    from qhm_gui.window.film_actions import Films
    from qhm_gui.window.talk_actions import Talks
    from qhm_gui.window.tuning import Tuning

#: What a window's own frame and title bar take of the screen at most.
FRAME = QSize(16, 48)


class Window(Guarded, QWidget):
    """Header, panel, pages, transport and status line around one store and one runner."""

    def __init__(self, store: Store, settings: Settings, *, autosave: Autosave | None = None) -> None:
        """With ``autosave`` the session is kept while the window lives and comes back at the next start."""
        super().__init__()
        self.store = store
        store.setParent(self)  # ends with the window: what is connected to it would keep window and store for ever
        self.runner = Runner(self, begun=False)  # nothing competes with the first painting
        self.playback = Playback(store.state.steps, self)
        self._settings = settings
        self._theme = THEMES[settings.theme]
        self.type_size = TypeSize(self, settings)
        self.header = Header()
        self.panel = Panel(store)
        self.surveys = Surveys(store, self.runner, self)
        self.rail = Rail()
        self.transport = Transport()
        self.status = StatusLine()
        self._stack = PageStack(self._make_page)
        self.step = ShownStep(store, self.playback, self.transport, self.panel, self._page_there, self)
        self.messages = Messages(self.status, lambda: not self._stack.empty and self.page.link.drafting, self)
        self.document = Document(store, self.playback, settings, autosave, self)
        self.files = Files(self, store, self.document, settings, lambda: self._theme, lambda: self.page.grab())
        self._shown = False
        self.setObjectName("window")
        parts = self.header, self.rail, self.panel, self._stack, self.transport, self.status
        self._layout = Layout(self, *parts)
        self._make_header()
        self._connect()
        self._make_shortcuts()
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()  # else Qt gives the keyboard to the first control there is
        self.setMinimumSize(720, 520)
        self.resize(1600, 1000)
        self.restoreGeometry(settings.geometry)
        choose_letter(settings.letter)
        self.use_theme(settings.theme)
        self.use_language(settings.language)  # which makes the page, in this look

    # -- what is made, and imported, when it is first wanted

    @cached_property
    def exports(self) -> Exports:
        """Exports of the page and its canvases."""
        from qhm_gui.window.export_actions import Exports

        made = Exports(
            self,
            self.store,
            self.document,
            self._settings,
            lambda: self._theme,
            lambda: self.playback.step,
            self._answer_shown,
            lambda view: self.page.views[view].widget.grab() if view in self.page.views else None,
        )
        made.said.connect(self.messages.say)
        made.failed.connect(self.messages.complain)
        return made

    def _answer_shown(self, view: str) -> Any:
        """What a view of the page shows; None while it may still be refined."""
        found = None if self.runner.busy else self.page.views.get(view)
        return None if found is None else found.result

    @cached_property
    def films(self) -> Films:
        """Animations of them."""
        from qhm_gui.window.film_actions import Films

        made = Films(self, self.store, lambda: self._theme)
        self.messages.follow(made)
        return made

    @cached_property
    def tuning(self) -> Tuning:
        """The best parameters of the methods that are compared."""
        from qhm_gui.window.tuning import Tuning

        made = Tuning(self, self.store)
        self.messages.follow(made)
        return made

    @cached_property
    def talks(self) -> Talks:
        """Talk mode, and one's own talk."""
        from qhm_gui.window.talk_actions import Talks

        made = Talks(self, self.store, self._settings, lambda: self._theme, lambda: self.page.visible_views)
        made.said.connect(self.messages.say)
        made.failed.connect(self.messages.complain)
        made.words_chosen.connect(self._keep_words)
        return made

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._stack.page(PAGES[self.store.state.page])

    def _page_there(self) -> Page | None:
        return None if self._stack.empty else self.page

    @property
    def pages(self) -> dict[str, Page]:
        """Those that have been shown."""
        return self._stack.pages

    def _make_page(self, row: PageRow, views: dict[str, View]) -> Page:
        page = Page(row, self.store, self.runner, self._theme, self.type_size, made=views)
        apply_theme(page, self._theme)
        page.noted.connect(self.messages.set_note)
        page.said.connect(self.messages.set_under_mouse)
        page.sought.connect(self.step.go_to)
        page.typing.connect(self._type)
        page.film_requested.connect(lambda view: self.films.ask(view))
        page.export_requested.connect(lambda what, view: getattr(self.exports, what)(view))
        page.link.failed.connect(self.messages.complain)
        page.link.lowered.connect(self.messages.say)
        return page

    # -- building

    def _make_header(self) -> None:
        export = TextButton("Export", "export", tip=lambda: f"{tr('Export the page')} (Ctrl+E)")
        export.clicked.connect(lambda: self.exports.page())
        self.header.add_action_button(export)
        talk = TextButton("Talk", "present", solid=True, tip=lambda: f"{tr('Hold the talk')} (F5)")
        talk.clicked.connect(lambda: self.talks.hold())
        self.header.add_action_button(talk)
        self.header.set_pages([(row.key, row.title, row.group) for row in PAGES.values()])

    def _connect(self) -> None:
        self.store.changed.connect(self._follow)
        self._stack.completed.connect(lambda: self._follow(self.store.state))
        self.store.refused.connect(lambda refusal: self.status.set_error(refusal.sentence))
        self.runner.progressed.connect(self.messages.progress)
        self.runner.settled.connect(self.messages.settle)
        self.header.page_chosen.connect(lambda key: self.store.update(page=key))
        self.header.language_chosen.connect(self.use_language)
        self.header.theme_toggled.connect(self.toggle_theme)
        self.rail.toggled.connect(self.toggle_panel)
        self.status.cancel_requested.connect(self.cancel)
        self.header.files_requested.connect(self.files.show_menu)
        self.document.changed.connect(self._show_title)
        self.type_size.said.connect(self.messages.say)
        self.files.said.connect(self.messages.say)
        self.files.failed.connect(self.messages.complain)
        self.files.talk_requested.connect(lambda name: getattr(self.talks, name)())
        self.files.talk_found.connect(lambda found: self.talks.take(found))
        self.files.letter_requested.connect(self.toggle_letter)
        self.panel.tune_requested.connect(lambda: self.tuning.begin())
        self.panel.loss_requested.connect(self.surveys.take)
        self.panel.edge_requested.connect(self.surveys.take_edge)
        self.panel.file_requested.connect(lambda _path: self.files.open_values())
        self.surveys.dropped.connect(self.panel.retranslate)
        self.surveys.failed.connect(self.messages.complain)

    def _make_shortcuts(self) -> None:
        for action in ACTIONS:
            for keys in action.keys:
                shortcut = QShortcut(QKeySequence(keys), self)
                shortcut.activated.connect(self.store.finish_editing)
                shortcut.activated.connect(partial(self._act, action.method))

    def _act(self, path: str) -> None:
        attrgetter(path)(self)()

    # -- actions (see actions.py)

    def undo(self) -> None:
        """Take the last change back."""
        self.store.undo()

    def redo(self) -> None:
        """Make it again."""
        self.store.redo()

    def reset(self) -> None:
        """Back to the first parameters."""
        self.store.reset()

    def cancel(self) -> None:
        """Stop long work; or close the expanded canvas."""
        if self.messages.cancel_work():
            return
        if self.runner.busy and self.page.link.cancel():
            self.messages.set_note(tr("Cancelled. The figures show the finished part."))
        elif self.store.state.filling:
            self.store.update(expanded="")

    def toggle_theme(self) -> None:
        """Light to dark and back."""
        self.use_theme("dark" if self._theme.key == "light" else "light")

    def toggle_language(self) -> None:
        """English to Japanese and back."""
        self.use_language("ja" if language.language() == "en" else "en")

    def toggle_letter(self) -> None:
        """The momentum share as γ, or as ν again."""
        choose_letter(other_letter())
        self._keep_words()

    def toggle_panel(self) -> None:
        """Unfold or fold the panel of a narrow window."""
        self._layout.panel_open = not self._layout.panel_open
        self._fold()

    def copy_call(self) -> None:
        """The PyTorch call, to the clipboard."""
        QGuiApplication.clipboard().setText(self.panel.call)
        self.status.set_message(tr("Copied: {call}", call=self.panel.call))

    def expand(self) -> None:
        """Let the canvas under the mouse, or the first, fill the page; or show all again."""
        self.page.expand()

    def full_screen(self) -> None:
        """Full screen and back."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def help(self) -> None:
        """The list of shortcuts."""
        ShortcutList(self, self._theme).exec()

    def use_theme(self, key: str) -> None:
        """Colour everything in the theme 'light' or 'dark'."""
        self._stack.end_making()
        self._theme = THEMES[key]
        self._settings.remember(theme=key)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            stylesheet.apply(app, self._theme)
        self.setPalette(stylesheet.palette(self._theme))  # at once: the application's reaches it a turn later
        for part in self._layout.parts():
            self._dress(part)
        apply_theme(self, self._theme)

    def add_above_status(self, widget: QWidget) -> None:
        """A line of its own between the page and the status line, where it covers nothing."""
        self._layout.add_above_status(widget)
        self._dress(widget)

    def _dress(self, part: QObject) -> None:
        """Pages dress themselves, those that are not seen in a turn of their own."""
        if isinstance(part, QWidget) and part is not self._stack and not self._layout.holds_parts(part):
            stylesheet.dress(part, self._theme)

    def childEvent(self, event: QChildEvent) -> None:
        """What comes into the window or over it, a dialog for example, is in the look of the window."""
        if event.polished():
            self._dress(event.child())
            if isinstance(dialog := event.child(), QDialog):
                KeptInRoom(dialog, self.screen().availableSize() - FRAME)

    def use_language(self, key: str) -> None:
        """Say everything in 'en' or 'ja'."""
        language.set_language(key)
        self._keep_words()

    def _keep_words(self) -> None:
        """Language and letter are the program's, wherever they were chosen: all of it says them, also next time."""
        use_qt_words(language.language())
        self._settings.remember(language=language.language(), letter=chosen_letter())
        self.say_again()

    def say_again(self) -> None:
        """Every word anew, in the language and with the letter in force."""
        self._stack.end_making()
        retranslate(self)
        self._show_title()
        self._follow(self.store.state)

    # -- following

    def _follow(self, state: State) -> None:
        if self._shown and self._stack.being_made(PAGES[state.page], Style(self._theme)):
            self.header.set_current(state.page)
            self.step.set_steps(state.steps)
            return
        if self._stack.currentWidget() is not self.page or not self.page.link.watching:
            self._stack.deactivate()
            before = self.focusWidget()
            self._stack.setCurrentWidget(self.page)
            if self.focusWidget() is not before:  # Qt gave it to whatever comes first on the page
                self.setFocus()
            self.page.activate()
        self.header.set_current(self.page.row.key)
        self._layout.show_transport(self.page.row.transport)
        self.step.set_steps(state.steps)
        self.step.follow()
        self.messages.set_seed(state.seed)

    def _type(self, name: str) -> None:
        if not self.panel.isVisible():
            self.toggle_panel()
        self.panel.edit(name)

    def _show_title(self) -> None:
        self.setWindowTitle(self.document.title)

    # -- the window itself

    def _fold(self) -> None:
        self._layout.fold()
        if self._shown and not self._stack.empty:
            self._layout.show_transport(self.page.row.transport)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The Tab key; but where what had the keyboard is hidden or disabled, the window itself takes it."""
        focused = self.focusWidget()
        if focused is not None and not (focused.isVisible() and focused.isEnabled()):
            self.setFocus()
            return True
        moved = super().focusNextPrevChild(forward)
        if moved and (focused := self.focusWidget()) is not None:
            bring_into_sight(focused)
        return moved

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that a focused control has not taken: play, step, the ends."""
        method = KEYS.get(event.key()) if not event.modifiers() else None
        if method is None:
            super().keyPressEvent(event)
        else:
            self._act(method)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to compute when the window has been painted: its cards first stand with their axes only."""
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            FirstPaint(self, self.runner.begin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the panel away where there is no room for it."""
        super().resizeEvent(event)
        self._fold()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let a file or a state come in."""
        if event.source() is None and self.files.takes(event.mimeData()):  # not what was dragged out of here
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open it, when the program that it comes from is no longer waiting."""
        event.acceptProposedAction()
        self.files.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whether changes are to be saved; remember the window and its state; let nothing run on."""
        if self.isVisible() and not self.files.may_close():
            event.ignore()
            return
        self.playback.pause()
        self.messages.stop()
        self._settings.remember(geometry=self.saveGeometry())
        self.messages.cancel_work()
        if "talks" in vars(self):
            self.talks.close()
        if "exports" in vars(self):  # made when it is first asked for
            self.exports.close()
        self._stack.drop_making()
        self.files.close()
        self.document.close()
        self.runner.close()
        super().closeEvent(event)
