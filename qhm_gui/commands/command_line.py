"""The command line. Qt is imported only when it is known that there is a display: without one Qt ends the process."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from qhm_gui.commands.guard import listen_to_qt, qt_messages
from qhm_gui.files.log import start_log

RENDERED = Path("rendered")
_THEMES = ("light", "dark")
_LANGUAGES = ("en", "ja")
#: Qt itself has said why; on Debian it is most often one of these packages.
_UNUSABLE = (
    "The display could not be used (on Debian: apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 "
    "libxkbcommon-x11-0 libxcb-shape0)"
)
_SMALLEST, _LARGEST = 320, 8000


def main(arguments: list[str]) -> int:
    """Run what was asked for. The exit status: 0, or 2 with one sentence for a mistake in the arguments."""
    commands = {
        "open": _open,
        "screenshots": _screenshots,
        "figures": _figures,
        "film": _film,
        "export": _export,
        "conjecture": _conjecture,
    }
    if arguments and not arguments[0].startswith("-") and arguments[0] not in commands:
        arguments = ["open", *arguments]  # main.py SESSION
    options = _parser().parse_args(arguments)
    return commands[options.command](options) if options.command in commands else _window()


def _open(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        what = "a folder" if options.file.is_dir() else "neither a file nor a command; --help lists the commands"
        return _complain(f"{options.file} is {what}.")
    return _print(options.file) if options.print else _window(options.file)


def _print(file: Path) -> int:
    from qhm_gui.files import session
    from qhm_gui.files.provenance import read_session

    try:
        print(session.dump(read_session(file)), end="", flush=True)
    except session.SessionError as error:
        return _complain(str(error))
    return 0


def _window(file: Path | None = None) -> int:
    if _display_missing():
        return _render_instead("No display was found")
    if sys.platform.startswith("linux"):
        # a display that does not answer, or a missing xcb library, must not end the process
        os.environ.setdefault("QT_QPA_PLATFORM", "wayland;xcb;offscreen" if _wayland() else "xcb;offscreen")
    listen_to_qt()
    from PySide6.QtGui import QGuiApplication

    from qhm_gui.appearance.application import make_application
    from qhm_gui.window.start import open_window

    make_application()
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        print("\n".join(qt_messages), file=sys.stderr)
        return _render_instead(_UNUSABLE)
    status = open_window(file)
    start_log().errors = 0  # the window has told them
    return status


def _offscreen() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    listen_to_qt()


def _tell(line: str) -> None:
    """At once: a command that is stopped has told what it has done."""
    print(line, flush=True)


def _wayland() -> bool:
    return bool(os.environ.get("WAYLAND_DISPLAY"))


def _display_missing() -> bool:
    """Whether Qt would find no screen to draw on."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform in ("offscreen", "minimal")
    if not sys.platform.startswith("linux"):
        return False
    return not (os.environ.get("DISPLAY") or _wayland())


def _render_instead(reason: str) -> int:
    print(f"{reason}, so there is no window to open. Rendering every page to {RENDERED}/ instead:", flush=True)
    return _screenshots(_parser().parse_args(["screenshots", "--out", str(RENDERED)]))


def _screenshots(options: argparse.Namespace) -> int:
    _offscreen()
    from PySide6.QtCore import QSize

    from qhm_gui.commands.screenshots import render_pages
    from qhm_gui.views.pages import PAGES

    if options.page is not None and options.page not in PAGES:
        return _complain(f"--page {options.page} is not a page: it must be one of {', '.join(PAGES)}.")
    pages = [options.page] if options.page else list(PAGES)
    themes = [options.theme] if options.theme else list(_THEMES)
    size = QSize(*options.size)
    try:
        render_pages(options.out, pages, themes, [options.lang], size, _tell)
    except OSError as error:
        return _complain(f"--out {options.out} cannot be written to: {error.strerror or error}.")
    return 0


def _figures(options: argparse.Namespace) -> int:
    _offscreen()
    from qhm_gui.commands import figures as figures_command

    try:
        return figures_command.run(options, _tell)
    except figures_command.Mistake as mistake:
        return _complain(str(mistake))


def _film(options: argparse.Namespace) -> int:
    _offscreen()
    from qhm_gui.commands import film as film_command
    from qhm_gui.commands.arguments import Mistake

    try:
        return film_command.run(options, _tell)
    except Mistake as mistake:
        return _complain(str(mistake))


def _export(options: argparse.Namespace) -> int:
    _offscreen()
    from qhm_gui.commands import export as export_command
    from qhm_gui.commands.arguments import Mistake

    try:
        return export_command.run(options, _tell)
    except Mistake as mistake:
        return _complain(str(mistake))


