"""Importing PySide without what tells the signatures of its functions: a twentieth of the time of a start.

They stand in its messages of wrong arguments. PySide has the source of that in an archive within itself, without
compiled files, and compiles 80 kB of it at each start. Here each of its files is compiled when something in it is first
asked for. One that is not as it is known here is compiled at once: then all is as without this file.
"""

from __future__ import annotations

import builtins
import sys
import threading
import zlib
from typing import Any

#: The files, with their checksums. (Of the one for types, `mapping`, PySide's C++ takes names without asking for them.)
LATER = {
    f"shibokensupport/signature/{name}.py": checksum
    for name, checksum in {
        "errorhandler": 0xB7C56B62,
        "layout": 0xAC0AA8D8,
        "lib/enum_sig": 0xBCCD860A,
        "lib/pyi_generator": 0x52BF13BC,
        "lib/tool": 0xF9BD79A4,
        "parser": 0xD142DBF9,
    }.items()
}
_compile = builtins.compile
_sources: dict[str, bytes] = {}
_one_at_a_time = threading.RLock()


class Later:
    """The ``__getattr__`` of a module: runs its source, once, when a name is asked for."""

    def __init__(self, names: dict[str, Any], filename: str) -> None:
        self._names, self._filename = names, filename

    def __call__(self, name: str) -> Any:
        if not name.startswith("__"):  # of those Python has its own, and asks for more than there are
            with _one_at_a_time:
                source = _sources.pop(self._filename, None)
                if source is not None:
                    exec(_compile(source, self._filename, "exec"), self._names)  # noqa: S102  # as PySide's importer does
            if name in self._names:
                return self._names[name]
        raise AttributeError(f"module {self._names['__name__']!r} has no attribute {name!r}")


def _compile_or_wait(source: Any, filename: Any, *rest: Any, **options: Any) -> Any:
    if not isinstance(source, bytes) or LATER.get(filename) != zlib.crc32(source):
        return _compile(source, filename, *rest, **options)
    _sources[filename] = source
    own = f"__import__({__name__!r}, fromlist=['Later']).Later"
    return _compile(f"__getattr__ = {own}(globals(), {filename!r})", filename, "exec")


def import_shiboken() -> None:
    """Import it; nothing where it has been imported."""
    if "shiboken6" in sys.modules:
        return
    builtins.compile = _compile_or_wait
    try:
        import shiboken6  # noqa: F401  # pyright: ignore[reportUnusedImport]
    finally:
        builtins.compile = _compile


import_shiboken()
