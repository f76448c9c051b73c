"""Files that are made to harm, and every function that reads a file which anybody may have made.

As a script: reads each of the files in a folder with each of the readers, and prints what came of it.
"""

from __future__ import annotations

import gzip
import io
import json
import pickle
import shutil
import sqlite3
import struct
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Reader = tuple[Callable[[Path], Any], type[Exception]]


def readers() -> dict[str, Reader]:
    """By the module that opens the file: what reads it, and the error whose text is the sentence for people."""
    from PySide6.QtCore import QSettings

    from qhm_gui.appearance.application import APPLICATION
    from qhm_gui.files import probe_file, provenance, session, settings, spectrum_file, sweep_file, talk_file
    from qhm_gui.files.state_text import from_text
    from qhm_gui.window.opening import read_file
    from qhm_math.data import DataError
    from qhm_math.data.archive import read_arrays
    from qhm_math.data.cifar import read_batch
    from qhm_math.data.idx import read_idx
    from qhm_math.experiments import SweepError, load_sweep

    def read_settings(path: Path) -> None:
        with tempfile.TemporaryDirectory() as home:
            ini = QSettings.Format.IniFormat
            QSettings.setPath(ini, QSettings.Scope.UserScope, home)
            place = Path(QSettings(ini, QSettings.Scope.UserScope, APPLICATION, APPLICATION).fileName())
            place.parent.mkdir(parents=True, exist_ok=True)
            for name in (place, place.with_name("settings.json")):
                shutil.copy(path, name)
            stored = settings.Settings()
            _ = stored.theme, stored.geometry, stored.recent, stored.folder, stored.talk_facts, stored.export

    return {
        "qhm_gui.window.opening": (read_file, session.SessionError),
        "qhm_gui.files.session": (session.read_session, session.SessionError),
        "qhm_gui.files.provenance": (provenance.read_session, session.SessionError),
        "qhm_gui.files.state_text": (lambda path: from_text(path.read_text("latin-1")[: 10**6]), session.SessionError),
        "qhm_gui.files.talk_file": (talk_file.read, talk_file.TalkError),
        "qhm_gui.files.sweep_file": (sweep_file.sweep_words, session.SessionError),
        "qhm_gui.files.probe_file": (probe_file.read_probe, probe_file.ProbeFileError),
        "qhm_gui.files.probe_file curves": (probe_file.read_curves, probe_file.ProbeFileError),
        "qhm_gui.files.spectrum_file": (spectrum_file.read_spectrum, spectrum_file.SpectrumError),
        "qhm_gui.files.settings": (read_settings, ValueError),
        "qhm_math.experiments.sweep_file": (load_sweep, SweepError),
        "qhm_math.data.idx": (lambda path: read_idx(path, 0x0803), DataError),
        "qhm_math.data.cifar": (read_batch, DataError),
        "qhm_math.data.archive": (lambda path: read_arrays(path, "images", "labels"), DataError),
    }


#: Who touches a file of this name has run what another file says.
SENTINEL = "ran"


class _Runs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> Any:
        return Path.touch, (self._folder / SENTINEL,)


def _npy(kind: str, shape: str, rest: bytes = b"") -> bytes:
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + rest


