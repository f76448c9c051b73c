"""A film: a run played from its first step to its last, or one number of the state swept from a value to a value.

What is shown is data (:class:`Film`, its moments); computing is pure (:func:`computed`), showing is the stage's, and a
:class:`FilmFile` takes the frames. :func:`make_film` does all of it in one thread; the window shares it out.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from qhm_gui.appearance.theme import THEMES
from qhm_gui.export.film.gif import GifWriter
from qhm_gui.export.film.mp4 import Mp4Writer
from qhm_gui.export.film.stage import Moment, Stage
from qhm_gui.export.film.writer import FilmError, FilmFormat, FilmLook, FilmWriter
from qhm_gui.export.scene import Scene
from qhm_gui.files.atomic import begin_part, drop_part, finish_part
from qhm_gui.files.provenance import stamp
from qhm_gui.state.state import State, alpha_range, changed, declared_at, value_at
from qhm_gui.state.store import explain
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.text.row_words import RowChoices
from qhm_gui.text.system_words import reason_of
from qhm_math.declared import Declared, ParameterError, check_declared, declared, declared_fields
from qhm_math.progress import Cancelled, Monitor

#: Endings, and who writes them. A format is a file and a row.
FILMS: dict[str, FilmFormat] = {
    row.key: row
    for row in (
        FilmFormat("mp4", "MP4", Mp4Writer, "av"),
        FilmFormat("gif", "GIF", GifWriter, "pillow", fastest=50),
    )
}

#: More frames than this are hours of work and gigabytes: refused rather than begun.
MOST_FRAMES = 10_000


@dataclass(frozen=True)
class FilmOptions:
    """The choices: playback of a run, or a sweep of ``path`` from ``low`` to ``high``; and how it looks."""

    what: str = declared(
        "playback", label="animation of", kind="choice", choices=(("playback", "the run"), ("sweep", "one parameter"))
    )
    path: str = "alpha"
    low: float = declared(0.05, label="from", low=-1e9, high=1e9)
    high: float = declared(5.0, label="to", low=-1e9, high=1e9)
    spacing: str = declared("linear", label="spacing", kind="choice", choices=(("linear", "linear"), ("log", "log")))
    seconds: float = declared(4.0, label="seconds", low=0.0, low_open=True, high=600.0)
    rate: int = declared(30, label="frames a second", kind="integer", low=1, high=60)
    width: int = declared(1280, label="width", kind="integer", low=160, high=3840)
    height: int = declared(720, label="height", kind="integer", low=120, high=2160)
    kind: str = declared("mp4", label="format", kind="choice", choices=RowChoices(FILMS))
    theme: str = declared("light", label="colours", kind="choice", choices=RowChoices(THEMES, attrgetter("key")))

    def __post_init__(self) -> None:
        check_declared(self)

    @property
    def frames(self) -> int:
        """How many pictures; both ends are among them."""
        return round(self.seconds * self.rate)


@dataclass(frozen=True)
class Film:
    """A scene of a state, filmed. Raises FilmError, a sentence for the user, where that cannot be done."""

    scene: Scene
    state: State
    options: FilmOptions

    def __post_init__(self) -> None:
        o = self.options
        if not 2 <= o.frames <= MOST_FRAMES:
            raise FilmError(
                tr(
                    "{seconds} s at {rate} frames a second are {frames} frames; an animation has 2 to {most}.",
                    seconds=f"{o.seconds:g}",
                    rate=o.rate,
                    frames=o.frames,
                    most=grouped(MOST_FRAMES),
                )
            )
        fastest = FILMS[o.kind].fastest
        if o.rate > fastest:
            raise FilmError(
                tr(
                    "{format} counts hundredths of a second: at most {fastest} frames a second, not {rate}.",
                    format=FILMS[o.kind].title,
                    fastest=fastest,
                    rate=o.rate,
                )
            )
        if o.what == "playback":
            if not self.scene.moves:
                raise FilmError(tr("Nothing here has a playhead: an animation needs a parameter to sweep."))
            return
        if o.path not in sweepable(self.state):
            raise FilmError(
                tr(
                    "{name} is no number that can be swept: there are {names}.",
                    name=o.path,
                    names=", ".join(sweepable(self.state)),
                )
            )
        if o.low == o.high:
            raise FilmError(tr("A sweep needs two different ends, not twice {value}.", value=f"{o.low:g}"))
        if o.spacing == "log" and min(o.low, o.high) <= 0:
            raise FilmError(
                tr("A logarithmic sweep needs two ends above 0, not {value}.", value=f"{min(o.low, o.high):g}")
            )
        for end in (o.low, o.high):  # what both ends allow, everything between them does
            self._at(end)

    @cached_property
    def values(self) -> np.ndarray:
        """The values of a sweep, a value a frame: both ends exactly."""
        o = self.options
        divide = np.geomspace if o.spacing == "log" else np.linspace
        values = divide(o.low, o.high, o.frames)
        values[0], values[-1] = o.low, o.high
        return values

    def moments(self) -> Iterator[Moment]:
        """What the frames show, in order."""
        o = self.options
        if o.what == "playback":
            for step in np.rint(np.linspace(0, self.state.steps, o.frames)).astype(int).tolist():
                yield Moment(self.state, step)
        else:
            for value in self.values.tolist():
                state = self._at(value)
                yield Moment(state, state.steps, o.path)

    def _at(self, value: float) -> State:
        path = self.options.path
        change = {path: round(value) if declared_at(self.state, path).kind == "integer" else value}
        try:
            return changed(self.state, change)
        except ParameterError as error:
            raise FilmError(explain(error, self.state, change)) from None

    @property
    def look(self) -> FilmLook:
        """What the file has to know. Sides are even: the colours of an MP4 are stored for 2 × 2 pixels."""
        o = self.options
        return FilmLook(o.width // 2 * 2, o.height // 2 * 2, o.rate, stamp(self.state))

    def stage(self) -> Stage:
        """The views, ready to be shown."""
        return Stage(self.scene, QSize(self.look.width, self.look.height), THEMES[self.options.theme])


def sweepable(state: State) -> dict[str, Declared]:
    """Path -> declaration of every number that can be swept: of the state, its loss, its noise, the pages' options."""
    found = {name: field for name, field in declared_fields(state).items() if field.kind in ("number", "integer")}
    for part in fields(state):
        value = getattr(state, part.name)
        if is_dataclass(value):
            inner: dict[str, Declared] = getattr(value, "inner_fields", dict)()
            found |= {
                f"{part.name}.{name}": field
                for name, field in {**declared_fields(value), **inner}.items()
                if field.kind in ("number", "integer")
            }
    return found


