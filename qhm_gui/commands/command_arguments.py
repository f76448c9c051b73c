"""The parser of the command line: what each command is for, and what may be typed behind it, from the tables."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

from qhm_gui.commands.parser import Parser
from qhm_gui.text.version import PROGRAM

_SMALLEST, _LARGEST = 320, 8000


def _size(text: str) -> tuple[int, int]:
    from qhm_gui.text.numbers import NumberError, parse_sides, parse_whole

    found = parse_sides(text)
    try:
        size = (parse_whole(found[0]), parse_whole(found[1])) if found and found[2] in ("", "px") else (0, 0)
    except NumberError:
        size = (0, 0)
    if not all(_SMALLEST <= side <= _LARGEST for side in size):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a size: it must be WIDTHxHEIGHT, each from {_SMALLEST} to {_LARGEST}, such as 1600x1000"
        )
    return size


def make_parser(command: str = "") -> argparse.ArgumentParser:
    """The parser, with the arguments of ``command``: what they can be is in tables that other commands do not need."""
    parser = Parser(prog=Path(sys.argv[0]).name, description="See what momentum does in stochastic gradient descent.")
    parser.add_argument("--version", action="version", version=PROGRAM)
    parser.set_defaults(command="window")
    commands = parser.add_subparsers(title="a session file to open, or instead of the window")
    for name, (words, add) in COMMANDS.items():
        sub = commands.add_parser(name, help=words)
        sub.set_defaults(command=name)
        if name == command:
            add(sub)
    return parser


def _add_open(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--print", action="store_true", help="print the state in the file, and open no window")


def _add_screenshots(parser: argparse.ArgumentParser) -> None:
    where = "the folder to write to; - is standard output, for one picture"
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=where)
    parser.add_argument("--page", metavar="NAME", help=f"only this page, of {_pages()} (default: every page)")
    parser.add_argument("--theme", choices=theme_keys(), help="only this theme (default: all)")
    parser.add_argument("--size", type=_size, default=(1600, 1000), metavar="WxH", help="default: 1600x1000")
    _add_force(parser)
    _add_language(parser)


def _add_figures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as 1a or figure-1a (default: all of them)")
    parser.add_argument("--list", action="store_true", help="name the figures and make none")
    parser.add_argument("--out", metavar="DIR", help="the folder to write to; - is standard output, for one file")
    parser.add_argument("--format", default="pdf,png", metavar="F,F", help=f"of {_formats()}; default: pdf,png")
    _add_look(parser)
    _add_force(parser)
    _add_language(parser)


def _add_film(parser: argparse.ArgumentParser) -> None:
    from qhm_gui.export.film.film import FILMS

    endings = _one_of([f"FILE.{key}" for key in FILMS])
    parser.add_argument("what", metavar="SESSION_OR_PRESET", help="a session file, or a figure such as figure-2-1")
    _add_scene(parser)
    parser.add_argument("--out", required=True, metavar="FILE", help=f"{endings}; - is standard output")
    parser.add_argument("--format", metavar="F", help=f"of standard output: {_one_of(list(FILMS))}; default: mp4")
    parser.add_argument("--seconds", default="4", metavar="S", help="default: 4")
    parser.add_argument("--fps", default="30", metavar="N", help="frames a second; default: 30")
    parser.add_argument("--size", default="1280x720", metavar="WxH", help="default: 1280x720")
    parser.add_argument("--sweep", metavar="NAME:FROM:TO[:log]", help="such as alpha:0.05:5:log, instead of playing")
    parser.add_argument("--theme", default="light", help=f"{_one_of(theme_keys())}; default: light")
    _add_force(parser)
    _add_language(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    session = "a session, a figure such as figure-1a, or an exported file, whose figure is made again as it was"
    parser.add_argument("session", metavar="SESSION", help=session)
    named = "a file to write, whose ending is its format; - is standard output (default: files in --out)"
    parser.add_argument("file", nargs="?", metavar="FILE", help=named)
    _add_scene(parser)
    own = f"of {_formats()}; default: that of an exported file, else pdf"
    parser.add_argument("--format", metavar="F,F", help=own)
    _add_look(parser)
    parser.add_argument("--title", metavar="TEXT", help="default: the view's own; '' leaves it out")
    parser.add_argument("--subtitle", metavar="TEXT", help="default: the view's own; '' leaves it out")
    parser.add_argument("--caption", metavar="TEXT", help="below the figure")
    marks = "in these texts *x* is italic, _{x} an index and ^{x} an exponent"
    parser.add_argument("--markup", action="store_true", help=marks)
    parser.add_argument("--name", metavar="NAME", help="the files' name without its ending")
    parser.add_argument("--out", metavar="DIR", help="the folder to write to; default: this one")
    _add_force(parser)
    _add_language(parser, "that of an exported file, else en")


def _add_of_module(name: str) -> Callable[[argparse.ArgumentParser], None]:
    def add(parser: argparse.ArgumentParser) -> None:
        importlib.import_module(f"qhm_gui.commands.{name}").add_arguments(parser)
        _add_language(parser)

    return add


def _add_conjecture(parser: argparse.ArgumentParser) -> None:
    _add_letter(parser)


def _add_scene(parser: argparse.ArgumentParser) -> None:
    from qhm_gui.views import VIEWS

    page = f"all canvases of a page, of {_pages()} (default: the session's page)"
    parser.add_argument("--page", metavar="NAME", help=page)
    view = f"one canvas, of {', '.join(VIEWS)} (default of a preset: its own)"
    parser.add_argument("--view", metavar="NAME", help=view)


def _add_look(parser: argparse.ArgumentParser) -> None:
    """How a figure looks. What is not given is as in the exported file that it is made from, else the default."""
    from qhm_gui.export.options import LAYERS, PRESETS, ExportOptions
    from qhm_math.declared import declared_fields

    legends = [key for key, _ in declared_fields(ExportOptions)["legend"].choices]
    sizes = f"{', '.join(PRESETS)}, or such as 120x80mm; default: slide"
    parser.add_argument("--size", metavar="NAME", help=sizes)
    parser.add_argument("--theme", help=f"{_one_of([*theme_keys(), 'transparent'])}; default: light")
    parser.add_argument("--transparent", action="store_true", help="no background, in the colours of --theme")
    parser.add_argument("--type", metavar="N", help="times the type of the size, 0.5 to 2; default: 1")
    parser.add_argument("--scale", metavar="N", help="PNG pixels a unit, 1 to 4; default: 2")
    parser.add_argument("--legend", metavar="WHERE", help=f"{_one_of(legends)}; default: auto")
    parser.add_argument("--text", metavar="HOW", help="in SVG: outlines or text; default: outlines")
    parser.add_argument("--author", metavar="NAME", help="who made it, for PDF, SVG and PNG; default: not said")
    parser.add_argument("--show", metavar="L,L", help=f"layers to show: of {', '.join(LAYERS)}; default: none")


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="write over files that are there")


def _add_language(parser: argparse.ArgumentParser, default: str = "en") -> None:
    from qhm_gui.text.language import LANGUAGES

    first = default if default in LANGUAGES else None
    parser.add_argument("--lang", choices=LANGUAGES, default=first, help=f"default: {default}")
    _add_letter(parser)


def _add_letter(parser: argparse.ArgumentParser) -> None:
    from qhm_gui.text.symbols import LETTERS

    letter = "of the momentum share: ν or, as in the talk of 2020, γ"
    parser.add_argument("--letter", choices=tuple(LETTERS), help=letter)


def _pages() -> str:
    from qhm_gui.state.pages import PAGES

    return ", ".join(PAGES)


def _formats() -> str:
    from qhm_gui.export import EXPORTERS

    return ", ".join(EXPORTERS)


def theme_keys() -> list[str]:
    from qhm_gui.appearance.theme import THEMES

    return list(THEMES)


def _one_of(words: list[str]) -> str:
    """a, b or c."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


