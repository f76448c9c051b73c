"""`python main.py film`: a film of a session or a preset as a file, without a window."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.arguments import Mistake, check_scene, chosen_session, number, whole
from qhm_gui.commands.output import STDOUT, Output, Tell
from qhm_gui.export.film.film import FILMS, Film, FilmOptions, make_film
from qhm_gui.export.film.writer import FilmError
from qhm_gui.export.scene import Scene, page_scene, view_scene
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State
from qhm_gui.state.store import explain
from qhm_gui.text import language
from qhm_gui.text.numbers import parse_sides
from qhm_math.declared import ParameterError


def run(options: argparse.Namespace, tell: Tell) -> int:
    """Make the film. The exit status. Mistake, with a sentence, when it cannot be made."""
    language.set_language(options.lang)
    out = Path(options.out)
    state, scene = chosen(options)
    look = film_options(options, state, out)
    output = Output(f"--out {options.out}", [out], force=options.force)
    make_application()
    try:
        film = Film(scene, state, look)
        output.through_file(out, look.kind, lambda path: make_film(film, path, _Line()))
    except FilmError as error:
        raise Mistake(str(error)) from None
    finally:
        _say("")
    if out != STDOUT:
        tell(str(out))
    return 0


def chosen(options: argparse.Namespace) -> tuple[State, Scene]:
    """The state, and what is seen of it."""
    session, preset = chosen_session(options.what)
    if options.page is not None and options.view is not None:
        raise Mistake("A film is of one thing: --page or --view, not both.")
    check_scene(options.page, options.view)
    view = options.view or (preset.view if preset and options.page is None else None)
    page = options.page or session.state.page
    return session.state, view_scene(view) if view else page_scene(PAGES[page])


def film_options(options: argparse.Namespace, state: State, out: Path) -> FilmOptions:
    """What the arguments say of the film."""
    kind = out.suffix.removeprefix(".").lower() or options.format or ("" if out != STDOUT else next(iter(FILMS)))
    if options.format and (options.format not in FILMS or options.format != kind):
        raise Mistake(f"--format {options.format} is no format of {options.out}: it must be one of {', '.join(FILMS)}.")
    if kind not in FILMS:
        endings = " or ".join(f".{key}" for key in FILMS)
        raise Mistake(f"--out {options.out} is no film: its name must end in {endings}.")
    size = parse_sides(options.size)
    if size is None or size[2] not in ("", "px"):
        raise Mistake(f"--size {options.size} is not a size: it must be WIDTHxHEIGHT, such as 1280x720.")
    film = FilmOptions()
    try:
        film = FilmOptions(
            seconds=number("--seconds", options.seconds),
            rate=whole("--fps", options.fps),
            width=whole("--size", size[0]),
            height=whole("--size", size[1]),
            kind=kind,
            theme=options.theme,
        )
        return _swept(film, options.sweep) if options.sweep else film
    except ParameterError as error:
        raise Mistake(explain(error, state, {"film": film})) from None


def _swept(film: FilmOptions, text: str) -> FilmOptions:
    parts = text.split(":")
    if len(parts) not in (3, 4) or parts[3:] not in ([], ["log"], ["linear"]):
        raise Mistake(f"--sweep {text} is not understood: it must be NAME:FROM:TO or NAME:FROM:TO:log.")
    low, high = (number("--sweep", part) for part in parts[1:3])
    spacing = parts[3] if len(parts) == 4 else "linear"
    return replace(film, what="sweep", path=parts[0], low=low, high=high, spacing=spacing)


class _Line:
    """A monitor that writes one line over and over, where there is a terminal."""

    def report(self, fraction: float) -> None:
        _say(f"{100 * fraction:.0f} %")

    def cancelled(self) -> bool:
        return False


def _say(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()