def whole_sweep(options: FilmOptions, state: State, path: str) -> FilmOptions:
    """``options`` with a sweep of ``path`` over what its slider covers."""
    field, value = declared_at(state, path), float(value_at(state, path))
    ends = alpha_range(state) if path == "alpha" else field.slider or (field.low, field.high)
    if not np.all(np.isfinite(ends)) or ends[1] - ends[0] > 1e5:
        ends = (value / 2, 2 * value) if value else (-1.0, 1.0)
    spacing = "log" if field.scale == "log" and min(ends) > 0 else "linear"
    return replace(options, path=path, low=ends[0], high=ends[1], spacing=spacing)


def computed(film: Film, monitor: Monitor) -> Iterator[tuple[Moment, dict[str, Any]]]:
    """Every moment with the answers that are new in it, by the views' keys. Pure. Cancelled if the monitor cancels."""
    asked: dict[str, Any] = {}
    for moment in film.moments():
        answers: dict[str, Any] = {}
        for view in film.scene.views:
            if not view.ready(moment.state):
                continue
            request = view.request(moment.state)
            if asked.get(view.key) == request:
                continue
            asked[view.key] = request
            for answer in view.compute(request, monitor):  # the last is the finest
                answers[view.key] = answer
            if monitor.cancelled() or view.key not in answers:
                raise Cancelled(f"{view.key} was cancelled")
        yield moment, answers


class FilmFile:
    """The file of a film, under a passing name until it is whole. Every method may be called from any one thread.

    Raises FilmError with a sentence: the extra is missing, the folder cannot be written to, the disk is full.
    """

    def __init__(self, film: Film, path: Path) -> None:
        self._path = path
        row = FILMS[film.options.kind]
        row.require()
        self._part: Path | None = None
        self._writer: FilmWriter | None = None
        try:
            if path.is_dir():  # else found out only when all is done
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._part = begin_part(path)
            self._writer = row.writer(self._part, film.look)
        except OSError as error:
            self.abandon()
            raise self._failure(error) from None
        except FilmError:
            self.abandon()
            raise

    def add(self, image: QImage) -> None:
        """One more frame."""
        assert self._writer is not None, "the film has ended"
        try:
            self._writer.add(image)
        except OSError as error:
            raise self._failure(error) from None

    def finish(self) -> None:
        """Complete the file and give it its name, in place of one that was there."""
        assert self._writer is not None and self._part is not None, "the film has ended"
        try:
            self._writer.close()
            self._writer = None
            finish_part(self._part, self._path)
        except OSError as error:
            raise self._failure(error) from None

    def abandon(self) -> None:
        """Leave nothing, unless it is finished."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(OSError):  # of what waited to be written, as on a full disk
                writer.abandon()
        if self._part is not None:
            drop_part(self._part)

    def _failure(self, error: OSError) -> FilmError:
        return FilmError(tr("{file} cannot be written: {reason}.", file=str(self._path), reason=reason_of(error)))


def make_film(film: Film, path: Path, monitor: Monitor) -> None:
    """Compute, show and write ``film``. FilmError, or Cancelled where the monitor cancels: then no file is left."""
    file = FilmFile(film, path)
    try:
        with film.stage() as stage:
            for count, (moment, answers) in enumerate(computed(film, monitor), start=1):
                file.add(stage.picture(moment, answers))
                monitor.report(count / film.options.frames)
                if monitor.cancelled():
                    raise Cancelled("the film was cancelled")
        file.finish()
    finally:
        file.abandon()
