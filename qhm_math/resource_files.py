"""The program's own files that are no code: where they lie, and whether all of them are there."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

#: What must be there: one path a line, relative to the folder, with "/".
LIST = "files.txt"
#: Larger than any of them, packed or not.
MOST_BYTES = 64_000_000


class DataError(ValueError):
    """Data that cannot be used; ``str()`` is one sentence that names the file and says what is wrong: ``sentence``,
    with its gaps filled by ``values``, where there are any."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return self.sentence.format(**self.values) if self.values else self.sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.sentence, self.values)


class ResourceError(DataError):
    """A file of the program's own that is missing or damaged: the program was not installed whole.

    ``file`` is its name, ``fault`` is "missing" or "damaged"; ``str()`` is one sentence that says what to do.
    """

    def __init__(self, file: str, fault: str) -> None:
        super().__init__(f"The program's own file {file} is {fault}: install QHM Explorer again.")
        self.file = file
        self.fault = fault


def _again(sentence: str, values: dict[str, object]) -> DataError:
    return DataError(sentence, **values)


@cache
def resources() -> Path:
    """The folder of these files: inside this package where it is installed or bundled, else beside it in the sources.

    The only place that knows. ``pyproject.toml`` puts the files into the wheel, ``.ci/bundle/qhm-explorer.spec`` into
    the bundle.
    """
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def check_resources(folder: Path | None = None) -> None:
    """Look whether every file of the list is there. ResourceError names the first that is not.

    ``folder`` is the one to look through, by default :func:`resources`. Who reads a file says whether it is damaged.
    """
    folder = folder or resources()
    try:
        names = (folder / LIST).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        raise ResourceError(f"resources/{LIST}", "missing") from None
    for name in names:
        if not (folder / name).is_file():
            raise ResourceError(f"resources/{name}", "missing")


def resource_bytes(path: Path) -> bytes:
    """A file of the program's own. ResourceError where it is missing, cannot be read, or is larger than any of ours."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(size) if size <= MOST_BYTES else b""
    except FileNotFoundError:
        raise ResourceError(path.name, "missing") from None
    except OSError as error:
        raise ResourceError(path.name, "damaged") from error
    if size > MOST_BYTES:
        raise ResourceError(path.name, "damaged")
    return content


@cache
def resource_names(folder: str) -> tuple[str, ...]:
    """The files of the list in one of its folders: paths relative to that, sorted. ResourceError without the list."""
    names, begins = resource_text(resources() / LIST).split(), f"{folder}/"
    return tuple(sorted(name.removeprefix(begins) for name in names if name.startswith(begins)))


def resource_text(path: Path, begins: str = "") -> str:
    """The text of a file of the program's own. ResourceError where it is missing or damaged, or another text than one
    that ``begins`` so."""
    try:
        text = resource_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ResourceError(path.name, "damaged") from error
    if not (text.endswith("\n") and text.startswith(begins)):  # as each of ours does: this one was cut off
        raise ResourceError(path.name, "damaged")
    return text
