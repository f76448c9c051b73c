"""What the window remembers of a person: its place, theme, language, speed; and where the last session lies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from qhm_gui.language import LANGUAGES
from qhm_gui.theme import THEMES

ORGANISATION = "QHM Explorer"
APPLICATION = "qhm-explorer"


class Settings:
    """A thin, checked face of QSettings: a damaged value reads as its default."""

    def __init__(self) -> None:
        self._stored = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, APPLICATION, APPLICATION)

    def word(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """A stored word, when it is one of those allowed."""
        value = self._stored.value(name)
        return value if isinstance(value, str) and value in allowed else default

    @property
    def theme(self) -> str:
        """'light' or 'dark'."""
        return self.word("theme", tuple(THEMES), "light")

    @property
    def language(self) -> str:
        """'en' or 'ja'."""
        return self.word("language", LANGUAGES, "en")

    @property
    def geometry(self) -> QByteArray:
        """The window's placement; empty at the first start."""
        value = self._stored.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    def remember(self, **values: object) -> None:
        """Store values by name."""
        for name, value in values.items():
            self._stored.setValue(name, value)


def last_session() -> Path:
    """The file that holds the state of the last session."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(folder) / APPLICATION / "last-session.json"
