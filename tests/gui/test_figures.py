"""The paper's figures: their numbers against closed forms, and the command that makes them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.arguments import Mistake
from qhm_gui.commands.command_line import main
from qhm_gui.commands.figure_numbers import NOTEBOOK, numbers
from qhm_gui.commands.figures import chosen_figures, figure_of
from qhm_gui.export import EXPORTERS, Drawing
from qhm_gui.export.computed import computed
from qhm_gui.export.page import sheet
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import CLOUDS, FIGURES
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window
from qhm_math import QHM, expected_loss, max_stable_alpha, stationary_loss

#: Of figure 2, by the Lyapunov equation.
EXACT_LOSSES = (0.1121, 0.0139, 0.0653, 0.1522, 0.8543, 0.0553, 0.4541, 0.6925)


@pytest.fixture(scope="module")
def result() -> Callable[[str], Drawing]:
    """The computed figure, each only once. (Its widget is gone; the numbers stay.)"""
    kept: dict[str, Drawing] = {}

    def get(key: str) -> Drawing:
        if key not in kept:
            make_application()
            figure = figure_of(FIGURES[key])
            with sheet(figure, computed(figure)) as drawing:
                assert isinstance(drawing, Drawing)
                kept[key] = drawing
        return kept[key]

    return get


# -- numbers


@pytest.mark.parametrize(("key", "kappa"), [("figure-1a", 10.0), ("figure-1b", 1000.0)])
def test_figure_1_over_nu_ends_at_sgd_and_at_the_heavy_ball(result, key: str, kappa: float) -> None:
    table = result(key).table()
    root = np.sqrt(kappa)
    assert (table["nu"][0], table["nu"][-1]) == (0.001, 1.0)
    last = [table[name][-1] for name in ("rate", "beta", "alpha")]
    rate = (root - 1) / (root + 1)
    np.testing.assert_allclose(last, [rate, rate**2, 1 / root], rtol=1e-9)
    assert (np.diff(table["rate"]) < 0).all()
    assert table["rate"][0] == pytest.approx((kappa - 1) / (kappa + 1), rel=0.02)


@pytest.mark.parametrize(("key", "kappa"), [("figure-1c", 10.0), ("figure-1d", 1000.0)])
def test_figure_1_over_beta_has_three_phases(result, key: str, kappa: float) -> None:
    table = result(key).table()
    beta, nu, rate, alpha = (table[name] for name in ("beta", "nu", "rate", "alpha"))
    assert (beta[0], beta[-1]) == (0.001, 0.999)
    root, sgd = np.sqrt(kappa), (kappa - 1) / (kappa + 1)
    first, last = beta <= ((root - 1) / (root + 1)) ** 2, beta > sgd
    np.testing.assert_array_equal(nu[first], 1)
    np.testing.assert_allclose(alpha[first], 2 * (1 + beta[first]) / ((1 - beta[first]) * (1 + kappa)))
    np.testing.assert_allclose(rate[last], np.sqrt(beta[last] * sgd))
    assert (nu[~first] < 1).all() and rate.min() == pytest.approx((root - 1) / (root + 1), abs=1e-3)


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.slow
def test_figure_2_has_the_exact_losses_of_section_7(result, number: int) -> None:
    drawing = result(f"figure-2-{number}")
    exact, measured = drawing.result.level, drawing.result.measured
    assert exact == pytest.approx(EXACT_LOSSES[number - 1], abs=6e-5)
    assert abs(measured.loss - exact) < 2 * measured.error < 0.15 * exact
    assert exact == pytest.approx(NOTEBOOK[f"figure-2-{number}"], rel=0.12, abs=0.007)
    s = FIGURES[f"figure-2-{number}"].state
    assert (s.alpha, s.beta, s.nu) == CLOUDS[number - 1]
    np.testing.assert_allclose(s.noise.covariance(), 0.3 * np.eye(2))
    assert s.loss.minima().tolist() == [[2.0, 1.0]]


@pytest.mark.parametrize(
    ("number", "fixed"), [(1, {"nu": 1.0}), (2, {"nu": 0.7}), (3, {"alpha": 0.3})], ids=["nu 1", "nu .7", "alpha .3"]
)
@pytest.mark.slow
def test_figure_3_holds_the_theory(result, number: int, fixed: dict[str, float]) -> None:
    exact, simulated = (result(f"figure-3-{number}-{layer}").table() for layer in ("exact", "simulated"))
    assert len(simulated["beta"]) == 900
    curvatures, variances = np.array([0.1, 10.0]), np.array([0.3, 0.3])
    for table in (exact, simulated):
        every = {"alpha", "beta", "nu"} - set(fixed)
        point = {name: table[name] for name in every} | {k: np.full(len(table["beta"]), v) for k, v in fixed.items()}
        stable = np.isfinite(table["exact"])
        bound = max_stable_alpha(point["beta"], point["nu"], 10.0)
        near = np.isclose(point["alpha"], bound, rtol=1e-6)
        np.testing.assert_array_equal(stable[~near], (point["alpha"] < bound)[~near])
        cells = QHM(*(point[name][stable] for name in ("alpha", "beta", "nu")))
        known = stationary_loss(cells, curvatures, variances)
        np.testing.assert_allclose(table["exact"][stable], known, rtol=1e-9)
    steps = expected_loss(cells, curvatures, variances, np.zeros(2), 1000)[:, 1:].mean(axis=-1)
    away = np.abs(simulated["simulated"][stable] - steps) / simulated["standard_error"][stable]
    assert np.quantile(away, 0.5) < 2 and np.quantile(away, 0.98) < 5  # 20 runs, the same noise in every cell


@pytest.mark.parametrize(("key", "alphas", "steps"), [("4a", (0.005, 0.02, 0.1), 20_000), ("4b", (1, 2, 3), 6_000)])
def test_figure_4_ends_where_theory_says(result, key: str, alphas: tuple[float, ...], steps: int) -> None:
    table = result(f"figure-{key}").table()
    assert len(table["step"]) == steps + 1
    curvatures, variances = np.array([0.1, 10.0]), np.array([0.3, 0.3])
    for alpha in alphas:
        run, expected = table[f"alpha_{alpha:g}_loss"], table[f"alpha_{alpha:g}_expected_loss"]
        assert run[0] == expected[0] == pytest.approx((0.1 * 40**2 + 10 * 8**2) / 2)
        level = float(stationary_loss(QHM(alpha, 0.9, 1.0), curvatures, variances))
        assert expected[-1] == pytest.approx(level, rel=0.02)
        full = expected_loss(QHM(alpha, 0.9, 1.0), curvatures, variances, np.array([-40.0, 8.0]), steps)
        assert expected[-1] == pytest.approx(full[-100:].mean())
        assert expected[50] == pytest.approx(full[:51].mean())
        half = slice(steps // 2, None)
        assert np.mean(run[half]) == pytest.approx(np.mean(expected[half]), rel=0.3)


def test_figure_5_falls_between_sgd_and_the_heavy_ball(result) -> None:
    table = result("figure-5").table()
    for kappa in (1.0, 5.0, 10.0, 50.0, 100.0, 1e3, 1e6):
        rate, root = table[f"rate_kappa_{kappa:g}"], np.sqrt(kappa)
        assert rate[0] == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-12)
        assert rate[-1] == pytest.approx((root - 1) / (root + 1), abs=1e-12)
        assert (np.diff(rate) < 0).all() or kappa == 1


@pytest.mark.parametrize(("number", "alpha"), [(1, 0.05), (2, 0.1), (3, 0.2)])
def test_figure_6_is_theorem_5_against_the_exact_loss(result, number: int, alpha: float) -> None:
    table = result(f"figure-6-{number}").table()
    stable = np.isfinite(table["exact"]) & (table["beta"] > 0)
    beta, nu = table["beta"][stable], table["nu"][stable]
    lag = 2 * nu * beta
    trace = alpha / 2 * 0.6 + alpha**2 / 4 * (1 + lag / (1 - beta) * (lag / (1 + beta) - 1)) * 0.3 * 10.1
    off = np.abs(trace / 2 - table["exact"][stable]) / table["exact"][stable]
    np.testing.assert_allclose(np.abs(table["difference"][stable]), off, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("key", FIGURES)
@pytest.mark.slow
def test_every_figure_has_its_numbers(result, key: str) -> None:
    rows = numbers(FIGURES[key], result(key))
    assert rows and all(row.what and (row.exact or row.simulated) for row in rows), (
        "figure_numbers.py has none of its view"
    )
    assert key[:8] != "figure-2" or "notebook" in rows[0].printed


# -- presets


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure_is_a_preset_of_its_page(key: str) -> None:
    preset = FIGURES[key]
    row = PAGES[preset.page]
    assert preset.view in (*row.views, *row.alone)
    assert (preset.state.expanded == preset.view) == (preset.view in row.alone)
    assert preset.state.page == preset.page
    titles = [one.title for one in presets_of(preset.page)]
    assert titles.count(preset.title) == 1


@pytest.mark.parametrize("key", FIGURES)
def test_choosing_a_figure_is_one_change(key: str) -> None:
    store = Store()
    store.update(page=FIGURES[key].page)
    store.update(alpha=0.9, **{"fast.kappa": 3.0, "good.cells": 7})  # whatever was set before
    before = store.state
    assert store.update(**FIGURES[key].changes)
    wanted, found = (VIEWS[FIGURES[key].view].request(state) for state in (FIGURES[key].state, store.state))
    assert found == wanted
    store.undo()
    assert store.state == before


def test_the_window_offers_the_figures(make_window: Callable[..., Window], settle: Callable[[Window], None]) -> None:
    window = make_window(FIGURES["figure-1a"].state)
    settle(window)
    window.panel._page.preset.chosen.emit("figure-5")
    settle(window)
    assert window.store.state.fast.figure == "kappa"
    window.undo()
    assert window.store.state.fast.figure == "nu"
    window.store.update(page="good")
    window.panel._page.preset.chosen.emit("figure-4a")
    views = window.page.views
    assert [key for key, view in views.items() if view.widget.isVisible()] == ["several"]
    window.panel._page.preset.chosen.emit("figure-3-1-exact")
    assert {key for key, view in views.items() if view.widget.isVisible()} == set(views) - set(PAGES["good"].alone)


# -- the command


@pytest.mark.slow
def test_figures_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["figures", "1a", "figure-4b", "--out", str(tmp_path / "new"), "--format", "pdf,svg,png,csv"]
    assert main([*arguments, "--scale", "1", "--theme", "dark"]) == 0
    names = [f"{figure}.{key}" for figure in ("figure-1a", "figure-4b") for key in ("csv", "pdf", "png", "svg")]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names
    told = capsys.readouterr()
    assert "1 of 2  figure-1a" in told.err
    table = told.out.splitlines()
    assert table[0].split() == ["figure", "what", "printed", "elsewhere", "exact", "simulated", "seconds"]
    assert "0.5195, 0.2699, 0.3162" in table[1]
    assert "2 figures as pdf, svg, png, csv" in told.out
    with (tmp_path / "new" / "figure-1a.csv").open(encoding="utf-8", newline="") as file:
        assert next(row for row in csv.reader(file) if not row[0].startswith("#")) == ["nu", "rate", "beta", "alpha"]


def test_the_list_names_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "--list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(FIGURES)
    assert main(["figures", "6", "--list", "--lang", "ja"]) == 0
    assert "定理 5" in capsys.readouterr().out
    language.set_language("en")


def test_a_number_means_all_its_parts() -> None:
    assert [row.key for row in chosen_figures(["1", "figure-4a", "1a"])] == [
        *(f"figure-1{part}" for part in "abcd"),
        "figure-4a",
    ]
    assert len(chosen_figures(["2"])) == 8 and len(chosen_figures(["3"])) == 12 and len(chosen_figures(["3-1"])) == 2
    assert len(chosen_figures([])) == len(FIGURES)


@pytest.mark.parametrize("name", ["7", "figure-", "", "figure-1e", "fig1", "../etc", "1a.pdf", "figure-2-11"])
def test_unknown_names_are_told_in_a_sentence(name: str) -> None:
    with pytest.raises(Mistake, match=rf"^There is no figure .*: there are {', '.join(FIGURES)}\.$"):
        chosen_figures([name])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["7"], "There is no figure 7"),
        (["1a", "--format", "gif"], f"--format 'gif' is not known: it must be of {', '.join(EXPORTERS)}."),
        (["1a", "--format", ""], "--format '' is not known"),
        (["1a", "--format", "pdf,,svg"], "is not known"),
        (["1a", "--theme", "blue"], "--theme blue is not known: it must be one of light, dark, transparent."),
        (["1a", "--scale", "9"], "pixels per unit = 9 is not allowed; allowed is a whole number"),
        (["1a", "--scale", "nan"], "--scale: “nan” is not a number."),
        (["1a", "--scale", "x"], "--scale: “x” is not a number."),
        (["1a", "--size", "huge"], "--size huge is not known: it must be one of slide, half, third,"),
    ],
)
def test_bad_arguments_are_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["figures", *arguments, "--out", str(tmp_path / "none")]) == 2
    told = capsys.readouterr()
    assert words in told.err and told.err.count("\n") == 1 and told.out == ""
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "under"):
        assert main(["figures", "1a", "--out", str(out)]) == 2
        assert capsys.readouterr().err.splitlines()[-1].startswith(f"--out {out} cannot be written to: ")
    assert main(["figures", "1a", "--out", "-"]) == 2
    assert capsys.readouterr().err == "--out - is one file, not 2: name one figure and one --format.\n"
    assert main(["figures", "1a"]) == 2
    assert capsys.readouterr().err == "--out is missing: name the folder to write to, or ask for --list.\n"
