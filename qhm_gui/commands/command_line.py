"""The command line. Qt is imported only when it is known that there is a display: without one Qt ends the process."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from qhm_gui.commands.guard import listen_to_qt, qt_messages, standard_output
from qhm_gui.commands.parser import Parser
from qhm_gui.commands.plugins import load_plugins
from qhm_gui.files.log import start_log
from qhm_gui.text.version import PROGRAM
from qhm_math.resource_files import ResourceError, check_resources

RENDERED = Path("rendered")
#: Qt itself has said why; on Debian it is most often one of these packages.
_UNUSABLE = (
    "The display could not be used (on Debian: apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 "
    "libxkbcommon-x11-0 libxcb-shape0)"
)
_SMALLEST, _LARGEST = 320, 8000
_WITHOUT_COMMAND = ("-h", "--help", "--version")


def main(arguments: list[str]) -> int:
    """Run what was asked for. The exit status: 0, or 2 with one sentence for a mistake in the arguments.

    ResourceError where a file of the program's own is missing or damaged.
    """
    commands = {
        "open": _open,
        "screenshots": _screenshots,
        "figures": _figures,
        "film": _film,
        "export": _export,
        **dict.fromkeys(_BY_MODULE, _run_module),
        "conjecture": _conjecture,
    }
    if arguments and not arguments[0].startswith("-") and arguments[0] not in commands:
        arguments = ["open", *arguments]  # main.py SESSION
    if arguments and arguments[0].startswith("-") and arguments[0] not in _WITHOUT_COMMAND:
        return _complain(f"{arguments[0]} is not understood before a command; --help lists the commands.")
    load_plugins()
    options = _parser(arguments[0] if arguments else "").parse_args(arguments)
    if options.command not in commands:
        return _window()
    if options.command != "open":  # which tells of it in a window
        check_resources()
    from qhm_gui.text.symbols import choose_letter

    choose_letter(getattr(options, "letter", None) or "nu")
    return commands[options.command](options)


def _open(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        what = "a folder" if options.file.is_dir() else "neither a file nor a command; --help lists the commands"
        return _complain(f"{options.file} is {what}.")
    return _print(options.file) if options.print else _window(options.file)


def _print(file: Path) -> int:
    from qhm_gui.files import session
    from qhm_gui.files.provenance import read_session

    try:
        text = session.dump(read_session(file))
    except session.SessionError as error:
        return _complain(str(error))
    with standard_output():
        print(text, end="", flush=True)
    return 0


def _window(file: Path | None = None) -> int:
    if _display_missing():
        return _render_instead("No display was found", file)
    if sys.platform.startswith("linux"):
        # a display that does not answer, or a missing xcb library, must not end the process
        os.environ.setdefault("QT_QPA_PLATFORM", "wayland;xcb;offscreen" if _wayland() else "xcb;offscreen")
    listen_to_qt()
    from PySide6.QtGui import QGuiApplication

    from qhm_gui.appearance.application import make_application
    from qhm_gui.window.start import open_window

    try:
        check_resources()
        make_application()
    except ResourceError as error:
        from qhm_gui.dialogs.refusal import refuse

        refuse(error)  # who started it from a menu sees no terminal
        raise
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        print("\n".join(qt_messages), file=sys.stderr)
        return _render_instead(_UNUSABLE, file)
    status = open_window(file)
    start_log().errors = 0  # the window has told them
    return status


def _offscreen() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    listen_to_qt()


def _tell(line: str) -> None:
    """At once: a command that is stopped has told what it has done."""
    with standard_output():
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


def _render_instead(reason: str, file: Path | None = None) -> int:
    if file is not None:
        reason = reason.removesuffix(".")
        return _complain(f"{reason}, so {file} cannot be opened in a window: export and film draw what is in it.")
    print(f"{reason}, so there is no window to open. Rendering every page to {RENDERED}/ instead:", flush=True)
    check_resources()
    # a folder of its own, which it may write over
    return _screenshots(_parser("screenshots").parse_args(["screenshots", "--out", str(RENDERED), "--force"]))


def _screenshots(options: argparse.Namespace) -> int:
    _offscreen()
    from PySide6.QtCore import QSize

    from qhm_gui.commands.arguments import Mistake
    from qhm_gui.commands.output import Output
    from qhm_gui.commands.screenshots import picture_name, render_pages
    from qhm_gui.state.pages import PAGES

    if options.page is not None and options.page not in PAGES:
        return _complain(f"--page {options.page} is not a page: it must be one of {', '.join(PAGES)}.")
    pages = [options.page] if options.page else list(PAGES)
    themes = [options.theme] if options.theme else _themes()
    size = QSize(*options.size)
    try:
        names = [picture_name(page, theme, options.lang) for page in pages for theme in themes]
        files = Output.placed(options.out, names, "one --page and one --theme")
        output = Output(f"--out {options.out}", files, force=options.force)
        render_pages(options.out, pages, themes, [options.lang], size, output.teller(_tell))
    except Mistake as mistake:
        return _complain(str(mistake))
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


def _run_module(options: argparse.Namespace) -> int:
    """A command that is a module of its own: see :data:`_BY_MODULE`."""
    from qhm_gui.commands.arguments import Mistake

    if options.command in _WITHOUT_SCREEN:
        _offscreen()
    try:
        return importlib.import_module(f"qhm_gui.commands.{options.command}").run(options, _tell)
    except Mistake as mistake:
        return _complain(str(mistake))


def _conjecture(_options: argparse.Namespace) -> int:
    from qhm_gui.commands.conjecture import check
    from qhm_gui.text.symbols import lettered

    return 0 if check(lambda line: _tell(lettered(line))) else 1


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


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


def _parser(command: str = "") -> argparse.ArgumentParser:
    """The parser, with the arguments of ``command``: what they can be is in tables that other commands do not need."""
    parser = Parser(prog=Path(sys.argv[0]).name, description="See what momentum does in stochastic gradient descent.")
    parser.add_argument("--version", action="version", version=PROGRAM)
    parser.set_defaults(command="window")
    commands = parser.add_subparsers(title="a session file to open, or instead of the window")
    for name, (words, add) in _ARGUMENTS.items():
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
    parser.add_argument("--theme", choices=_themes(), help="only this theme (default: all)")
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
    parser.add_argument("--theme", default="light", help=f"{_one_of(_themes())}; default: light")
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
    parser.add_argument("--theme", help=f"{_one_of([*_themes(), 'transparent'])}; default: light")
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


def _themes() -> list[str]:
    from qhm_gui.appearance.theme import THEMES

    return list(THEMES)


def _one_of(words: list[str]) -> str:
    """a, b or c."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


#: Commands that are a module of that name here, with ``add_arguments`` and ``run``; those that draw need Qt, no screen.
_BY_MODULE = {
    "choose": "recommend learning rate, momentum and ν for a spectrum, a noise and a budget",
    "probe": "write the script that probes a training run, or say what a probe holds",
    "sweep": "train a model for every cell of a grid over α, β and ν, on real data",
    "talk": "render the talk as slides: PDF, pictures, one HTML file, PowerPoint",
}
_WITHOUT_SCREEN = ("talk",)

#: What each command is for, and what adds its arguments.
_ARGUMENTS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "open": ("open a session or exported file; the word open may be left out", _add_open),
    "screenshots": ("render the pages to PNG files", _add_screenshots),
    "figures": ("make the paper's figures, for slides", _add_figures),
    "film": ("make a film of a session or a preset: a run, or one parameter swept", _add_film),
    "export": ("export a page or a view of a session or a preset, for a paper", _add_export),
    **{name: (what, _add_of_module(name)) for name, what in _BY_MODULE.items()},
    "conjecture": ("check the paper's conjecture on a million cells", _add_conjecture),
}
