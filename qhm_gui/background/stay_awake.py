"""Keep the screen from going dark while a talk is held, as far as the system offers it."""

from __future__ import annotations

import logging
import sys
from typing import Any

log = logging.getLogger("qhm")
_CONTINUOUS, _DISPLAY = 0x80000000, 0x00000002


class StayAwake:
    """Asks the system when it is made; :meth:`release` takes it back. ``granted``: whether the system said yes."""

    def __init__(self, why: str) -> None:
        self.granted = False
        self._cookie: Any = None
        try:
            if sys.platform == "win32":
                import ctypes

                self.granted = bool(ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS | _DISPLAY))
            elif sys.platform == "darwin":
                import os
                import subprocess

                self._cookie = subprocess.Popen(["caffeinate", "-d", "-w", str(os.getpid())])
                self.granted = True
            else:
                self._inhibit(why)
        except Exception as error:  # whatever a desktop answers: the talk goes on
            log.info("The screen is not kept awake: %s", error)

    def _inhibit(self, why: str) -> None:
        answer = _screen_saver("Inhibit", "QHM Explorer", why)
        if answer:
            self._cookie = answer[0]
            self.granted = True

    def release(self) -> None:
        """The screen may go dark again."""
        if not self.granted:
            return
        self.granted = False
        try:
            if sys.platform == "win32":
                import ctypes

                ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS)
            elif sys.platform == "darwin":
                self._cookie.terminate()
            else:
                _screen_saver("UnInhibit", self._cookie)
        except Exception as error:
            log.info("The screen could not be let go: %s", error)


def _screen_saver(method: str, *arguments: Any) -> list[Any]:
    """What the desktop's screen saver answers; nothing where there is none."""
    from PySide6.QtDBus import QDBusConnection, QDBusInterface

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return []
    saver = QDBusInterface("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "", bus)
    saver.setTimeout(300)
    answer = saver.call(method, *arguments)
    return answer.arguments() if saver.isValid() else []