#: What those commands are for that bring their arguments themselves, by ``add_arguments``.
_OWN_ARGUMENTS = {
    "choose": "recommend learning rate, momentum and ν for a spectrum, a noise and a budget",
    "probe": "write the script that probes a training run, or say what a probe holds",
    "sweep": "train a model for every cell of a grid over α, β and ν, on real data",
    "talk": "render the talk as slides: PDF, pictures, one HTML file, PowerPoint",
}
#: Commands that are a module of that name here, with ``run``; those that draw need Qt, no screen.
BY_MODULE = ("figures", "film", "export", *_OWN_ARGUMENTS)
WITHOUT_SCREEN = ("figures", "film", "export", "talk")

#: What each command is for, and what adds its arguments.
COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "open": ("open a session or exported file; the word open may be left out", _add_open),
    "screenshots": ("render the pages to PNG files", _add_screenshots),
    "figures": ("make the paper's figures, for slides", _add_figures),
    "film": ("make a film of a session or a preset: a run, or one parameter swept", _add_film),
    "export": ("export a page or a view of a session or a preset, for a paper", _add_export),
    **{name: (what, _add_of_module(name)) for name, what in _OWN_ARGUMENTS.items()},
    "conjecture": ("check the paper's conjecture on a million cells", _add_conjecture),
}
