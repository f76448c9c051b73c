"""Which screen the audience sees and which one the speaker: slides belong on the projector, notes on the laptop."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


def others(screen: QScreen) -> list[QScreen]:
    """The screens that show nothing of this one, the main one first: one that mirrors it is no other."""
    main = QGuiApplication.primaryScreen()
    found = [each for each in screen.virtualSiblings() if not each.geometry().intersects(screen.geometry())]
    return sorted(found, key=lambda each: each is not main)


def for_audience(screen: QScreen) -> QScreen:
    """Where a talk that is begun on ``screen`` is seen: not on the main screen, if there is another one."""
    if screen is not QGuiApplication.primaryScreen():
        return screen
    return next(iter(others(screen)), screen)


def for_speaker(audience: QScreen) -> QScreen | None:
    """Where the notes stand; None where the audience would see them."""
    return next(iter(others(audience)), None)


def move_to(window: QWidget, screen: QScreen, *, full: bool) -> None:
    """Fill a screen: all of it, or what a desktop leaves of it."""
    window.showNormal()  # a window manager keeps what is full where it is
    handle = window.windowHandle()
    if handle is not None:
        handle.setScreen(screen)
    window.setGeometry(screen.geometry() if full else screen.availableGeometry())
    window.showFullScreen() if full else window.showMaximized()
