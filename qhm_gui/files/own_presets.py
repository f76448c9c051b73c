"""Presets of one's own: states under a name, each a session file with a picture of its page beside it."""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from qhm_gui.files import session
from qhm_gui.files.atomic import unlike, write_atomically
from qhm_gui.files.session import Session, SessionError
from qhm_gui.state.state import State
from qhm_gui.text.language import tr

LONGEST_NAME = 60
_DELETED = "deleted"
_DAY = 86_400.0


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
        self._known: list[OwnPreset] = []
        self._seen: object = None

    def all(self) -> list[OwnPreset]:
        """Every preset that can be read, by name; also those that another window has saved meanwhile."""
        seen = self._stamps()
        if seen != self._seen:
            self._seen = seen
            found = [preset for path in self._folder.glob("*.json") if (preset := _read(path)) is not None]
            self._known = sorted(found, key=lambda preset: preset.name.casefold())
        return self._known

    def _stamps(self) -> list[tuple[str, int, int]]:
        """What the folder holds, without anything of it being read."""
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            stats = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".json")]
            return sorted((name, stat.st_mtime_ns, stat.st_ino) for name, stat in stats)
        return []

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
        preset = OwnPreset(self._folder / f"{slug}-{unlike(3)}.json", name, state)
        if picture:
            write_atomically(preset.picture, picture)
        session.write(preset.path, Session(state, preset=name))
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
        return OwnPreset(preset.path, name, preset.state)

    def delete(self, preset: OwnPreset) -> None:
        """Move it aside; :meth:`restore` brings it back. OSError."""
        aside = self._folder / _DELETED
        aside.mkdir(parents=True, exist_ok=True)
        try:
            preset.path.replace(aside / preset.path.name)
        except FileNotFoundError:
            return  # another window has deleted it
        if preset.picture.exists():
            preset.picture.replace(aside / preset.picture.name)
        self._deleted.append(aside / preset.path.name)

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
        return OwnPreset(self._folder / preset.path.name, preset.name, preset.state)

    def forget_deleted(self) -> None:
        """From now on what was deleted is gone. OSError."""
        old = time.time() - _DAY
        for path in (self._folder / _DELETED).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                # what is not ours is another window's, which may bring it back; or nobody's, after a crash
                if path.with_suffix(".json") in self._deleted or path.stat().st_ctime < old:
                    path.unlink()
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
