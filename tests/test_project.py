"""The project as a whole: what it imports at start, what its files say, what it ships."""

import ast
import importlib
import importlib.util
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "resources" / "fonts"
SLOW = ("scipy", "matplotlib")


@pytest.mark.parametrize("module", ["qhm_math", "qhm_gui.window.start"])
@pytest.mark.slow
def test_starting_does_not_import_what_is_slow(module):
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is still to come")
    code = f"import sys, {module}; print([name for name in {SLOW} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


@pytest.mark.slow
def test_the_program_does_without_what_its_bundle_leaves_out():
    """Every module of both packages, as far as its own lines go: what the spec excludes is imported nowhere."""
    spec = (ROOT / ".ci" / "bundle" / "qhm-explorer.spec").read_text(encoding="utf-8")
    tree = ast.parse(spec)
    [analysis] = [
        call for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Analysis"
    ]  # fmt: skip
    [excludes] = [word.value for word in analysis.keywords if word.arg == "excludes"]
    left_out = {node.value for node in ast.walk(excludes) if isinstance(node, ast.Constant)}
    assert {"scipy", "PySide6.QtNetwork", "ssl"} <= left_out
    told = {"torch", "distributed", "pptx", "av"}  # extras, of which a sentence says that they are missing
    found = []
    for file in sorted((*(ROOT / "qhm_math").rglob("*.py"), *(ROOT / "qhm_gui").rglob("*.py"))):
        source = file.read_text(encoding="utf-8")
        names = set(re.findall(r"import_module\(\"([\w.]+)\"\)", source))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        for name in names:
            parents = {name[:end] for end in (*(i for i, sign in enumerate(name) if sign == "."), len(name))}
            found += [f"{file.name}: {name}" for parent in parents & (left_out - told)]
    assert found == []


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_bundle_ends_at_once_before_it_hears_signals_itself(number: signal.Signals, status: int) -> None:
    """Ctrl+C while PyInstaller's own beginning ran was shown as a defect with status 1, or was lost."""
    spec = (ROOT / ".ci" / "bundle" / "qhm-explorer.spec").read_text(encoding="utf-8")
    assert 'runtime_hooks=[str(Path(SPECPATH) / "first.py")]' in spec
    code = (
        "import os, runpy, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # else who ignores Ctrl+C has it ignored here, too
        f"runpy.run_path('.ci/bundle/first.py'); os.kill(os.getpid(), {int(number)}); print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.slow
def test_views_never_import_each_other():
    # What they share (a base class, axes) stands in files that are not in VIEWS.
    grimp = pytest.importorskip("grimp")
    from qhm_gui.views import VIEWS

    views = {kind.__module__ for kind in VIEWS.values()}
    graph = grimp.build_graph("qhm_gui")
    assert {view: graph.find_upstream_modules(view) & views for view in views} == {v: set() for v in views}


@pytest.mark.slow
def test_no_file_names_a_place_on_the_machine_it_was_written_on():
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    places = re.compile(rb"(?<![\w.$}~])/(?:work|opt|root|home/\w+|tmp/\w+|Users/\w+)/")
    named = []
    for path in filter(Path.is_file, (ROOT / line for line in done.stdout.splitlines())):
        content = path.read_bytes()
        if b"\0" not in content and path != Path(__file__) and places.search(content):
            named.append(str(path.relative_to(ROOT)))
    assert named == []


@pytest.fixture(scope="module")
def shipped_fonts(qapp_cls):
    from PySide6.QtGui import QFontDatabase
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        qapp_cls([])
    identifiers = [QFontDatabase.addApplicationFont(str(path)) for path in sorted(FONTS.glob("*.otf"))]
    assert identifiers and -1 not in identifiers
    yield
    for identifier in identifiers:
        QFontDatabase.removeApplicationFont(identifier)


@pytest.mark.parametrize(
    ("family", "weight", "italic"),
    [
        *(("Inter", weight, italic) for weight in (400, 500, 600) for italic in (False, True)),
        *(("Inter Display", weight, False) for weight in (400, 600)),
        *(("Noto Sans JP", weight, False) for weight in (400, 500)),
    ],
)
def test_fonts_come_with_the_application(qapp, shipped_fonts, family, weight, italic):
    from PySide6.QtGui import QFont, QFontInfo, QRawFont

    font = QFont(family)
    font.setWeight(QFont.Weight(weight))
    font.setItalic(italic)
    found = QFontInfo(font)
    assert (found.family(), found.weight(), found.italic()) == (family, weight, italic)
    needed = "αβνκμθσλρ−×≤√∞0123456789" if family.startswith("Inter") else "確率的勾配降下法、カタカナ（１）"
    raw = QRawFont.fromFont(font)
    assert [sign for sign in needed if not raw.supportsCharacter(ord(sign))] == []


@pytest.mark.parametrize("family", ["Inter", "Inter Display"])
def test_figures_can_have_equal_widths(qapp, shipped_fonts, family):
    from PySide6.QtGui import QFont, QFontMetricsF

    font = QFont(family)
    font.setPixelSize(24)
    metrics = QFontMetricsF(font)
    assert len({metrics.horizontalAdvance(digit * 8) for digit in "0123456789"}) == 1
    numbers = [f"{first}.{second}{first}" for first in "0123456789" for second in "0123456789"]
    assert len({metrics.horizontalAdvance(number) for number in numbers}) == 1  # kerning moves none


@pytest.fixture(scope="module")
def script():
    """The script that makes the fonts."""
    spec = importlib.util.spec_from_file_location("make_subset", FONTS / "make_subset.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.otf")), ids=lambda path: path.stem)
