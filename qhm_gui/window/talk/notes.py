"""The speaker's window of a talk: when it is there, and on which screen."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.files.talk_file import Talk
from qhm_gui.text.language import tr
from qhm_gui.window.talk import screens
from qhm_gui.window.talk.speaker import SpeakerWindow

#: So many milliseconds after a screen has come or gone windows are placed again.
_SETTLING = 300


class Notes(QObject):
    """Notes beside the window that the audience sees."""

    said = Signal(str)
    key_pressed = Signal(object)  # a QKeyEvent, for the talk

    def __init__(self, audience: QWidget, talk: Talk) -> None:
        super().__init__(audience)
        self.window: SpeakerWindow | None = None
        self._audience = audience
        self._talk = talk
        self._index = 0
        self._theme: Theme = LIGHT
        self._held = False
        self._since = QElapsedTimer()  # the clock goes on where the window is closed and opened
        self._since.start()

    def follow(self, index: int) -> None:
        """Another step is shown to the room."""
        self._index = index
        if self.window is not None:
            self.window.set_step(index)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        if self.window is not None:
            self.window.set_theme(theme)

    def retranslate(self) -> None:
        """Say it in the language in force."""
        if self.window is not None:
            self.window.retranslate()

    def toggle(self) -> None:
        """The notes, on the second screen where there is one; or put them away."""
        if self.window is not None:
            self.window.close()
            return
        window = self.window = SpeakerWindow(self._talk, self._since)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.set_theme(self._theme)
        window.set_step(self._index)
        window.key_pressed.connect(self.key_pressed)
        window.closed.connect(self._gone)
        screen = screens.for_speaker(self._audience.screen())
        if screen is None:
            window.show()
        else:
            screens.move_to(window, screen, full=False)

    def _gone(self) -> None:
        self.window = None

    def hold(self) -> None:
        """A talk begins: it fills the audience's screen, and the notes another one, also where one comes or goes."""
        self._held = True
        self._to_audience()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        for changed in (application.screenAdded, application.screenRemoved):
            changed.connect(self._place_later)
        self.place_again()

    def _to_audience(self) -> None:
        screens.move_to(self._audience, screens.for_audience(self._audience.screen()), full=True)

    def _place_later(self) -> None:
        QTimer.singleShot(_SETTLING, self, self.place_again)  # Qt moves windows itself first

    def place_again(self) -> None:
        """A screen has come or gone: notes where the audience does not see them, or put away."""
        apart = screens.for_speaker(self._audience.screen()) is not None
        if apart and self.window is None:
            if self._held:
                self._to_audience()
            self.toggle()
            self.said.emit("")
        elif not apart and self.window is not None:
            self.window.close()
            self.said.emit(tr("There is one screen only: the notes are put away. N shows them."))

    def swap(self) -> None:
        """The talk where the notes were, and the notes where the talk was."""
        there, here = screens.for_speaker(self._audience.screen()), self._audience.screen()
        if there is None:
            self.said.emit(tr("There is one screen only."))
            return
        if self.window is not None:
            screens.move_to(self.window, here, full=False)
        screens.move_to(self._audience, there, full=True)
        self._audience.activateWindow()

    def close(self) -> None:
        """The talk is over."""
        if self.window is not None:
            self.window.close()
