"""Every field of the window and of its dialogs reads what it shows."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from qhm_gui.appearance.theme import LIGHT
from qhm_gui.dialogs.film import FilmDialog
from qhm_gui.export.film.film import FilmOptions
from qhm_gui.files import session
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text.numbers import grouped
from qhm_gui.widgets.number_field import MatrixField, NumberField
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.window import Window
from qhm_math.losses import Logistic
from qhm_math.noise import NOISES, GaussianNoise, IsotropicNoise, MiniBatches, Noise

HARD = {
    "beta": 0.9999999,
    "nu": 1e-7,
    "alpha": 7.994839e-40,
    "start_x": -123456.789,
    "loss.mu": 1e-5,
    "seed": 2**32 - 1,
    "steps": 1234,
    "good.reach": 0.0,
    "compare.target": 1e-12,
}
NOISE: dict[str, Noise] = {
    "isotropic": IsotropicNoise(1.23456e-5),
    "gaussian": GaussianNoise(((1e-9, 0.0), (0.0, 123.456))),
}


def check(parent: QWidget) -> int:
    """How many fields with numbers there are; each reads its own text as its value, with as many digits as it shows."""
    count = 0
    for field in parent.findChildren(ValueField):
        edit = field.findChild(QLineEdit)
        if not isinstance(field, NumberField | MatrixField) or not field.isVisibleTo(parent) or edit is None:
            continue
        text = field.text()
        if text in ("", "…"):
            continue
        count += 1
        assert edit.fontMetrics().horizontalAdvance(text) <= edit.width(), text
        read, value = np.ravel(field._parse(text)), np.ravel(field.value())
        np.testing.assert_allclose(read, value, rtol=0.5, atol=0.005, err_msg=text)
    return count


@pytest.mark.parametrize("page", PAGES)
def test_every_field_of_a_page_reads_what_it_shows(make_window: Callable[..., Window], page: str) -> None:
    window = make_window(changed(State(), {**HARD, "page": page}))
    for noise in NOISES:
        window.store.update(noise=NOISE.get(noise, NOISES[noise]()))
        assert check(window.panel) >= 3


def test_every_field_of_the_film_dialog_reads_what_it_shows(make_window: Callable[..., Window]) -> None:
    window = make_window()
    dialog = FilmDialog(window, LIGHT, window.store.state, "path", FilmOptions(what="sweep", low=1e-7, high=2508.0))
    dialog.show()
    assert check(dialog) == 4
    dialog.close()
    dialog.deleteLater()


def test_a_batch_size_goes_to_infinity(make_window: Callable[..., Window]) -> None:
    window = make_window(changed(State(), {"noise": MiniBatches(8, 0.02)}))
    form, store = window.panel.plane.noise_form, window.store
    field, slider = form.row("batch").entry, form.row("batch").slider
    assert isinstance(field, NumberField) and slider is not None and field.text() == "8"
    slider.moved.emit(math.inf)
    assert store.state.noise == MiniBatches(math.inf, 0.02) and field.text() == "∞"
    slider.moved.emit(31.6)
    assert store.state.noise == MiniBatches(32, 0.02)
    for typed, batch in (("∞", math.inf), ("64", 64), ("Inf", math.inf), ("1", 1)):
        field._edit.setText(typed)
        field._edit.setModified(True)
        assert field.commit() and store.state.noise == MiniBatches(batch, 0.02)
    everything = changed(store.state, {"noise.batch": math.inf})
    assert session.load(session.dump(everything)) == everything
    for typed in ("0", "2.5", "-∞"):
        field._edit.setText(typed)
        field._edit.setModified(True)
        assert not field.commit() and store.state.noise == MiniBatches(1, 0.02)
        field.revert()
    field._edit.setText("0")
    field._edit.setModified(True)
    field.commit()
    most = grouped(10**9)
    assert field.error() == f"B = 0 is not allowed; allowed is a whole number, 1 ≤ B ≤ {most}, or ∞."
    field.revert()


def test_on_a_finite_sum_the_batch_size_is_that_of_the_data(make_window: Callable[..., Window]) -> None:
    window = make_window(changed(State(), {"noise": MiniBatches(8)}))
    assert window.panel.plane.noise_form.isVisibleTo(window.panel)
    window.store.update(loss=Logistic())
    assert not window.panel.plane.noise_form.isVisibleTo(window.panel)
    assert "batch" in window.panel.plane.loss_form.names() and "data" in window.panel.plane.noise_help.text()
    window.store.update(noise=IsotropicNoise())
    assert window.panel.plane.noise_form.isVisibleTo(window.panel) and not window.panel.plane.noise_help.text()