def test_a_font_holds_the_characters_of_its_script_each_as_one_glyph(script, path):
    from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingImports]

    with TTFont(path) as font:
        assert "GSUB" not in font
        letters = font.getBestCmap() or {}
        wanted = script.latin() if path.stem.startswith("Inter") else script.japanese()
        assert set(letters) <= wanted and len(letters) > 0.5 * len(wanted)
        if path.stem.startswith("Inter"):
            assert {letters[ord(figure)].partition(".")[2] for figure in "0123456789"} == {"tf"}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=() if path.stem == "Inter-Regular" else pytest.mark.soak, id=path.stem)
        for path in sorted(FONTS.glob("*.otf"))
    ],
)
@pytest.mark.slow
def test_the_fonts_are_what_their_script_makes(script, path, tmp_path):
    """Making the subset again changes no byte."""
    from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingImports]

    with TTFont(path, recalcTimestamp=False) as font:
        if path.stem.startswith("Inter"):
            script.equal_figures(font)
            script.cut(font, script.latin())
        else:
            script.cut(font, script.japanese())
        font.save(tmp_path / path.name)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


CODE = [path for folder in ("qhm_math", "qhm_gui") for path in sorted((ROOT / folder).rglob("*.py"))]
#: A function, a class, or a constant of a module or a class.
DEFINED = re.compile(r"^ *(?:def|class) (\w+)|^(?: {4})?(\w+)(?:: (?:[^\s=]|, | \| )+)? = ", re.MULTILINE)
#: pyqtgraph asks for them.
ASKED_FOR_ELSEWHERE = {"implements", "stateGroup"}


def overrides(path, name):
    """Whether the function of a class stands in place of one of a class above it, which calls it."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and name in vars(kind)]
    return any(hasattr(above, name) for kind in kinds for above in kind.__mro__[1:])


@pytest.mark.slow
def test_nothing_is_defined_that_nobody_names(qapp):
    others = [path for folder in ("tests", "benchmarks", "recordings") for path in (ROOT / folder).rglob("*.py")]
    texts = {path: path.read_text(encoding="utf-8") for path in (*CODE, *others)}
    counts = Counter(word for text in texts.values() for word in re.findall(r"\w+", text))
    dead = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in CODE
        for name in sorted({first or second for first, second in DEFINED.findall(texts[path])})
        if counts[name] == 1 and name not in ASKED_FOR_ELSEWHERE and not name.startswith("__")
        if not overrides(path, name)
    ]
    assert dead == []


@pytest.mark.slow
def test_every_file_that_is_spoken_of_is_there():
    """By its name, or with folders before it. docs/extend has files that its reader writes."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "resources").rglob("*.md")]
    folders = ("benchmarks", "docs", "qhm_gui", "qhm_math", "recordings", "resources", "tests")
    files = [*ROOT.glob("*.[pm][yd]"), *(path for name in folders for path in (ROOT / name).rglob("*.[pm][yd]"))]
    there = {"/".join(path.relative_to(ROOT).parts[-count:]) for path in files for count in range(1, 7)}
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (*CODE, *pages)
        if not path.is_relative_to(ROOT / "docs" / "extend")
        for name in re.findall(r"(?<![\w./-])[\w/-]+\.(?:py|md)\b", path.read_text(encoding="utf-8"))
        if name not in there
    ]
    assert missing == []


def test_every_icon_is_asked_for():
    """By its name, or with the key of a theme at its end."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE)
    names = [path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")]
    unused = [
        name
        for name in names
        if f'"{name}"' not in code and f'"{re.sub("(dark|light)$", "{theme.key}", name)}' not in code
    ]
    assert unused == []
