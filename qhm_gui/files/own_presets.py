"""Presets of one's own: states under a name, each a session file with a picture of its page beside it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from qhm_gui.files import session
from qhm_gui.files.atomic import write_atomically
from qhm_gui.files.session import Session, SessionError
from qhm_gui.state.state import State
from qhm_gui.text.language import tr

LONGEST_NAME = 60
_DELETED = "deleted"


@dataclass(frozen=True)
class OwnPreset:
    """A state under a name, in the file ``path``."""

    path: Path
    name: str
    state: State

    @property
    def picture(self) -> Path:
        """The thumbnail, a PNG; it may be missing."""
        return self.path.with_suffix(".png")


class OwnPresets:
    """The presets in a folder. What is deleted is moved aside first, so that it can come back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._deleted: list[Path] = []
        self._known: list[OwnPreset] | None = None

    def all(self) -> list[OwnPreset]:
        """Every preset that can be read, by name."""
        if self._known is None:
            found = [preset for path in self._folder.glob("*.json") if (preset := _read(path)) is not None]
            self._known = sorted(found, key=lambda preset: preset.name.casefold())
        return self._known

    def find(self, name: str) -> OwnPreset | None:
        """The preset of this name, whatever its capitals."""
        wanted = _tidy(name).casefold()
        return next((preset for preset in self.all() if preset.name.casefold() == wanted), None)

    def name_of(self, state: State) -> str:
        """The name of the preset that a state is, or nothing."""
        return next((preset.name for preset in self.all() if preset.state == state), "")

    def save(self, name: str, state: State, picture: bytes) -> OwnPreset:
        """Keep ``state`` under ``name``, in place of one of that name. SessionError with a sentence; OSError."""
        name = _checked(name)
        old = self.find(name)
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "preset"
        preset = OwnPreset(self._folder / f"{slug}-{secrets.token_hex(3)}.json", name, state)
        if picture:
            write_atomically(preset.picture, picture)
        session.write(preset.path, Session(state, preset=name))
        self._known = None
        if old is not None:
            self.delete(old)
        return preset

    def rename(self, preset: OwnPreset, name: str) -> OwnPreset:
        """Another name. SessionError with a sentence when it is empty or taken; OSError."""
        name = _checked(name)
        taken = self.find(name)
        if taken is not None and taken.path != preset.path:
            raise SessionError(tr("There is a preset called {name} already.", name=taken.name))
        session.write(preset.path, Session(preset.state, preset=name))
        self._known = None
        return OwnPreset(preset.path, name, preset.state)

    def delete(self, preset: OwnPreset) -> None:
        """Move it aside; :meth:`restore` brings it back. OSError."""
        aside = self._folder / _DELETED
        aside.mkdir(parents=True, exist_ok=True)
        preset.path.replace(aside / preset.path.name)
        if preset.picture.exists():
            preset.picture.replace(aside / preset.picture.name)
        self._deleted.append(aside / preset.path.name)
        self._known = None

    @property
    def can_restore(self) -> bool:
        """Whether something was deleted that can come back."""
        return bool(self._deleted)

    def restore(self) -> OwnPreset | None:
        """Bring back what was deleted last. SessionError when another one has its name by now; OSError."""
        if not self._deleted:
            return None
        preset = _read(self._deleted[-1])
        if preset is None:
            self._deleted.pop()
            return None
        if self.find(preset.name) is not None:
            raise SessionError(tr("There is a preset called {name} already.", name=preset.name))
        self._deleted.pop()
        preset.path.replace(self._folder / preset.path.name)
        if preset.picture.exists():
            preset.picture.replace(self._folder / preset.picture.name)
        self._known = None
        return OwnPreset(self._folder / preset.path.name, preset.name, preset.state)

    def forget_deleted(self) -> None:
        """From now on what was deleted is gone. OSError."""
        for path in (self._folder / _DELETED).glob("*"):
            path.unlink(missing_ok=True)
        self._deleted.clear()


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _checked(name: str) -> str:
    name = _tidy(name)
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise SessionError(tr("A preset needs a name of 1 to {most} characters.", most=LONGEST_NAME))
    return name


def _read(path: Path) -> OwnPreset | None:
    try:
        found = session.read_session(path)
    except SessionError:
        return None
    return OwnPreset(path, _tidy(found.preset) or path.stem, found.state)
