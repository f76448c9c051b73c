"""Settings of the user: the window's place, theme, language, speed; and where the last session lies."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QLocale, QSettings, QStandardPaths

from qhm_gui.appearance.application import APPLICATION
from qhm_gui.appearance.theme import THEMES
from qhm_gui.appearance.type_size import TYPE_SIZES
from qhm_gui.files.atomic import write_atomically
from qhm_gui.files.reading import parse_json, read_text
from qhm_gui.text.language import LANGUAGES
from qhm_gui.text.symbols import LETTERS

#: A file of settings has some thousand bytes.
MOST_BYTES = 200_000


class Settings:
    """A checked face of a JSON file in the folder that QSettings names: what is damaged reads as its default.

    QSettings' own file is never read: PySide unpickles the values in it, which runs whatever they say.
    """

    def __init__(self) -> None:
        usual = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, APPLICATION, APPLICATION)
        self._path = Path(usual.fileName()).with_name("settings.json")

    def _all(self) -> dict[str, Any]:
        try:
            found = parse_json(read_text(self._path, MOST_BYTES, ValueError, "", "")[0], 1000)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def word(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """A stored word, when it is one of those allowed."""
        value = self._all().get(name)
        return value if isinstance(value, str) and value in allowed else default

    def _text(self, name: str) -> str:
        value = self._all().get(name)
        return value if isinstance(value, str) else ""

    @property
    def theme(self) -> str:
        """'light' or 'dark'."""
        return self.word("theme", tuple(THEMES), "light")

    @property
    def language(self) -> str:
        """'en' or 'ja'; before one is chosen, the system's first language of these."""
        return self.word("language", LANGUAGES, system_language())

    @property
    def letter(self) -> str:
        """How the momentum share is written: a name of :data:`~qhm_gui.text.symbols.LETTERS`."""
        return self.word("letter", tuple(LETTERS), "nu")

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
        return QByteArray.fromBase64(QByteArray(self._text("geometry").encode("ascii", "ignore")))

    @property
    def recent(self) -> list[str]:
        """The files that were open last, the newest first."""
        names = self._all().get("recent")
        return [name for name in names if isinstance(name, str) and name] if isinstance(names, list) else []

    @property
    def folder(self) -> str:
        """Where files were opened or saved last."""
        name = self._text("folder")
        return name if name and "\0" not in name and Path(name).is_dir() else documents_folder()

    @property
    def talk_facts(self) -> dict[str, str]:
        """Lecturer, place and date for the first step of a talk, as far as they are given."""
        values = {name: self._text(f"talk_{name}") for name in ("lecturer", "place", "date")}
        return {name: value[:200] for name, value in values.items() if value}

    @property
    def export(self) -> str:
        """How figures were exported last, as JSON; '' at the first time."""
        return self._text("export")

    def remember(self, **values: str | list[str] | QByteArray) -> None:
        """Store values by name; where the disk does not take them they are forgotten."""
        found = self._all()
        for name, value in values.items():
            found[name] = value.toBase64().toStdString() if isinstance(value, QByteArray) else value
        with contextlib.suppress(OSError):
            write_atomically(self._path, json.dumps(found, indent=1).encode("utf-8", "replace"), durable=False)


def system_language() -> str:
    """The first of the system's languages that the program speaks; English where it speaks none of them."""
    wanted = (name.split("-")[0] for name in QLocale.system().uiLanguages())
    return next((name for name in wanted if name in LANGUAGES), LANGUAGES[0])


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