def _zipped(**entries: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, entry in entries.items():
            archive.writestr(f"{name}.npy", entry)
    return content.getvalue()


def _pickled(folder: Path) -> bytes:
    content = io.BytesIO()
    np.save(content, np.array([_Runs(folder)], dtype=object), allow_pickle=True)
    return content.getvalue()


def _settings_that_run(folder: Path) -> bytes:
    """What QSettings keeps of an object of Python."""
    packed = pickle.dumps(_Runs(folder))
    variant = b"\0\0\0\x7f\0\0\0\x18PySide::PyObjectWrapper\0" + b"\0" + struct.pack(">I", len(packed)) + packed
    return b"[General]\ntheme=@Variant(" + b"".join(b"\\x%x" % byte for byte in variant) + b")\n"


#: A loss that it takes long to look for minima of.
_LONG = "sin(7*x*y)*cos(9*x)+abs(x-y)*exp(-x**2)+sqrt(abs(x))*tanh(y)*cos(8*x-5*y)+x**4+y**4"


def _talk(*states: dict[str, Any]) -> bytes:
    return json.dumps(
        {"qhm_talk": 1, "title": "x", "steps": [{"title": "a", "state": each} for each in states]}
    ).encode()


def _session(**state: Any) -> bytes:
    return json.dumps({"qhm_explorer": 3, "state": state}).encode()


SMALL_FILES: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda folder: b"",
    "zero.bin": lambda folder: b"\0" * 1000,
    "words.txt": lambda folder: "そして\n".encode() * 100,
    "latin.txt": lambda folder: bytes(range(128, 256)),
    "pickle.pkl": lambda folder: pickle.dumps(_Runs(folder)),
    "pickle.npy": _pickled,
    "pickle.npz": lambda folder: _zipped(
        images=_pickled(folder), labels=_pickled(folder), format=_pickled(folder), qhm_explorer=_pickled(folder)
    ),
    "packed.npz": lambda folder: _zipped(**dict.fromkeys(("noise_nodes", "images"), pickle.dumps(_Runs(folder)))),
    "settings.ini": _settings_that_run,
    "huge.npy": lambda folder: _npy("'<f8'", "(10**9,)"),
    "vast.npy": lambda folder: _npy("'<f8'", "(1000000000000000000,)"),
    "negative.npy": lambda folder: _npy("'<f8'", "(-1,)", bytes(8)),
    "nothing.npy": lambda folder: _npy("'<U0'", "(1000000000,)"),
    "nested.npy": lambda folder: _npy("'<f8'", "(" * 9000 + ")" * 9000),
    "minus.npy": lambda folder: _npy("'<f8'", "-" * 9000 + "1"),
    "fields.npy": lambda folder: _npy("[('a', '<f8')]", "(1,)", bytes(8)),
    "call.npy": lambda folder: _npy("__import__('os').getpid()", "(1,)", bytes(8)),
    "huge.npz": lambda folder: _zipped(**dict.fromkeys(("images", "labels", "format"), _npy("'<f8'", "(10**9,)"))),
    "lists.json": lambda folder: b'{"a":' + b"[" * 100_000,
    "objects.json": lambda folder: b'{"a":' * 100_000,
    "digits.json": lambda folder: b'{"qhm_explorer": ' + b"9" * 100_000 + b"}",
    "names.json": lambda folder: b"{" + b",".join(b'"%d":1' % i for i in range(80_000)) + b"}",
    "surrogate.json": lambda folder: _session(page="\ud800"),
    "types.json": lambda folder: _session(alpha=[1], beta={}, nu="1", start=5, loss=[], noise=None, seed=1e99),
    "loss.json": lambda folder: _session(loss={"kind": "typed", "text": "(" * 5000 + "x" + ")" * 5000}),
    "power.json": lambda folder: _session(loss={"kind": "typed", "text": "9**9**9**9*x"}),
    "infinite.json": lambda folder: b'{"qhm_explorer": 3, "state": {"alpha": 1e999, "steps": -Infinity, "seed": NaN}}',
    "talk.json": lambda folder: _talk(*[{"loss": {}}] * 200),
    "typed.json": lambda folder: _talk(*({"loss": {"kind": "typed", "text": f"{_LONG}+{i}*x**4"}} for i in range(200))),
    "newlines.csv": lambda folder: b"alpha,loss\n" + b"\n" * 5_000_000,
    "commas.csv": lambda folder: b"alpha,loss\n" + b"," * 5_000_000,
    "long.csv": lambda folder: b"alpha,loss\n" + b"9" * 5_000_000,
    "quotes.csv": lambda folder: b'alpha,loss\n"' + b'""' * 5_000_000,
    "columns.csv": lambda folder: b"alpha,loss," + b"a," * 100_000 + b"\n" + (b"1," * 30_000 + b"\n") * 100,
    "numbers.txt": lambda folder: b"1 " * 900_000,
    "signs.txt": lambda folder: b"1" + b"\xe2\x88\x92" * 1_000_000,
    "bomb.gz": lambda folder: gzip.compress(bytes(200_000_000), 1),
    "short.gz": lambda folder: gzip.compress(bytes(1000))[:-6],
    "sizes.idx": lambda folder: struct.pack(">4I", 0x0803, 2**32 - 1, 2**32 - 1, 2**32 - 1),
}  # fmt: skip


