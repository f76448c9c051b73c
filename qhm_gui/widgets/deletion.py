"""Deleting Qt's objects where no event loop runs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject


def delete_now(*things: QObject) -> None:
    """Delete these, and what belongs to them, before going on.

    ``deleteLater`` alone waits for an event loop to come back to; a command has none, and would keep every figure.
    """
    for thing in things:
        thing.deleteLater()
        QCoreApplication.sendPostedEvents(thing, int(QEvent.Type.DeferredDelete.value))
