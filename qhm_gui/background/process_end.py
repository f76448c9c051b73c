"""The end of the process from outside (Ctrl+C, a signal, a display that dies) or after a defect, at any moment.

Python and Qt are then in the middle of something: a paint event, a thread that computes, an import. Unwinding them
runs destructors in an order that neither expects. So what has to be kept is kept, and the process ends on the spot.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from qhm_gui.text.language import in_a_row

_last: list[Callable[[], Any]] = []


@contextlib.contextmanager
def before_end(act: Callable[[], Any]) -> Iterator[None]:
    """Within this, ``act`` is done before such an end, the newest first; a sentence it returns is told."""
    _last.append(act)
    try:
        yield
    finally:
        if act in _last:
            _last.remove(act)


def end(status: int, sentence: str = "") -> NoReturn:
    """Do what was asked for, say ``sentence`` on the terminal, and end at once with this exit status."""
    while _last:
        act = _last.pop()
        with contextlib.suppress(Exception):  # whatever fails, the rest is still kept
            said = act()
            sentence = in_a_row(sentence, said) if sentence and isinstance(said, str) else sentence
    with contextlib.suppress(Exception):  # the terminal may be gone
        if sentence and sys.stderr is not None:
            sys.stderr.write(sentence + "\n")
            sys.stderr.flush()
    os._exit(status)


@contextlib.contextmanager
def signals_heard() -> Iterator[None]:
    """Within this, signals are heard while Qt waits in C++ for events: Python itself hears them between its own lines.

    Needs the application object, and the main thread.
    """
    from PySide6.QtCore import QSocketNotifier

    reader, writer = socket.socketpair()
    for side in (reader, writer):
        side.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: reader.recv(64))  # on its way here Python calls the handler
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        notifier.setEnabled(False)
        reader.close()
        writer.close()
