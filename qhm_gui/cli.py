"""The command line. Qt is imported only when it is known that there is a display: without one Qt ends the process."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

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
    options = _parser().parse_args(arguments)
    commands = {"screenshots": _screenshots, "figures": _figures, "conjecture": _conjecture}
    return commands[options.command](options) if options.command in commands else _window()


def _window() -> int:
    if _display_missing():
        return _render_instead("No display was found")
    if sys.platform.startswith("linux"):
        # a display that does not answer, or a missing xcb library, must not end the process
        os.environ.setdefault("QT_QPA_PLATFORM", "wayland;xcb;offscreen" if _wayland() else "xcb;offscreen")
    from PySide6.QtGui import QGuiApplication

    from qhm_gui.app import make_application, open_window

    make_application()
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        return _render_instead(_UNUSABLE)
    return open_window()


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
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QSize

    from qhm_gui.pages import PAGES
    from qhm_gui.screenshots import render_pages

    if options.page is not None and options.page not in PAGES:
        return _complain(f"--page {options.page} is not a page: it must be one of {', '.join(PAGES)}.")
    pages = [options.page] if options.page else list(PAGES)
    themes = [options.theme] if options.theme else list(_THEMES)
    size = QSize(*options.size)
    try:
        render_pages(options.out, pages, themes, [options.lang], size, print)
    except OSError as error:
        return _complain(f"--out {options.out} cannot be written to: {error.strerror or error}.")
    return 0


def _figures(options: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from qhm_gui import figures_command

    try:
        return figures_command.run(options, print)
    except figures_command.Mistake as mistake:
        return _complain(str(mistake))


def _conjecture(_options: argparse.Namespace) -> int:
    from qhm_gui.conjecture_command import check

    return 0 if check(print) else 1


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
    commands = parser.add_subparsers(title="instead of the window")
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
    figures.add_argument("--format", default="pdf,png", metavar="F,F", help="of pdf, svg, png, csv; default: pdf,png")
    figures.add_argument("--theme", default="light", help="light or dark; default: light")
    figures.add_argument("--scale", default="2", metavar="N", help="PNG pixels a unit, 1 to 4; default: 2")
    figures.add_argument("--lang", choices=_LANGUAGES, default="en", help="default: en")
    conjecture = commands.add_parser("conjecture", help="check the paper's conjecture on a million cells")
    conjecture.set_defaults(command="conjecture")
    return parser