def _conjecture(_options: argparse.Namespace) -> int:
    from qhm_gui.commands.conjecture import check

    return 0 if check(_tell) else 1


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    sides = tuple(int(side) for side in found.groups()) if found else ()
    if len(sides) != 2 or not all(_SMALLEST <= side <= _LARGEST for side in sides):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a size: it must be WIDTHxHEIGHT, each from {_SMALLEST} to {_LARGEST}, such as 1600x1000"
        )
    return sides[0], sides[1]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py", description="See what momentum does in stochastic gradient descent."
    )
    parser.set_defaults(command="window")
    commands = parser.add_subparsers(title="a session file to open, or instead of the window")
    session = commands.add_parser("open", help="open a session or exported file; the word open may be left out")
    session.set_defaults(command="open")
    session.add_argument("file", type=Path, metavar="FILE")
    session.add_argument("--print", action="store_true", help="print the state in the file, and open no window")
    shots = commands.add_parser("screenshots", help="render the pages to PNG files")
    shots.set_defaults(command="screenshots")
    shots.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write to")
    shots.add_argument("--page", metavar="NAME", help="only this page (default: every page)")
    shots.add_argument("--theme", choices=_THEMES, help="only this theme (default: both)")
    shots.add_argument("--size", type=_size, default=(1600, 1000), metavar="WxH", help="default: 1600x1000")
    shots.add_argument("--lang", choices=_LANGUAGES, default="en", help="default: en")
    figures = commands.add_parser("figures", help="make the paper's figures, for slides")
    figures.set_defaults(command="figures")
    figures.add_argument("names", nargs="*", metavar="NAME", help="such as 1a or figure-1a (default: all of them)")
    figures.add_argument("--list", action="store_true", help="name the figures and make none")
    figures.add_argument("--out", metavar="DIR", help="the folder to write to")
    formats = "of pdf, svg, png, csv, npz; default: pdf,png"
    figures.add_argument("--format", default="pdf,png", metavar="F,F", help=formats)
    figures.add_argument("--theme", default="light", help="light or dark; default: light")
    figures.add_argument("--scale", default="2", metavar="N", help="PNG pixels a unit, 1 to 4; default: 2")
    figures.add_argument("--lang", choices=_LANGUAGES, default="en", help="default: en")
    film = commands.add_parser("film", help="make a film of a session or a preset: a run, or one parameter swept")
    film.set_defaults(command="film")
    film.add_argument("what", metavar="SESSION_OR_PRESET", help="a session file, or a figure such as figure-2-1")
    film.add_argument("--page", metavar="NAME", help="all canvases of a page (default: the session's page)")
    film.add_argument("--view", metavar="NAME", help="one canvas (default of a preset: its own)")
    film.add_argument("--out", required=True, metavar="FILE", help="FILE.mp4 or FILE.gif")
    film.add_argument("--seconds", default="4", metavar="S", help="default: 4")
    film.add_argument("--fps", default="30", metavar="N", help="frames a second; default: 30")
    film.add_argument("--size", default="1280x720", metavar="WxH", help="default: 1280x720")
    film.add_argument("--sweep", metavar="NAME:FROM:TO[:log]", help="such as alpha:0.05:5:log, instead of playing")
    film.add_argument("--theme", default="light", help="light or dark; default: light")
    film.add_argument("--lang", choices=_LANGUAGES, default="en", help="default: en")
    _add_export(commands.add_parser("export", help="export a page or a view of a session or a preset, for a paper"))
    conjecture = commands.add_parser("conjecture", help="check the paper's conjecture on a million cells")
    conjecture.set_defaults(command="conjecture")
    return parser


def _add_export(export: argparse.ArgumentParser) -> None:
    export.set_defaults(command="export")
    export.add_argument("session", metavar="SESSION", help="a session, an exported file, or a figure such as figure-1a")
    export.add_argument("--page", metavar="NAME", help="all canvases of a page (default: the session's page)")
    export.add_argument("--view", metavar="NAME", help="one canvas (default of a preset: its own)")
    export.add_argument("--format", default="pdf", metavar="F,F", help="of pdf, svg, png, csv, npz; default: pdf")
    sizes = "slide, half, third, slide43, column, text, or such as 120x80mm; default: slide"
    export.add_argument("--size", default="slide", metavar="NAME", help=sizes)
    export.add_argument("--theme", default="light", help="light, dark or transparent; default: light")
    export.add_argument("--transparent", action="store_true", help="no background, in the colours of --theme")
    export.add_argument("--type", default="1", metavar="N", help="times the type of the size, 0.5 to 2; default: 1")
    export.add_argument("--scale", default="2", metavar="N", help="PNG pixels a unit, 1 to 4; default: 2")
    export.add_argument("--legend", default="auto", metavar="WHERE", help="auto, below, above or none; default: auto")
    export.add_argument("--show", default="", metavar="L,L", help="layers to show: of point, start, playhead")
    export.add_argument("--title", metavar="TEXT", help="*italic* between asterisks; default: the view's own")
    export.add_argument("--subtitle", metavar="TEXT")
    export.add_argument("--caption", default="", metavar="TEXT", help="below the figure")
    export.add_argument("--name", metavar="NAME", help="the files' name without its ending")
    export.add_argument("--out", default=".", metavar="DIR", help="the folder to write to; default: this one")
    export.add_argument("--lang", choices=_LANGUAGES, default="en", help="default: en")
