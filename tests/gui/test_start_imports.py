"""What a start imports, and in what order it paints and computes: the speed of a start without a clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qhm_gui.appearance.quick_signatures import LATER
from qhm_gui.text.version import VERSION
from qhm_gui.views import VIEWS
from qhm_gui.views.explore import PAGE

pytestmark = pytest.mark.slow

Start = tuple[set[str], list[str], str, set[str], set[str]]

ROOT = Path(__file__).resolve().parents[2]

SHOWN = """
import sys
from qhm_gui.window.start import make_application, make_window
from qhm_math.kept_folder import kept_folder
app = make_application()
window = make_window()
window.show()
app.processEvents()
assert not window.grab().isNull()
print(*sorted(sys.modules))
import linecache
print(*sorted(linecache.cache))
print(kept_folder())
import enum
print(*sorted({made.__qualname__ for kind in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
               for made in kind.__subclasses__() if made.__module__.startswith("PySide6")}))
print(*sorted(name for name in sys.modules if name.startswith("shibokensupport.signature")
              and "__getattr__" not in vars(sys.modules[name])))
print(window.runner.busy, *sorted(key for key, view in window.page.views.items() if view.result is not None))
window.close()
"""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """The modules of a process that has painted its window, who had computed what by then, where it keeps sweeps, and
    the enumerations of Qt and which of what tells its signatures were made."""
    home = str(tmp_path_factory.mktemp("home"))
    own = {f"XDG_{name}_HOME": home for name in ("CONFIG", "DATA", "CACHE", "STATE")} | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", SHOWN], cwd=ROOT, env=own, capture_output=True, text=True, check=True)
    modules, read, kept, made, signatures, computed = done.stdout.splitlines()
    assert "qhm_gui" not in read  # nobody reads the sources of what is imported
    return set(modules.split()), computed.split(), kept.removeprefix(home), set(made.split()), set(signatures.split())


@pytest.mark.parametrize(
    "part",
    ["qhm_gui.dialogs", "qhm_gui.export", "qhm_gui.commands", "qhm_gui.window.tuning",
     "qhm_gui.window.panel.method_list",
     "qhm_gui.files.provenance", "qhm_math.tuning", "qhm_math.modes",
     "qhm_math.experiments", "sqlite3", "scipy", "sympy", "matplotlib", "av", "PIL",
     "OpenGL", "pyqtgraph.opengl", "pyqtgraph.exporters", "pyqtgraph.console", "numpy.random", "numpy.ma",
     "secrets", "hashlib", "concurrent.futures"],
)  # fmt: skip
def test_a_start_does_not_import(part: str, start: Start) -> None:
    assert not sorted(name for name in start[0] if name == part or name.startswith(f"{part}."))


def test_a_start_imports_the_views_of_the_page_that_is_shown_only(
    start: Start,
) -> None:
    places = {key: row.place.partition(":")[0] for key, row in VIEWS.rows.items()}
    assert {key for key, place in places.items() if place in start[0]} == set(
        PAGE.views
    )  # those that are opened alone are made then


def test_the_window_is_painted_before_anything_is_computed(start: Start) -> None:
    assert start[1] == ["True"]  # work is asked for, and no view has an answer yet


def test_a_start_keeps_sweeps_among_its_own_files(start: Start) -> None:
    assert start[2] == f"/qhm-explorer/kept-{VERSION}"


def test_qt_makes_no_enumerations_that_nobody_asked_for(start: Start) -> None:
    """A third of a millisecond each. Those of a style come with ``app.style()``, those of all widgets there are with
    the viewport that Qt makes for an area that scrolls."""
    assert "QPainter.RenderHint" in start[3]
    for owner in ("QStyle", "QTabWidget", "QMessageBox"):
        assert not [name for name in start[3] if name.startswith(f"{owner}.")]


def test_a_start_asks_for_no_signature(start: Start) -> None:
    assert start[4] == {
        f"shibokensupport.signature{name}" for name in ("", ".importhandler", ".lib", ".loader", ".mapping")
    }


MIRRORED = """
import sys
import qhm_gui.appearance
import pyqtgraph
from PySide6 import QtCore, QtGui, QtWidgets
made = len(vars(QtWidgets))
for name, module in {"QtCore": QtCore, "QtGui": QtGui, "QtWidgets": QtWidgets}.items():
    mirror = getattr(pyqtgraph.Qt, name)
    assert mirror is getattr(pyqtgraph, name) is sys.modules[f"pyqtgraph.Qt.{name}"]
    names = [one for one in dir(module) if not one.startswith("__") and "." not in one]
    assert len(names) > 150 and set(names) <= set(dir(mirror))
    assert all(getattr(mirror, one) is getattr(module, one) for one in names)
    assert not hasattr(mirror, "QNothing")
assert QtWidgets.QOpenGLWidget if hasattr(QtWidgets, "QOpenGLWidget") else pyqtgraph.QtWidgets.QOpenGLWidget
print(made, len(vars(QtWidgets)))
"""


def test_pyqtgraph_has_every_name_of_qt_and_only_those_made_that_were_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", MIRRORED], cwd=ROOT, capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert before < 0.75 * after


SIGNATURES = """
import sys
{first}
from PySide6.QtCore import QPointF, QTimer
waiting = lambda: [name for name, module in sys.modules.items()
                   if name.startswith("shibokensupport.") and "__getattr__" in vars(module)]
print(*sorted(waiting()))
for wrong in (lambda: QPointF("a"), lambda: QTimer().start(None)):
    try:
        wrong()
    except TypeError as error:
        print(error)
from shibokensupport.signature import get_signature
print(QPointF.manhattanLength.__doc__, get_signature(QPointF.manhattanLength))
from shibokensupport.signature.lib import enum_sig, pyi_generator
print(len(vars(pyi_generator.Formatter)), enum_sig.ExactEnumerator, hasattr(enum_sig, "nothing"))
assert not hasattr(sys.modules["shibokensupport.signature.parser"], "nothing")
"""


def test_qt_tells_its_signatures_when_it_is_asked_as_it_does_alone() -> None:
    """Where this fails, PySide has other files: their checksums, once it is known that they may wait."""

    def told(first: str) -> list[str]:
        code = SIGNATURES.format(first=first)
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    (waiting, *ours), (none, *alone) = told("import qhm_gui.appearance"), told("")
    assert waiting.split() == sorted(name.removesuffix(".py").replace("/", ".") for name in LATER) and not none
    assert ours == alone and any("Supported signatures" in line for line in ours)


def test_nothing_long_is_imported_before_ctrl_c_is_heard() -> None:
    """Until then a signal ends Python in the midst of an import, with a traceback."""
    code = (
        "import os, sys; before = set(sys.modules); from qhm_gui.commands.entry import end_when_told; end_when_told();"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    own = {"qhm_gui", "qhm_gui.commands", "qhm_gui.commands.entry"}
    assert set(done.stdout.split()) <= {*own, "__future__", "gc", "types"}
