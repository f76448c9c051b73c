"""What every format of a film has in common: its row, what it is told, and the contract of who writes it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QImage

from qhm_gui.text.language import tr


class FilmError(ValueError):
    """A film that cannot be made; ``str()`` is one sentence for the user."""


@dataclass(frozen=True)
class FilmLook:
    """Width and height in pixels, frames a second, and a text that goes into the file: the session it shows."""

    width: int
    height: int
    rate: int
    note: str


class FilmWriter(Protocol):
    """Takes pictures of one size and writes them to a file. Raises OSError."""

    def add(self, image: QImage) -> None:
        """One more frame, of QImage.Format_RGB32."""
        ...

    def close(self) -> None:
        """Write what is left and close the file."""
        ...

    def abandon(self) -> None:
        """Close the file as it is."""
        ...


@dataclass(frozen=True)
class FilmFormat:
    """A format: its ending, its name, who writes it, and the package that this needs (the extra ``video``)."""

    key: str
    title: str
    writer: Callable[[Path, FilmLook], FilmWriter]
    package: str
    fastest: int = 60
    #: Whether both sides must be: the colours of a video are stored for 2 × 2 pixels.
    even: bool = False

    def require(self) -> None:
        """FilmError, saying what to install, where the package is missing."""
        try:
            importlib.import_module({"pillow": "PIL"}.get(self.package, self.package))
        except ImportError:
            sentence = tr(
                "Animations as {format} need the package {name}: pip install {package}",
                format=self.title,
                name=self.package,
                package=self.package,
            )
            raise FilmError(sentence) from None
