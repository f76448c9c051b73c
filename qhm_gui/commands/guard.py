"""One guard round the start and every command.

A signal keeps the work and ends the process with the exit status that a shell gives it: 130 for Ctrl+C, 143 for
SIGTERM, 129 for a terminal that was closed, 141 for a reader that went away. A defect (an exception that no code
expects) is one sentence, exit status 1 and a traceback in the log. Where Qt calls Python (slots, events, threads) an
exception cannot go further up: it goes to the log, and a command then ends with status 1 as well.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, TextIO, cast

from qhm_gui.background.process_end import before_end, end
from qhm_gui.files.atomic import drop_parts, sweep_parts
from qhm_gui.files.log import LogFile, log_file, start_log
from qhm_gui.text.resource_words import resource_sentence
from qhm_gui.text.terminal import Complaints, occupy_standard_streams, write_what_it_can
from qhm_math.resource_files import ResourceError

log = logging.getLogger("qhm")
#: What ends a program from outside. SIGPIPE: nothing reads any more what a command tells.
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE")
#: Of Qt's, which comes without what belongs to a desktop.
_LIBRARY = (
    "The system's library {name} is missing (on Debian: apt install libegl1 libgl1 libdbus-1-3 libx11-xcb1 "
    "libfontconfig1 libxkbcommon0 libglib2.0-0)."
)
#: Qt says this and calls exit(), which Python hears nothing of.
_DISPLAY_DIED = ("The X11 connection broke", "The Wayland connection broke")
#: What Qt said last: why a display cannot be used.
qt_messages: list[str] = []


def guarded(main: Callable[[list[str]], int], arguments: list[str]) -> int:
    """The exit status of ``main(arguments)``, whatever happens in it."""
    with installed() as log_handler:
        try:
            sweep_parts()
            status = main(arguments)
        except SystemExit:  # argparse has said why
            if sys.stdout is not None:
                with standard_output():
                    sys.stdout.flush()
            raise
        except ResourceError as error:
            log.warning("%s", error, exc_info=error)
            print(resource_sentence(error), file=sys.stderr)
            return 1
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                print(f"{str(error.filename)[:60]}… is too long for the name of a file.", file=sys.stderr)
            elif not _is_somewhere():
                print("The folder that this was started in is gone: start it again from another one.", file=sys.stderr)
            else:
                log.critical("%s", arguments, exc_info=error)
                end(1, _fault(f" ({type(error).__name__}: {error})"[:300]))
            return 2
        except ImportError as error:
            log.critical("%s", arguments, exc_info=error)
            library = re.search(r"(\S+\.so[.\d]*): cannot open shared object file", str(error))
            end(1, _LIBRARY.format(name=library[1]) if library else _fault(f" (ImportError: {error})"[:300]))
        except BaseException as error:
            log.critical("%s", arguments, exc_info=error)
            end(1, _fault(f" ({type(error).__name__}: {error})"[:300]))
        if log_handler.errors and status == 0:
            found = log_handler.resource
            print(resource_sentence(found) if found is not None else _fault(""), file=sys.stderr)
            status = 1
    return status


@contextmanager
def standard_output() -> Iterator[None]:
    """Within this something is told; where that cannot be written, as on a full disk, the command ends and says so."""
    if sys.stdout is None:
        end(2, "Standard output cannot be written to: it is closed.")
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        end(2, f"Standard output cannot be written to: {error.strerror or error}.")


def _is_somewhere() -> bool:
    """Whether there is a folder that relative paths start from."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def _fault(what: str) -> str:
    return f"QHM Explorer has met a fault of its own{what}. Please report it with {log_file()}."


@contextmanager
def installed() -> Iterator[LogFile]:
    """Within this, signals, exceptions that nothing catches and Qt's messages go where they belong."""
    occupy_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        write_what_it_can(stream)
    terminal = sys.stderr
    sys.stderr = cast("TextIO", Complaints(terminal))
    handler = start_log()
    signals = {number: signal.signal(number, _end_by) for number in _wanted_signals()}
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    sys.excepthook = Hook()
    sys.unraisablehook = lambda found: _log(found.exc_value)
    threading.excepthook = lambda found: _log(found.exc_value)
    try:
        with before_end(drop_parts):
            yield handler
    finally:
        if "PySide6.QtCore" in sys.modules:
            sys.modules["PySide6.QtCore"].qInstallMessageHandler(None)  # Qt may speak after Python has ended
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        sys.stderr = terminal
        for number, before in signals.items():
            signal.signal(number, before)


def _wanted_signals() -> list[int]:
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    # what nohup or a script's "&" has told us to ignore stays ignored; Python itself ignores SIGPIPE
    return [n for n in numbers if n == getattr(signal, "SIGPIPE", 0) or signal.getsignal(n) != signal.SIG_IGN]


def _end_by(number: int, _frame: object) -> None:
    for other in _wanted_signals():
        signal.signal(other, signal.SIG_IGN)  # a second Ctrl+C must not lose what the first one keeps
    end(128 + number, "" if number == getattr(signal, "SIGPIPE", 0) else "\nStopped.")


class Hook:
    """In place of ``sys.excepthook``: to the log, not to the terminal."""

    def __call__(self, _kind: type[BaseException], error: BaseException, _at: TracebackType | None) -> None:
        _log(error)

    def implements(self, interface: str) -> bool:
        """pyqtgraph asks this at its import, and would else put a hook round ours that prints."""
        return interface == "ExceptionHandler"


def _log(error: BaseException | None) -> None:
    log.error("An exception that nothing caught", exc_info=error)
    # PyErr_Print keeps the traceback, and so the painters and widgets of its frames, which Qt wants to end
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        with suppress(AttributeError):
            delattr(sys, name)
    if error is not None and error.__traceback__ is not None:
        with suppress(RuntimeError):  # of a frame that still runs
            traceback.clear_frames(error.__traceback__)


def listen_to_qt() -> None:
    """Send Qt's messages to the log. Called before the application is made."""
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    levels = {
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.WARNING,  # Qt's, not ours: "critical" is a missing platform theme
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }

    def hear(kind: QtMsgType, _where: Any, message: str) -> None:
        if kind not in levels:
            return
        log.log(levels[kind], "Qt: %s", message)
        qt_messages.append(message)
        del qt_messages[:-5]
        if message.startswith(_DISPLAY_DIED):
            end(1, "The display has gone away.")
        if kind == QtMsgType.QtFatalMsg:  # Qt aborts when this returns
            end(1, _fault(f" ({message})"))

    qInstallMessageHandler(hear)
