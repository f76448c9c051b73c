"""Files that are dropped on a talk: a listener's probe, or a session."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from qhm_gui.state.state import changed
from qhm_gui.text.language import tr
from qhm_gui.window.file_reader import Anything, FileReader
from qhm_gui.window.opening import FoundTalk, Part, read_file

if TYPE_CHECKING:
    from qhm_gui.window.talk.talk_window import TalkWindow

#: The canvas that shows what is read from a probe.
_PROBES = "training_run"


class Arrivals(QObject):
    """Reads what was brought, and shows it. The talk itself stays as it is."""

    def __init__(self, window: TalkWindow) -> None:
        super().__init__(window)
        self._window = window
        self._reader = FileReader(window)
        self._reader.found.connect(self._take)
        self._reader.failed.connect(window.say)

    def read(self, path: Path) -> None:
        """In the thread."""
        self._reader.read(partial(read_file, path))

    def close(self) -> None:
        """Nothing is read any more."""
        self._reader.close()

    def _take(self, found: Anything) -> None:
        """Show it in this step, or a probe in the step that shows probes."""
        window = self._window
        if isinstance(found, FoundTalk):
            window.say(tr("A talk is opened in the window, not in a talk."))
            return
        if not isinstance(found, Part):
            window.store.replace(changed(found.session.state, {"expanded": ""}))
            return
        if _PROBES not in window.step.views:
            steps = [index for index, step in enumerate(window.talk.steps) if _PROBES in step.views]
            if not steps:
                window.say(tr("No step of this talk shows a probe."))
                return
            window.go(steps[0])
        changes = {name: value for name, value in found.changes.items() if name not in ("page", "expanded")}
        window.store.update(**changes)
        window.say(found.sentence)
