"""Every page as a picture, without a screen: the same window, drawn into PNG files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.application import make_application
from qhm_gui.files.settings import Settings
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.window.window import Window

#: A picture waits at most so long for its computation, in milliseconds.
_LONGEST = 60_000
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
    """Write PAGE-THEME.png (with -ja for Japanese) into ``out``; tells each file. Raises OSError if it cannot write."""
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        app = make_application()
        window = Window(Store(State()), Settings())
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.resize(size)
        window.show()
        for page in pages:
            window.store.replace(changed(State(), {"page": page}))
            for theme in themes:
                window.use_theme(theme)
                for language in languages:
                    window.use_language(language)
                    settle(app, window)
                    path = out / f"{page}-{theme}{'' if language == 'en' else '-' + language}.png"
                    if not window.grab().save(str(path)):
                        raise OSError(f"{path} cannot be written")
                    written.append(path)
                    tell(str(path))
        window.close()
    return written


def settle(app: QApplication, window: Window) -> None:
    """Let everything arrive that was asked for, and be laid out."""
    loop = QEventLoop()
    window.runner.settled.connect(loop.quit)
    QTimer.singleShot(_LONGEST, loop.quit)
    app.processEvents()
    if window.runner.busy:
        loop.exec()
    window.playback.seek(round(_PLAYHEAD * window.store.state.steps))
    for _ in range(5):
        app.processEvents()
