"""Every exported file gives back the state that it was made from; a foreign file gives a sentence."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.command_line import main
from qhm_gui.export import EXPORTERS, Figure, drawn, encoded, save
from qhm_gui.export.compose import compose
from qhm_gui.export.computed import computed
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import sheet
from qhm_gui.export.scene import page_scene
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.carried_text import PNG_KEY
from qhm_gui.files.provenance import is_export, read_session, read_state, stamp, with_chunk
from qhm_gui.files.session import SessionError, dump, write
from qhm_gui.files.state_text import from_text, to_text
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.window.opening import find_beginning
from qhm_gui.window.window import Window
from qhm_math.losses import Rosenbrock
from tests.gui.conftest import read

ROOT = Path(__file__).resolve().parents[2]
FEW = changed(State(), {"steps": 40, "runs": 10})
STATES = st.builds(
    lambda alpha, beta, seed, hidden, loss: changed(
        FEW, {"alpha": alpha, "beta": beta, "seed": seed, "hidden": frozenset(hidden), **loss}
    ),
    st.floats(0.01, 3.0),
    st.floats(0.0, 0.999),
    st.integers(0, 2**31),
    st.sets(st.sampled_from(["sgd", "shb", "nag"])),
    st.sampled_from([{}, {"loss": Rosenbrock()}]),
)


@pytest.mark.parametrize("key", EXPORTERS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=STATES)
@pytest.mark.slow
def test_the_state_comes_back(tmp_path: Path, key: str, state: State) -> None:
    make_application()
    path = tmp_path / f"a.{key}"
    with drawn(Figure(VIEWS["path"], state, title="</qhm:state> & <b> *α*", size=(400, 300), step=7)) as drawing:
        content = encoded(drawing, key, 1)
        assert encoded(drawing, key, 1) == content
        path.write_bytes(content)
    found = read_session(path)
    assert (found.state, found.step) == (state, 7)
    other = path.rename(tmp_path / "b.txt")  # whatever its ending
    assert read_state(other) == state


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """An exported file of a format."""
    make_application()

    def make(key: str, view: str = "stability", **changes: object) -> Path:
        path = tmp_path / f"{view}.{key}"
        with drawn(Figure(VIEWS[view], changed(FEW, changes), size=(480, 360))) as drawing:
            save(drawing, path, key, 1)
        return path

    return make


@pytest.mark.slow
def test_a_page_carries_the_state_and_all_tables(tmp_path: Path) -> None:
    make_application()
    figure = compose(page_scene(PAGES["explore"]), FEW, ExportOptions())
    with sheet(figure, computed(figure)) as drawing:
        for key in EXPORTERS:
            save(drawing, tmp_path / f"a.{key}", key, 1)
            assert read_state(tmp_path / f"a.{key}") == FEW
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert {"path.step", "loss.step", "stability.beta", "rate.rate"} <= set(arrays)
        assert len(arrays["path.step"]) == 41
    text = (tmp_path / "a.csv").read_text()
    assert [line for line in text.splitlines() if line.startswith("# view")] == [
        f"# view: {key}" for key in ("path", "loss", "stability", "rate")
    ]


def test_an_npz_reads_without_pickle(file: Callable[..., Path]) -> None:
    with np.load(file("npz"), allow_pickle=False) as arrays:
        bound = 2 * (1 + arrays["beta"]) / (1 + arrays["beta"] * (1 - 2 * FEW.nu))
        np.testing.assert_allclose(arrays["alpha_max"], bound)
        assert '"seed":7' in str(arrays["qhm_explorer"])


@pytest.mark.slow
def test_other_readers_accept_the_files(file: Callable[..., Path]) -> None:
    with Image.open(file("png")) as image:
        image.load()
        assert '"seed":7' in image.text[PNG_KEY]  # pyright: ignore[reportAttributeAccessIssue]
    root = ElementTree.parse(file("svg")).getroot()
    assert root.find("{http://www.w3.org/2000/svg}metadata") is not None
    document = pypdfium2.PdfDocument(file("pdf"))
    assert document.get_metadata_dict()["Creator"].startswith("QHM Explorer 0.")
    text = file("csv").read_text()
    assert text.startswith("# QHM Explorer 0.") and "seed 7\n" in text
    values = np.genfromtxt(io.StringIO(text), delimiter=",", names=True, skip_header=2)
    assert values.dtype.names and "beta" in values.dtype.names


def test_what_other_programs_write_back_is_read(file: Callable[..., Path], tmp_path: Path) -> None:
    """Pillow writes tEXt, packs, or writes iTXt; the SVG comes back from another XML writer."""
    from PIL.PngImagePlugin import PngInfo

    path = file("png", alpha=0.5)
    with Image.open(path) as image:
        text = str(image.text[PNG_KEY])  # pyright: ignore[reportAttributeAccessIssue]
        for packed in (False, True):
            info = PngInfo()
            info.add_text(PNG_KEY, text, zip=packed)
            image.save(tmp_path / "again.png", pnginfo=info)
            assert read_state(tmp_path / "again.png").alpha == 0.5
    tree = ElementTree.parse(file("svg", alpha=0.5))
    tree.write(tmp_path / "again.svg")
    assert read_state(tmp_path / "again.svg").alpha == 0.5


@pytest.mark.parametrize("name", ["a.png", "a.pdf", "a.svg", "a.csv", "a.npz"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 300, b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff", b"PK\x03\x04xx", b"<svg/>", b"a,b\n1,2\n"],
)
def test_a_foreign_file_gives_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SessionError, match=f"The file {name} carries no state of QHM Explorer."):
        read_state(path)


@pytest.mark.parametrize("key", EXPORTERS)
def test_damaged_files_never_raise_anything_else(file: Callable[..., Path], key: str) -> None:
    path = file(key)
    content = path.read_bytes()
    generator = np.random.default_rng(1)
    for _ in range(40):
        damaged = bytearray(content[: generator.integers(1, len(content))])
        for place in generator.integers(0, len(damaged), 8):
            damaged[place] = generator.integers(0, 256)
        path.write_bytes(damaged)
        try:
            assert isinstance(read_state(path), State)
        except SessionError as error:
            assert "\n" not in str(error)


def test_pickles_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", qhm_explorer=np.array([{"a": 1}], dtype=object))
    with pytest.raises(SessionError, match="carries no state"):
        read_state(tmp_path / "a.npz")


def test_a_session_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(dump(FEW))
    assert not is_export(tmp_path / "a.json") and read_state(tmp_path / "a.json") == FEW


def test_the_stamp_is_one_line_of_ascii() -> None:
    text = stamp(FEW, 3)
    assert text.isascii() and "\n" not in text
    assert with_chunk(b"\x89PNG\r\n\x1a\n" + b"x" * 25 + b"rest", text).endswith(b"rest")


# -- the window and the command line


def test_dropping_a_figure_brings_its_state_as_one_change(
    window: Window, file: Callable[..., Path], settle: Callable[[Window], None]
) -> None:
    path = file("pdf", alpha=0.25, seed=3)
    before = window.store.state
    window.files.open_file(path)
    read(window)
    assert (window.store.state.alpha, window.store.state.seed) == (0.25, 3)
    assert window.document.path is None  # it will not be saved over
    window.undo()
    assert window.store.state == before
    path.write_bytes(b"%PDF-1.4 of somebody else")
    window.files.open_file(path)
    read(window)
    assert window.store.state == before
    assert window.status.text() == "The file stability.pdf carries no state of QHM Explorer."
    settle(window)


def test_the_window_starts_with_a_figure(file: Callable[..., Path], tmp_path: Path) -> None:
    beginning = find_beginning(file("png", alpha=0.25), Autosave(tmp_path / "unsaved"))
    assert beginning.session.state.alpha == 0.25 and not beginning.failed
    assert beginning.origin.path is None and not beginning.took_last


def test_open_prints_the_state(file: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = file("svg", seed=12)
    assert main(["open", str(path), "--print"]) == 0
    assert '"seed": 12' in capsys.readouterr().out
    path.write_text("<svg/>")
    assert main(["open", str(path), "--print"]) == 2
    assert capsys.readouterr().err == "The file stability.svg carries no state of QHM Explorer.\n"


@pytest.mark.slow
def test_export_writes_the_same_files_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(dump(FEW))
    line = ["--view", "loss", "--format", ",".join(EXPORTERS), "--size", "column", "--theme", "transparent"]
    assert main(["export", str(tmp_path / "a.json"), *line, "--out", str(tmp_path / "one")]) == 0
    assert main(["export", str(tmp_path / "one/loss.png"), *line, "--out", str(tmp_path / "two")]) == 0
    assert capsys.readouterr().out.count("loss.") == 2 * len(EXPORTERS)
    for key in EXPORTERS:
        assert (tmp_path / f"one/loss.{key}").read_bytes() == (tmp_path / f"two/loss.{key}").read_bytes(), key


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.json"], "neither a file nor a preset"),
        (["1a", "--page", "x"], "--page x is not a page"),
        (["1a", "--view", "x"], "--view x is not a view"),
        (["1a", "--format", "doc"], "--format 'doc' is not known"),
        (["1a", "--size", "huge"], "--size huge is not known"),
        (["1a", "--size", "1x1mm"], "A figure must be from 28 to 1\u202f411 mm wide and high."),
        (["1a", "--theme", "pink"], "--theme pink is not known"),
        (["1a", "--scale", "x"], "--scale: “x” is not a number."),
        (["1a", "--scale", "9"], "pixels per unit = 9 is not allowed"),
        (["1a", "--show", "dots"], "--show dots is not a layer"),
        (["1a", "--name", "../x"], "--name ../x is no name for a file"),
        (["1a", "--out", __file__], "cannot be written to"),
    ],
)
def test_bad_arguments_get_one_sentence(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", *arguments]) == 2
    told = capsys.readouterr()
    assert words in told.err and told.err.count("\n") == 1 and not told.out


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
@pytest.mark.slow
def test_a_killed_export_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    """What every export is written by, on files of the size of a PDF: writers that never stop are forked and killed at
    100 random moments, and each leaves one of the two contents, whole."""
    code = (
        "import os, sys, time, signal, random\n"
        "from pathlib import Path\n"
        "from qhm_gui.files.atomic import write_atomically\n"
        "path = Path(sys.argv[1])\n"
        "contents = [bytes([65 + k]) * 3_000_000 for k in range(2)]\n"
        "write_atomically(path, contents[0])\n"
        "random.seed(1)\n"
        "for _ in range(100):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        k = 0\n"
        "        while True:\n"
        "            k += 1\n"
        "            write_atomically(path, contents[k % 2], durable=False)\n"
        "    time.sleep(random.uniform(0.001, 0.02))\n"
        "    os.kill(child, signal.SIGKILL)\n"
        "    os.waitpid(child, 0)\n"
        "    assert path.read_bytes() in contents\n"
        "print('whole')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.pdf")], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "whole\n", done.stderr


def test_what_is_given_away_says_no_place_on_this_machine(tmp_path: Path) -> None:
    """A figure of a sweep said where its file lay, with the name of the user."""
    places = {"experiments.sweep_file": str(tmp_path / "a.sweep"), "experiments.sweep_data": r"C:\Users\me\images"}
    state = changed(State(), places)
    for text in (stamp(state), str(from_text(to_text(state)))):
        assert "a.sweep" in text and "images" in text and str(tmp_path) not in text and "Users" not in text
    figure = tmp_path / "a.png"
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    figure.write_bytes(with_chunk(picture.getvalue(), stamp(state)))
    assert read_state(figure).experiments.sweep_file == "a.sweep", "it does not lie there"
    (tmp_path / "a.sweep").touch()
    assert read_state(figure).experiments.sweep_file == str(tmp_path / "a.sweep")
    kept = tmp_path / "own.json"
    write(kept, state)
    assert read_state(kept) == state, "a session is one's own"
