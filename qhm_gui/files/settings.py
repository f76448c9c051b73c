"""Settings of the user: the window's place, theme, language, speed; and where the last session lies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from qhm_gui.appearance.application import APPLICATION
from qhm_gui.appearance.theme import THEMES
from qhm_gui.appearance.type_size import TYPE_SIZES
from qhm_gui.text.language import LANGUAGES


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
    def type_size(self) -> int:
        """The size of type on canvases in percent, one of :data:`TYPE_SIZES`."""
        return int(self.word("type_size", tuple(map(str, TYPE_SIZES)), str(TYPE_SIZES[0])))

    @property
    def wants_hints(self) -> bool:
        """Whether the hints of the first start have not been seen."""
        return self.word("hints", ("seen",), "") != "seen"

    @property
    def geometry(self) -> QByteArray:
        """The window's placement; empty at the first start."""
        value = self._stored.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @property
    def recent(self) -> list[str]:
        """The files that were open last, the newest first."""
        value = self._stored.value("recent")
        names = value if isinstance(value, list) else [value]
        return [name for name in names if isinstance(name, str) and name]

    @property
    def folder(self) -> str:
        """Where files were opened or saved last."""
        value = self._stored.value("folder")
        return value if isinstance(value, str) and Path(value).is_dir() else documents_folder()

    @property
    def talk_facts(self) -> dict[str, str]:
        """Lecturer, place and date for the first step of a talk, as far as they are given."""
        values = {name: self._stored.value(f"talk_{name}") for name in ("lecturer", "place", "date")}
        return {name: value[:200] for name, value in values.items() if isinstance(value, str) and value}

    @property
    def export(self) -> str:
        """How figures were exported last, as JSON; '' at the first time."""
        value = self._stored.value("export")
        return value if isinstance(value, str) else ""

    def flush(self) -> None:
        """Write what was remembered now, not in the next turn of the event loop: its folder may go."""
        self._stored.sync()

    def remember(self, **values: object) -> None:
        """Store values by name."""
        for name, value in values.items():
            self._stored.setValue(name, value)


def documents_folder() -> str:
    """The user's documents folder."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)


def data_folder() -> Path:
    """The folder of the user's own data."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(folder) / APPLICATION


def last_session() -> Path:
    """The file that holds the state of the last session."""
    return data_folder() / "last-session.json"
