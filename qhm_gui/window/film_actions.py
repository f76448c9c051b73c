"""Films in the window: asked for, made while the window goes on, and cancelled.

Qt's widgets draw in Qt's own thread only, so the work is shared: while a picture is drawn here, a runner of the film's
own encodes the one before and computes what the one after shows. Between two pictures the window has its turn.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.background.runner import Answer, Runner
from qhm_gui.dialogs.film import FilmDialog
from qhm_gui.dialogs.save_file import ask_for_file
from qhm_gui.export.film.film import FILMS, Film, FilmFile, FilmOptions, computed, whole_sweep
from qhm_gui.export.film.stage import Stage
from qhm_gui.export.film.writer import FilmError
from qhm_gui.files.log import not_computed
from qhm_gui.state.state import State
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.window.messages import LongWork
from qhm_math.progress import Monitor

log = logging.getLogger("qhm.told")
_KEY = "film"
_LAST, _WRITTEN = "last", "written"


class Reel:
    """One film in the making: the file, and the moments still to come. All of it belongs to the runner's thread."""

    def __init__(self, film: Film, path: Path) -> None:
        self.film, self.path = film, path
        self.file = FilmFile(film, path)
        self.stopped = False
        self._moments = computed(film, self)

    def cancelled(self) -> bool:
        """True if the animation was cancelled."""
        return self.stopped

    def report(self, fraction: float) -> None:
        """How far one answer is says little of the film."""

    def advance(self, image: QImage | None, _monitor: Monitor) -> Iterator[Any]:
        """Take a picture, and find what the one after the next shows: yields a moment with its answers, or _LAST."""
        try:
            if image is not None:
                self.file.add(image)
            yield next(self._moments, _LAST)
        except FilmError as error:
            yield error

    def end(self, image: QImage, _monitor: Monitor) -> Iterator[Any]:
        """Take the last picture."""
        try:
            self.file.add(image)
            self.file.finish()
            yield _WRITTEN
        except FilmError as error:
            yield error


class Films(LongWork):
    """Makes one film at a time. ``parent`` is the window that the dialogs stand over."""

    def __init__(self, parent: QWidget, store: Store, theme: Callable[[], Theme]) -> None:
        super().__init__(parent)
        self._parent, self._store, self._theme = parent, store, theme
        self._options: FilmOptions | None = None
        self._reel: Reel | None = None
        self._runner: Runner | None = None
        self._stage: Stage | None = None
        self._image: QImage | None = None
        self._count = 0
        self._begun = 0.0

    @property
    def active(self) -> bool:
        """Whether a film is being made."""
        return self._reel is not None

    def page(self) -> None:
        """Ask for a film of the page that is shown."""
        self.ask("")

    def ask(self, view: str) -> None:
        """Ask what to film, of a view or ('') of the page, and where to write it; then begin."""
        if self.active:
            self.failed.emit(tr("An animation is being made; Esc cancels it."))
            return
        state = self._store.state
        options = self._options or self._first_options(state)
        dialog = FilmDialog(self._parent, self._theme(), state, view, options)
        accepted = dialog.exec() and dialog.film is not None
        film, self._options = dialog.film, dialog.options
        dialog.deleteLater()
        if not accepted or film is None:
            return
        kind = film.options.kind
        name = f"{view or state.page}.{kind}"
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        path = ask_for_file(
            self._parent, self._theme(), tr("Save the animation"), Path(folder) / name, FILMS[kind].title
        )
        if path is not None:
            self.begin(film, path)

    def _first_options(self, state: State) -> FilmOptions:
        return whole_sweep(FilmOptions(theme=self._theme().key), state, "alpha")

    def begin(self, film: Film, path: Path) -> None:
        """Make ``film`` while the window goes on."""
        try:
            self._reel = Reel(film, path)
        except FilmError as error:
            self.failed.emit(str(error))
            return
        self._runner = Runner(self)
        self._runner.answered.connect(self._hear)
        self._stage = film.stage()
        self._image, self._count, self._begun = None, 0, time.monotonic()
        self._runner.submit(_KEY, partial(self._reel.advance, None))
        self._tell()

    def cancel(self) -> bool:
        """Give the film up and leave no file; whether there was one."""
        if not self.active:
            return False
        self._end()
        self.said.emit(tr("The animation was cancelled; nothing was written."))
        return True

    @Slot(object)
    def _hear(self, answer: Answer) -> None:
        reel, runner, stage = self._reel, self._runner, self._stage
        if reel is None or runner is None or stage is None:
            return
        value = answer.value
        if answer.failure or isinstance(value, FilmError):
            self._fail(str(value) if isinstance(value, FilmError) else "")
        elif value is None:
            return  # a job has ended, and said before what there was to say
        elif value == _WRITTEN:
            self._end()
            self.said.emit(tr("The animation is in {file}.", file=str(reel.path)))
        elif value == _LAST:
            if self._image is not None:
                runner.submit(_KEY, partial(reel.end, self._image))
        else:
            runner.submit(_KEY, partial(reel.advance, self._image))  # it works while we draw
            try:
                self._image = stage.picture(*value)
            except Exception:
                log.exception("The film failed")
                self._fail("")
                return
            self._count += 1
            self._tell()

    def _fail(self, sentence: str) -> None:
        self._end()
        self.failed.emit(sentence or not_computed())

    def _tell(self) -> None:
        if self._reel is not None:
            done = self._count / self._reel.film.options.frames
            left = (time.monotonic() - self._begun) * (1 / done - 1) if done else None
            self.progressed.emit(tr("Animation"), done, left)

    def _end(self) -> None:
        reel, runner, stage = self._reel, self._runner, self._stage
        self._reel = self._runner = self._stage = self._image = None
        if reel is not None and runner is not None and stage is not None:
            reel.stopped = True
            runner.close()  # from here on no other thread has the file
            runner.deleteLater()
            reel.file.abandon()
            stage.close()
        self.settled.emit()
