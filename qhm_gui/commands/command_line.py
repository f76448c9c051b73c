"""The command line. Qt is imported only when it is known that there is a display: without one Qt ends the process."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

from qhm_gui.commands.command_arguments import BY_MODULE, WITHOUT_SCREEN, make_parser, theme_keys
from qhm_gui.commands.guard import listen_to_qt, qt_messages, standard_output
from qhm_gui.commands.plugins import load_plugins
from qhm_gui.files.log import start_log
from qhm_math.resource_files import ResourceError, check_resources

RENDERED = Path("rendered")
#: Qt itself has said why; on Debian it is most often one of these packages.
_UNUSABLE = (
    "The display could not be used (on Debian: apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 "
    "libxkbcommon-x11-0 libxcb-shape0)"
)
_WITHOUT_COMMAND = ("-h", "--help", "--version")


def main(arguments: list[str]) -> int:
    """Run what was asked for. The exit status: 0, or 2 with one sentence for a mistake in the arguments.

    ResourceError where a file of the program's own is missing or damaged.
    """
    commands = {
        "open": _open,
        "screenshots": _screenshots,
        **dict.fromkeys(BY_MODULE, _run_module),
        "conjecture": _conjecture,
    }
    if arguments and not arguments[0].startswith("-") and arguments[0] not in commands:
        arguments = ["open", *arguments]  # main.py SESSION
    if arguments and arguments[0].startswith("-") and arguments[0] not in _WITHOUT_COMMAND:
        return _complain(f"{arguments[0]} is not understood before a command; --help lists the commands.")
    left_out = load_plugins()
    if arguments and arguments[0] != "open":  # a window has the log
        for sentence in left_out:
            print(sentence, file=sys.stderr)
    options = make_parser(arguments[0] if arguments else "").parse_args(arguments)
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
    return _screenshots(make_parser("screenshots").parse_args(["screenshots", "--out", str(RENDERED), "--force"]))


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
    themes = [options.theme] if options.theme else theme_keys()
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


def _run_module(options: argparse.Namespace) -> int:
    """A command that is a module of its own."""
    from qhm_gui.commands.arguments import Mistake

    if options.command in WITHOUT_SCREEN:
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
