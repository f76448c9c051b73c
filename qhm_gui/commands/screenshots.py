"""Every page as a picture, without a screen: the same window, drawn into PNG files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.application import make_application
from qhm_gui.background.process_end import signals_heard
from qhm_gui.commands.output import STDOUT, Output
from qhm_gui.files.atomic import passing_folder, write_atomically
from qhm_gui.files.settings import Settings
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.widgets.deletion import delete_now
from qhm_gui.window.window import Window

#: A picture waits at most so long for its computation, in milliseconds.
_LONGEST = 60_000
#: So often it is looked whether everything is there, in milliseconds.
_LOOKS = 4
#: The step that the playhead stands at, as a share of the run: past and future are both seen.
_PLAYHEAD = 8 / 15


def render_pages(
    out: Path,
    pages: Iterable[str],
    themes: Iterable[str],
    languages: Iterable[str],
    size: QSize,
    tell: Callable[[str], None],
) -> list[Path]:
    """Write a :func:`picture_name` for each into ``out``, over what is there; tells each file. OSError.

    Where ``out`` is ``-``, each goes to standard output.
    """
    if out != STDOUT:
        out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with passing_folder() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
        app = make_application()
        settings = Settings()
        window = Window(Store(State()), settings)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        try:
            window.resize(size)
            window.show()
            for page in pages:
                window.store.replace(changed(State(), {"page": page}))
                for theme in themes:
                    window.use_theme(theme)
                    for language in languages:
                        window.use_language(language)
                        with signals_heard():
                            settle(app, window)
                        path = STDOUT if out == STDOUT else out / picture_name(page, theme, language)
                        if path == STDOUT:
                            Output("--out -", [], force=True).write(path, _png(window.grab()))
                        else:
                            write_atomically(path, _png(window.grab()), durable=False)
                        written.append(path)
                        tell(str(path))
        finally:
            window.close()
            delete_now(window)
    return written


def picture_name(page: str, theme: str, language: str) -> str:
    """The file of a page: PAGE-THEME.png, with -ja for Japanese."""
    return f"{page}-{theme}{'' if language == 'en' else '-' + language}.png"


def _png(picture: QPixmap) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]
    return bytes(buffer.data().data())


def settle(app: QApplication, window: Window) -> None:
    """Let everything arrive that was asked for, be shown and laid out."""
    link = window.page.link  # the page is made by now: before, nothing was asked for
    loop = QEventLoop()
    QTimer.singleShot(_LONGEST, loop.quit)

    def look() -> None:
        if not window.runner.busy and link.at_rest and link.up_to_date:
            loop.quit()

    app.processEvents()
    looks = QTimer(interval=_LOOKS)
    looks.timeout.connect(look)
    looks.start()
    loop.exec()
    looks.stop()
    window.playback.seek(round(_PLAYHEAD * window.store.state.steps))
    for _ in range(5):
        app.processEvents()
