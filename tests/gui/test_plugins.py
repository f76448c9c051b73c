"""Other packages bring losses, methods, noises, pages and views; one that is broken is a sentence in the log."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from qhm_gui.commands import plugins
from qhm_gui.commands.command_line import main
from qhm_gui.state.pages import PAGES
from qhm_gui.state.preset_rows import preset_rows
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window
from qhm_math.losses import FINITE_SUMS, LOSSES
from qhm_math.methods import METHODS
from qhm_math.noise import NOISES

TABLES: tuple[dict, ...] = (LOSSES, FINITE_SUMS, METHODS, NOISES, PAGES, VIEWS.rows)

GOOD = """
    from dataclasses import dataclass
    from PySide6.QtWidgets import QLabel
    from qhm_gui.state.pages import PagePreset, PageRow
    from qhm_gui.text.help_words import Help
    from qhm_gui.views.view import View
    from qhm_math.losses import LeastSquares, Quadratic
    from qhm_math.methods import SGD
    from qhm_math.noise import NoNoise

    @dataclass(frozen=True)
    class Bowl(Quadratic):
        key = "lab_bowl"
        title = "Lab bowl"

    @dataclass(frozen=True)
    class Sum(LeastSquares):
        key = "lab_sum"

    @dataclass(frozen=True)
    class Walk(SGD):
        key = "lab_walk"

    @dataclass(frozen=True)
    class Hum(NoNoise):
        key = "lab_hum"

    PAGE = PageRow("workshop", "The lab", 3, (), presets=(PagePreset("lab-slow", "Slow", {"alpha": 0.01}),))

    class Turning(View):
        key = "turning"
        title = "Turning"
        def __init__(self, style):
            super().__init__(style)
            self._label = QLabel()
        widget = property(lambda self: self._label)
        request = staticmethod(lambda state: state.alpha)
        @staticmethod
        def compute(request, monitor):
            yield request
        subtitle = lambda self, state: ""
        show = lambda self, result: self._label.setText(f"{result:g}")
        mark = lambda self, state: None
        table = staticmethod(lambda result: {})
        restyle = lambda self, style: None

    class More(Turning):
        key = "more"
        help = Help("The same again.")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Installs a package: its module's source and its entry points; afterwards every table is what it was."""
    before = [dict(table) for table in TABLES]
    names: list[str] = []

    def make(source: str, points: str) -> None:
        name = f"lab_{len(names)}"
        names.append(name)
        (tmp_path / f"{name}.py").write_text(dedent(source), encoding="utf-8")
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(dedent(points).format(lab=name), encoding="utf-8")
        if len(names) == 1:
            monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()
        plugins.load_plugins.cache_clear()

    yield make
    for table, rows in zip(TABLES, before, strict=True):
        table.clear()
        table.update(rows)
    for name in names:
        sys.modules.pop(name, None)
    plugins.load_plugins.cache_clear()


POINTS = """
    [qhm_explorer.losses]
    bowl = {lab}:Bowl
    sum = {lab}:Sum
    [qhm_explorer.methods]
    walk = {lab}:Walk
    [qhm_explorer.noises]
    hum = {lab}:Hum
    [qhm_explorer.pages]
    workshop = {lab}:PAGE
    [qhm_explorer.views]
    explore.turning = {lab}:Turning
    workshop.more = {lab}:More
"""


def test_a_package_brings_rows(
    install, make_window: Callable[..., Window], settle, capsys: pytest.CaptureFixture[str], caplog
) -> None:
    install(GOOD, POINTS)
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    told = capsys.readouterr().out
    assert "turning" in told and "workshop" in told
    assert caplog.records == []
    assert {"lab_bowl", "lab_sum"} <= {*LOSSES, *FINITE_SUMS} and "lab_sum" in FINITE_SUMS
    assert "lab_walk" in METHODS and "lab_hum" in NOISES
    window = make_window(
        changed(State(), {"steps": 5, "runs": 2, "loss": LOSSES["lab_bowl"](), "noise": NOISES["lab_hum"]()})
    )
    settle(window)
    assert not window.page._cards["turning"].card._help.isEnabled()  # without a word of help there is no button
    assert window.page.views["turning"].widget.text() == f"{window.store.state.alpha:g}"  # type: ignore[attr-defined]
    window.store.update(page="workshop")
    settle(window)
    assert list(window.page.views) == ["more"]
    assert window.page._cards["more"].card._help.isEnabled()
    row = next(row for row in preset_rows() if row.key == "lab-slow")
    assert (row.page, row.view, row.state.alpha) == ("workshop", "more", 0.01)