def _sweep(change: str, settings: dict[str, Any] | str | None = None) -> Callable[[Path], None]:
    """A sweep file to which something was done."""

    def make(path: Path) -> None:
        from qhm_math.experiments import Axis, SweepFile, SweepSettings, completed

        chosen = completed(SweepSettings("quadratic", Axis(0.1, 1.0, 2), Axis.at(0.5), Axis.at(0.7)))
        SweepFile.create(path, chosen, {}).close()
        connection = sqlite3.connect(path)
        if settings is not None:
            text = settings if isinstance(settings, str) else json.dumps(chosen.as_plain() | settings)
            connection.execute("UPDATE facts SET value = ? WHERE name = 'settings'", (text,))
        for statement in filter(None, change.split(";")):
            connection.execute(statement.replace("|", ";"))
        connection.commit()
        connection.close()

    return make


_ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT"
_ROW = "INSERT INTO cells VALUES"
SWEEPS: dict[str, Callable[[Path], None]] = {
    "view.sweep": _sweep(f"DROP TABLE facts; CREATE VIEW facts(name, value) AS {_ENDLESS} x, x FROM c"),
    "trigger.sweep": _sweep("CREATE TRIGGER t AFTER INSERT ON cells BEGIN DELETE FROM facts| END"),
    "computed.sweep": _sweep("DROP TABLE facts; CREATE TABLE facts (name PRIMARY KEY, value AS (zeroblob(900000000)))"),
    "index.sweep": _sweep("CREATE INDEX i ON cells (loss)"),
    "text.sweep": _sweep(f"{_ROW} ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')"),
    "null.sweep": _sweep(f"{_ROW} (0, 0, 1, 1, 1, 1, NULL, NULL)"),
    "outside.sweep": _sweep(f"{_ROW} (-1, 0, 1, 1, 1, 1, -1, x'')"),
    "curve.sweep": _sweep(f"{_ROW} (0, 0, 1, 1, 1, 1, -1, zeroblob(50000000))"),
    "number.sweep": _sweep("INSERT INTO facts VALUES ('minimum', 'low')"),
    "blob.sweep": _sweep("UPDATE facts SET value = zeroblob(1000)"),
    "deep.sweep": _sweep("", "[" * 100_000),
    "grid.sweep": _sweep("", {"seeds": 100, "alpha": {"low": 0.1, "high": 1.0, "count": 100_000}}),
    "names.sweep": _sweep("", {"alpha": {"low": {}, "high": [], "count": None}}),
    "strange.sweep": _sweep("", {"__class__": 1, "problem": [], "data": 5}),
}  # fmt: skip


def main(folder: Path) -> None:
    """Prints [{reader: {file: what came of it}}, seconds of the slowest, most memory in MB]."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    found: dict[str, dict[str, str]] = {}
    seconds: dict[str, float] = {}
    memory: dict[str, float] = {}
    paths = sorted(path for path in folder.iterdir())
    tracemalloc.start()
    for name, (read, wanted) in readers().items():
        found[name] = {}
        for path in paths:
            before = path.read_bytes() if path.stat().st_size < 10_000_000 else None
            tracemalloc.reset_peak()
            held, begun = tracemalloc.get_traced_memory()[0], time.process_time()
            try:
                read(path)
                said = "read"
            except wanted as error:
                said = str(error)
            except BaseException as error:
                said = f"!{type(error).__name__}: {error}"
            case = f"{name}: {path.name}"
            seconds[case] = time.process_time() - begun
            memory[case] = (tracemalloc.get_traced_memory()[1] - held) / 1e6
            if before is not None and path.read_bytes() != before:
                said = "!changed"
            found[name][path.name] = said
    print(json.dumps([found, seconds, memory, sorted(path.name for path in folder.iterdir())]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
