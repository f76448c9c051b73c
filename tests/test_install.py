"""The wheel: built once from the sources, put into a folder of its own, and run from there, outside of the sources."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from qhm_gui.text.version import PROGRAM, VERSION
from qhm_math.resource_files import LIST, ResourceError, check_resources, resources
from tests.covering import part_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
#: Made by hand with these, and read by people: no part of the program.
BESIDE = ("README.md", "OFL-Inter.txt", "OFL-NotoSansJP.txt", LIST)


def test_the_list_of_resources_is_complete() -> None:
    folder = ROOT / "resources"
    assert resources() == folder
    there = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in BESIDE and not path.name.startswith("make_") and path.suffix != ".pyc"
    ]
    listed = (folder / LIST).read_text(encoding="utf-8").split()
    assert listed == sorted(name for name in there if not name.startswith("readme/"))


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    for name in ("icons/play.svg", "talk/talk.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    (tmp_path / LIST).write_text("icons/play.svg\ntalk/talk.json\n")
    check_resources(tmp_path)
    (tmp_path / "icons/play.svg").unlink()
    with pytest.raises(ResourceError, match=r"own file resources/icons/play\.svg is missing: install QHM Explorer"):
        check_resources(tmp_path)
    (tmp_path / LIST).unlink()
    with pytest.raises(ResourceError, match=LIST):
        check_resources(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    line = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def test_the_wheel_holds_the_program_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        names = wheel.namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"qhm_math", "qhm_gui", "qhm_explorer"}
    sources = [path for part in ("qhm_math", "qhm_gui") for path in (ROOT / part).rglob("*.py")]
    code = [path.relative_to(ROOT).as_posix() for path in sources]
    listed = (ROOT / "resources" / LIST).read_text(encoding="utf-8").split()
    held = {"qhm_math/py.typed", "qhm_gui/py.typed", *code, *(f"qhm_math/resources/{name}" for name in (*listed, LIST))}
    more = {name for name in names if name not in held and ".dist-info/" not in name}
    assert held <= set(names) and {name.rpartition("/")[2] for name in more} <= set(BESIDE)


def test_the_sdist_is_enough_to_build_and_to_test(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    needed = "main.py pyproject.toml Makefile README.md LICENSE .ci/setup .ci/run .ci/constraints.txt tests/conftest.py"
    assert set(needed.split()) <= names and not [name for name in names if name.startswith((".venv", ".git/", "build"))]
    assert {f"resources/{name}" for name in (ROOT / "resources" / LIST).read_text(encoding="utf-8").split()} <= names


def test_what_software_centres_read_names_this_version() -> None:
    text = (ROOT / ".ci/bundle/io.github.qhm_explorer.metainfo.xml").read_text(encoding="utf-8")
    assert f'<release version="{VERSION}"' in text


@pytest.mark.parametrize("package", ["qhm_math", "qhm_gui"])
def test_what_is_installed_imports_nothing_that_is_not(package: str) -> None:
    """`qhm-explorer conjecture` ended in an ImportError: it imported from benchmarks/, which no wheel has."""
    left_out = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"qhm_math", "qhm_gui"} | {"main"}
    found: list[str] = []
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found += [f"{path.relative_to(ROOT)}: {name}" for name in names if name.partition(".")[0] in left_out]
    assert found == []


class Installed:
    """The wheel in a folder of its own."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder / "site"
        self._work = folder
        quiet = ["-q", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile"]
        line = [sys.executable, "-m", "pip", "install", *quiet, "--target", str(self.folder), str(wheel)]
        subprocess.run(line, check=True)

    def file(self, name: str) -> Path:
        return self.folder / "qhm_math" / "resources" / name

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, output and messages of ``qhm-explorer`` with these arguments."""
        line = [sys.executable, str(self.folder / "bin" / "qhm-explorer"), *arguments]
        state = str(self._work / "state")
        own = {"PYTHONPATH": str(self.folder), "QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": state}
        done = subprocess.run(
            line, cwd=self._work, env={**os.environ, **own}, capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), built[1])


def test_the_installed_command_tells_its_version_and_draws(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("--version") == (0, f"{PROGRAM}\n", "")
    status, _, err = installed.run("figures", "1a", "--format", "svg", "--lang", "ja", "--out", str(tmp_path))
    assert status == 0 and err.count("\n") == 1 and "収束率" in (tmp_path / "figure-1a.svg").read_text("utf-8")


def test_the_same_figure_gives_the_same_bytes_from_every_place(installed: Installed, tmp_path: Path) -> None:
    """The fonts of a PDF stood in an order that hung on the folder that they were read from."""
    line = ["export", "1a", "--format", "pdf,svg,png,csv,npz", "--text", "text", "--out"]
    assert installed.run(*line, str(tmp_path / "there"))[0] == 0
    own = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": str(tmp_path / "state")}
    here = [sys.executable, str(ROOT / "main.py"), *line, str(tmp_path / "here")]
    subprocess.run(here, env=own, capture_output=True, check=True)
    made = sorted(path.name for path in (tmp_path / "here").iterdir())
    assert len(made) == 5
    assert [
        name for name in made if (tmp_path / "here" / name).read_bytes() != (tmp_path / "there" / name).read_bytes()
    ] == []


DAMAGE = [
    ("icons/play.svg", -1, "figures --list", "resources/icons/play.svg is missing"),
    ("fonts/Inter-Medium.otf", 5000, "figures 1a --out f", "Inter-Medium.otf is damaged"),
    ("translations/ja.json", 5000, "figures 1a --lang ja --out f", "ja.json is damaged"),
    ("talk/talk.json", 5000, "talk --out f", "talk.json is damaged"),
    ("recorded/softmax-nu-1.npz", 5000, "figures 3-4 --out f", "softmax-nu-1.npz is damaged"),
]


# Every file is damaged, without a process of its own, in tests/test_damaged_resources.py.
@pytest.mark.parametrize(("name", "keep", "arguments", "fault"), part_of(DAMAGE, DAMAGE[:2]))
def test_what_is_missing_or_damaged_is_refused_in_one_sentence(
    name: str, keep: int, arguments: str, fault: str, installed: Installed
) -> None:
    whole = installed.file(name).read_bytes()
    installed.file(name).unlink()
    try:
        if keep >= 0:
            installed.file(name).write_bytes(whole[:keep])
        status, _, err = installed.run(*arguments.split())
    finally:
        installed.file(name).write_bytes(whole)
    said = f"The program's own file {fault}: install QHM Explorer again."
    assert status in (1, 2) and err.splitlines()[-1] == said