def test_packages_are_looked_for_once(install, monkeypatch: pytest.MonkeyPatch) -> None:
    install(GOOD, POINTS)
    plugins.load_plugins()
    monkeypatch.setattr(plugins, "entry_points", lambda **_group: pytest.fail("looked for again"))
    plugins.load_plugins()
    assert PAGES["explore"].views.count("turning") == 1


@pytest.mark.parametrize(
    ("source", "points", "words"),
    [
        ("raise RuntimeError('no\\nlicence')", "[qhm_explorer.losses]\nx = {lab}:Bowl", "no licence"),
        ("import sys; sys.exit(3)", "[qhm_explorer.methods]\nx = {lab}:Walk", "3"),
        ("import nowhere_at_all", "[qhm_explorer.views]\nexplore.x = {lab}:Turning", "nowhere_at_all"),
        ("Bowl = 3", "[qhm_explorer.losses]\nx = {lab}:Bowl", "a class with a key of its own"),
        ("class Bowl: key = 'quadratic'", "[qhm_explorer.losses]\nx = {lab}:Bowl", "'quadratic'"),
        ("class Bowl: key = 'half'", "[qhm_explorer.losses]\nx = {lab}:Bowl", "no attribute 'start'"),
        ("class Walk: key = 'half'", "[qhm_explorer.methods]\nx = {lab}:Walk", ""),
        ("class Hum: key = 'half'", "[qhm_explorer.noises]\nx = {lab}:Hum", "must be a Noise"),
        ("class Turning: key = 'x'", "[qhm_explorer.views]\nexplore.x = {lab}:Turning", "a subclass of View"),
        ("class Turning: key = 'x'", "[qhm_explorer.views]\nnowhere.x = {lab}:Turning", "PAGE.KEY"),
        ("PAGE = 'lab'", "[qhm_explorer.pages]\nlab = {lab}:PAGE", "a PageRow with a key of its own"),
    ],
)
def test_a_broken_package_is_a_sentence_in_the_log(install, caplog, source: str, points: str, words: str) -> None:
    before = [dict(table) for table in TABLES]
    install(source, points)
    with caplog.at_level(logging.WARNING, "qhm"):
        plugins.load_plugins()
    (record,) = caplog.records
    told = record.getMessage()
    assert words in told and "lab_0" in told and told.endswith(".") and "\n" not in told
    assert [dict(table) for table in TABLES] == before


def test_a_command_says_what_is_left_out(install, capsys: pytest.CaptureFixture[str]) -> None:
    """Else whoever asks for the view of a broken package is told that there is none of that name."""
    install("raise ImportError('no licence')", "[qhm_explorer.views]\nexplore.x = {lab}:Turning")
    assert main(["figures", "--list", "1a"]) == 0
    told = capsys.readouterr()
    assert told.err == "The qhm_explorer.views explore.x of lab_0 is left out: no licence.\n"
    assert told.out.startswith("figure-1a")


def test_a_broken_package_spoils_no_other(install, caplog) -> None:
    install("raise ImportError", "[qhm_explorer.losses]\nx = {lab}:Bowl")
    install(GOOD, POINTS.replace("workshop.more", "nothing"))
    with caplog.at_level(logging.WARNING, "qhm"):
        plugins.load_plugins()
    assert "lab_bowl" in LOSSES and "turning" in VIEWS
    assert "workshop" not in PAGES  # its only view could not be loaded
    assert len(caplog.records) == 3
