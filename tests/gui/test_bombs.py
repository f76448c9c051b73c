"""Files that are made to harm: a few bytes that unpack to gigabytes, or a structure without end."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.files import session
from qhm_gui.files.carried_text import NPZ_ENTRY, PNG_KEY, PNG_MAGIC
from qhm_gui.files.provenance import read_state, stamp
from qhm_gui.state.state import State
from qhm_gui.window import file_actions
from qhm_gui.window.window import Window
from qhm_math.experiments import Axis, SweepSettings
from qhm_math.experiments.sweep_file import SweepFile

ROOT = Path(__file__).resolve().parents[2]
LARGE = 250_000_000


def zeros_after(start: bytes) -> Callable[[Path], None]:
    """A large file of zeros, which takes no room on the disk."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(start)
            file.truncate(LARGE)

    return make


def repeated(start: bytes, part: bytes, size: int = 60_000_000) -> Callable[[Path], None]:
    """A file of one small part again and again."""

    def make(path: Path) -> None:
        path.write_bytes(start + part * (size // len(part)))

    return make


def npz(method: int, name: str = f"{NPZ_ENTRY}.npy", megabytes: int = 400) -> Callable[[Path], None]:
    """An archive with an entry of zeros: hundreds of megabytes are packed into some thousand bytes."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method) as archive, archive.open(name, "w", force_zip64=True) as entry:
            for _ in range(megabytes):
                entry.write(bytes(1_000_000))

    return make


def lying_npz(path: Path) -> None:
    """An entry whose declared size is that of a session, and which unpacks to more."""
    npz(zipfile.ZIP_DEFLATED, megabytes=50)(path)
    content = path.read_bytes()
    path.write_bytes(content.replace((50_000_000).to_bytes(4, "little"), (9000).to_bytes(4, "little")))


def huge_array(path: Path) -> None:
    """A NumPy header that promises 4 PB."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<U1000000000", "fortran_order": False, "shape": (10**6,)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{NPZ_ENTRY}.npy", head.getvalue())


def many_entries(path: Path) -> None:
    """A directory of 200,000 entries, byte for byte as zipfile writes it, which takes seconds."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("000000.npy"), b"")
    local, entry = (b"PK" + part for part in path.read_bytes().split(b"PK")[1:3])
    count = 200_000
    directory = b"".join(entry.replace(b"000000", b"%06d" % index) for index in range(count))
    end = len(local) + len(directory)
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), len(local))
    where = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), len(local), 0)
    path.write_bytes(local + directory + large + where + last)


def packed_chunk(path: Path) -> None:
    """A PNG whose text unpacks to 50 MB."""
    bomb = PNG_KEY.encode() + b"\0\0" + zlib.compress(bytes(50_000_000))
    chunk = len(bomb).to_bytes(4, "big") + b"zTXt" + bomb + zlib.crc32(b"zTXt" + bomb).to_bytes(4, "big")
    path.write_bytes(PNG_MAGIC + bytes.fromhex("0000000d49484452") + bytes(17) + chunk)


def many_methods(path: Path) -> None:
    """A session with as many methods to compare as fit into its largest size."""
    document = json.loads(session.dump(State()))
    document["state"]["compare"]["entries"] = [{"method": {"kind": "sgd"}}] * 35_000
    path.write_text(json.dumps(document, separators=(",", ":")))


def sweep_of(path: Path, count: int, seeds: int) -> SweepFile:
    """An empty sweep of a grid of so many α and as many β."""
    axes = Axis(0.1, 5.0, count), Axis(0.0, 0.5, count), Axis.at(1.0)
    return SweepFile.create(path, SweepSettings("quadratic", *axes, 1.0, 1, seeds), {})


def many_facts(path: Path) -> None:
    """A sweep with more words than any machine has to say of itself."""
    with sweep_of(path, 2, 1) as file:
        for number in range(5):
            file._connection.execute("INSERT INTO facts VALUES (?, zeroblob(40000000))", (str(number),))


def large_claims(path: Path) -> None:
    """One finished run of a million: as many curves would take 240 MB."""
    with sweep_of(path, 316, 10) as file:
        file._connection.execute("INSERT INTO cells VALUES (0, 0, 1, 1, 1, 1, -1, zeroblob(240))")


#: Each unpacks to more than may be taken in all (100 MB).
BOMBS: dict[str, Callable[[Path], None]] = {
    "bzip2.npz": npz(zipfile.ZIP_BZIP2, megabytes=120),
    "eigenvalues.npz": npz(zipfile.ZIP_BZIP2, "eigenvalues.npy", 120),
    "lzma.npz": npz(zipfile.ZIP_LZMA, megabytes=120),
    "deflate.npz": npz(zipfile.ZIP_DEFLATED, megabytes=120),
    "lying.npz": lying_npz,
    "array.npz": huge_array,
    "many.npz": many_entries,
    "zeros.png": zeros_after(PNG_MAGIC),
    "chunks.png": repeated(PNG_MAGIC, b"\0\0\0\0IDAT\0\0\0\0"),
    "text.png": packed_chunk,
    "zeros.pdf": zeros_after(b"%PDF-1.7\n"),
    "elements.pdf": repeated(b"%PDF-1.7\n", b"<qhm:state >"),
    "elements.svg": repeated(b"<svg>", b"<qhm:state>" + b"x" * 1000, 30_000_000),
    "comments.gif": repeated(b"GIF89a" + bytes(7), b"!\xfe\0"),
    "atoms.mp4": repeated(b"\0\0\0\x08ftyp", b"\0\0\0\x08free"),
    "zeros.mp4": zeros_after(b"\0\0\0\x08ftyp"),
    "zeros.csv": zeros_after(b"# QHM"),
    "lines.csv": repeated(b"# QHM\n", b"#\n"),
    "zeros.json": zeros_after(b"{"),
    "deep.json": repeated(b"", b"[", 999_000),
    "methods.json": many_methods,
    "spaces.txt": repeated(b"1, x", b" ", 3_900_000),
    "numbers.csv": repeated(b"", b"1,", 3_900_000),
    "facts.sweep": many_facts,
    "claims.sweep": large_claims,
}
#: Reads every file in a folder; prints the seconds of each, and the most memory that was taken, in MB.
READER = """
import json, pathlib, sys, time, tracemalloc
from qhm_gui.files.provenance import read_session
from qhm_gui.files.session import SessionError
from qhm_gui.window.opening import read_file
found = {}
tracemalloc.start()
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    for read in (read_session, read_file):  # a figure's own state, and whatever a window opens
        begun = time.process_time()
        try:
            read(path)
            found[f"{path.name} {read.__name__}"] = "read" if path.name != "claims.sweep" else 0.0  # small, and true
        except SessionError as error:
            found[f"{path.name} {read.__name__}"] = time.process_time() - begun
print(json.dumps([found, tracemalloc.get_traced_memory()[1] / 1e6]))
"""


@pytest.mark.slow
def test_each_bomb_is_refused_soon_and_in_little_memory(tmp_path: Path) -> None:
    for name, make in BOMBS.items():
        make(tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-c", READER, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    seconds, megabytes = json.loads(done.stdout)
    assert set(seconds) == {f"{name} {read}" for name in BOMBS for read in ("read_session", "read_file")}
    slow = {name: spent for name, spent in seconds.items() if spent == "read" or spent > 2.0}
    assert slow == {}
    assert megabytes < 100


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_numpy_writes_is_still_read(tmp_path: Path, method: int) -> None:
    write = np.savez if method == zipfile.ZIP_STORED else np.savez_compressed
    write(tmp_path / "a.npz", **{"x": np.zeros(9), NPZ_ENTRY: np.array(stamp(State(seed=3)))})
    assert read_state(tmp_path / "a.npz").seed == 3


# The window


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Files are read only once this is set."""
    go = threading.Event()
    read = file_actions.read_file

    def wait_and_read(path: Path) -> object:
        assert threading.current_thread() is not threading.main_thread()
        assert go.wait(30)
        return read(path)

    monkeypatch.setattr(file_actions, "read_file", wait_and_read)
    yield go
    go.set()


def test_the_window_goes_on_while_a_file_is_read(
    window: Window, held: threading.Event, tmp_path: Path, qtbot: QtBot
) -> None:
    session.write(tmp_path / "a.json", State(seed=3))
    window.files.open_file(tmp_path / "a.json")
    window.store.update(beta=0.3)
    qtbot.wait(50)
    assert window.store.state.seed != 3 and window.store.state.beta == 0.3
    held.set()
    qtbot.waitUntil(lambda: window.store.state.seed == 3)


def test_the_last_file_that_is_asked_for_is_opened(
    window: Window, held: threading.Event, tmp_path: Path, qtbot: QtBot
) -> None:
    for seed in (3, 4):
        session.write(tmp_path / f"{seed}.json", State(seed=seed))
        window.files.open_file(tmp_path / f"{seed}.json")
    held.set()
    qtbot.waitUntil(lambda: window.store.state.seed == 4)
    assert window.document.path == tmp_path / "4.json"


def test_a_window_that_is_closed_meanwhile_waits_for_nothing_but_the_reader(
    window: Window, held: threading.Event, tmp_path: Path
) -> None:
    window.files.open_file(tmp_path / "missing.json")
    held.set()
    window.close()
    assert not window.isVisible()
