"""Where a command writes: to files, which it does not write over without ``--force``, or to standard output, ``-``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from qhm_gui.commands.arguments import Mistake
from qhm_gui.files.atomic import passing_folder, write_atomically
from qhm_gui.text.terminal import can_write

Tell = Callable[[str], None]
#: In place of a file: standard output.
STDOUT = Path("-")


class Output:
    """The files of one command. ``option`` names the place in sentences, such as "--out paper"."""

    def __init__(self, option: str, paths: Iterable[Path], *, force: bool) -> None:
        """Mistake, before anything is computed, for a file that is there, or a folder that cannot be written to."""
        self._option, self._force, self._paths = option, force, list(paths)
        self._check(self._paths)

    def teller(self, tell: Tell) -> Tell:
        """``tell``, or the same beside standard output where a file goes there."""
        return _tell_beside if STDOUT in self._paths else tell

    def write(self, path: Path, content: bytes) -> None:
        """The whole content, atomically. Mistake where that cannot be."""
        try:
            if path == STDOUT:
                sys.stdout.flush()
                sys.stdout.buffer.write(content)
                sys.stdout.buffer.flush()
            elif _special(path):
                path.write_bytes(content)
            else:
                self._check([path])  # it may have come meanwhile
                write_atomically(path, content, durable=False)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._refused(error.strerror or str(error)) from None

    def through_file(self, path: Path, ending: str, make: Callable[[Path], None]) -> None:
        """Let ``make`` write the file at ``path``, or for what is no file one that is then written there."""
        if path != STDOUT and not _special(path):
            make(path)
            return
        with passing_folder() as folder:
            make(folder / f"out.{ending}")
            self.write(path, (folder / f"out.{ending}").read_bytes())

    @staticmethod
    def placed(folder: Path, names: list[str], ask_for: str) -> list[Path]:
        """The files of these names in a folder; for ``-`` standard output, which is for one file. Mistake for more, and
        for a folder that is called as such a file is.

        ``ask_for``: what to name so that it is one, such as "one page and one --theme".
        """
        if folder != STDOUT:
            check_is_folder(folder, names)
            return [folder / name for name in names]
        if len(names) > 1:
            raise Mistake(f"--out - is one file, not {len(names)}: name {ask_for}.")
        return [STDOUT] * len(names)

    def _check(self, paths: list[Path]) -> None:
        files = [path for path in paths if path != STDOUT and not _special(path)]
        for path in files:
            if path.is_dir():
                raise Mistake(f"{path} is a folder, not a file.")
            self._check_folder(path.absolute().parent)
        there = [path for path in files if os.path.lexists(path)]
        if there and not self._force:
            verb = "is" if len(there) == 1 else f"and {len(there) - 1} more are"
            raise Mistake(f"{there[0]} {verb} there already: --force writes over what is there.")

    def _check_folder(self, folder: Path) -> None:
        nearest = next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))
        if not nearest.is_dir():
            raise self._refused(f"{nearest} is not a folder")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise self._refused(f"nothing may be written into {nearest}")

    def _refused(self, reason: str) -> Mistake:
        return Mistake(f"{self._option} cannot be written to: {reason}.")


def check_is_folder(folder: Path, names: Iterable[str]) -> None:
    """Mistake for a folder that is not there and is called as a file is: --out talk.pdf is meant as a file."""
    if folder.suffix.lower() in {Path(name).suffix for name in names} and not folder.is_dir():
        raise Mistake(f"--out {folder} is the name of a file: --out names a folder.")


def language_told(asked: str) -> str:
    """The language of what is only told: the one that was asked for, or English where standard output has no letters of
    it, as under LANG=C; which standard error says."""
    if asked != "ja" or can_write(sys.stdout, "日本語"):
        return asked
    print("--lang ja: standard output has no Japanese letters here, so this is English.", file=sys.stderr, flush=True)
    return "en"


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """A table whose columns stand below each other."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def tell_progress(text: str) -> None:
    """One line that is written over, on a terminal; a line each elsewhere. "" clears it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
    elif text:
        sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _special(path: Path) -> bool:
    """A device or a pipe: there is nothing in it to lose, and a file must not take its place."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _tell_beside(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
