"""A film of 120 frames of 960 × 540 as MP4 and as GIF, beside encoding the same frames alone.

What encoding costs is the least that any film costs; the rest is computing and drawing. The same path is drawn, frame
by frame, as `python main.py film` draws it.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from PySide6.QtGui import QImage

from qhm_gui.appearance.application import make_application
from qhm_gui.export.film.film import FILMS, Film, FilmFile, FilmOptions, computed, make_film
from qhm_gui.export.film.writer import FilmError
from qhm_gui.export.scene import page_scene, view_scene
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State
from qhm_math.progress import SILENT

OPTIONS = {"seconds": 4.0, "rate": 30, "width": 960, "height": 540}
_ROUNDS = 3


def whole(film: Film, path: Path) -> float:
    """Seconds to compute, draw and write the film."""
    begun = time.perf_counter()
    make_film(film, path, SILENT)
    return time.perf_counter() - begun


def encoding(film: Film, path: Path, frames: list[QImage]) -> float:
    """Seconds to write frames that are drawn already."""
    begun = time.perf_counter()
    file = FilmFile(film, path)
    for frame in frames:
        file.add(frame)
    file.finish()
    return time.perf_counter() - begun


def measure() -> list[tuple[str, str, str]]:
    """(what, result, goal)."""
    make_application()
    rows: list[tuple[str, str, str]] = []
    path, page = view_scene("path"), page_scene(PAGES["explore"])
    films = (("the path", path, "mp4", "≤ 3 s"), ("the path", path, "gif", ""), ("the page Explore", page, "mp4", ""))
    for name, scene, kind, goal in films:
        film = Film(scene, State(), FilmOptions(**OPTIONS, kind=kind))
        what = f"film of {name}, {film.options.frames} frames of 960 × 540, {kind.upper()}"
        try:
            FILMS[kind].require()
        except FilmError as error:
            rows.append((what, str(error), goal))
            continue
        with film.stage() as stage:
            frames = [stage.picture(*moment) for moment in computed(film, SILENT)]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"film.{kind}"
            # In turns, so that a slow spell of the machine meets both alike.
            times = [(whole(film, file), encoding(film, file, frames)) for _ in range(_ROUNDS)]
            size = file.stat().st_size / 1e6
        seconds, least = (min(column) for column in zip(*times, strict=True))
        rows.append((what, f"{seconds:.2f} s, {size:.1f} MB", goal))
        rows.append(("  beside encoding the frames alone", f"{seconds / least:.1f} × ({least:.2f} s)", ""))
    return rows


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
