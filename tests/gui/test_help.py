"""Help: every canvas has its row, every row its picture and its Japanese, and the sheet shows them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel

from qhm_gui.appearance.theme import THEMES
from qhm_gui.dialogs.help_sheet import Formula, HelpSheet
from qhm_gui.drawing import formula
from qhm_gui.drawing.formula import PICTURES
from qhm_gui.text import language
from qhm_gui.text.help_words import COLOURED, FORMULAS, HELP, picture_of, pictures
from qhm_gui.text.language import table
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window


def test_every_canvas_has_help_in_both_languages() -> None:
    assert set(HELP) <= set(VIEWS)
    for key, view in VIEWS.items():
        row = view.explanation()
        assert row is not None, f"the view {key} has no help: neither a row in HELP nor one of its own"
        for sentence in (row.shows, row.source, row.limits, row.attempt):
            assert sentence and sentence in table("ja"), f"{key}: {sentence}"


@pytest.mark.slow
def test_every_formula_is_a_picture_that_qt_draws(qapp: object) -> None:
    assert {path.stem for path in PICTURES.glob("*.svg")} == set(pictures())
    assert {row.formula for row in HELP.values() if row.formula} == set(FORMULAS)
    for path in PICTURES.glob("*.svg"):
        (told,) = (part.text for part in ElementTree.parse(path).iter() if part.tag.endswith("desc"))
        assert told == pictures()[path.stem], f"{path.name} was made of another formula: run make_formulas.py"
        picture = QSvgRenderer(str(path))
        assert picture.isValid()
        image = QImage(picture.defaultSize(), QImage.Format.Format_ARGB32)
        image.fill(QColor("white"))
        with QPainter(image) as painter:
            picture.render(painter)
        ink = sum(
            image.pixelColor(x, y).lightness() < 128 for x in range(image.width()) for y in range(0, image.height(), 3)
        )
        assert ink > 40, path.name


def test_a_formula_is_read_once_and_has_the_colours_of_each_theme(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    rendered = formula._rendered
    monkeypatch.setattr(formula, "_rendered", lambda name, text: read.append(name) or rendered(name, text))
    formula._coloured.cache_clear()
    drawn: list[bytes] = []
    for theme in (*THEMES.values(), *THEMES.values()):
        image = QImage(300, 80, QImage.Format.Format_ARGB32)
        image.fill(QColor(theme.surface))
        with QPainter(image) as painter:
            formula.paint_formula(painter, QRectF(image.rect()), "update", theme)
        drawn.append(bytes(image.constBits()))
    assert read == [picture_of("update")] * 2
    assert drawn[0] == drawn[2] != drawn[1] == drawn[3]


def test_a_coloured_term_has_a_colour_of_the_themes(qapp: object) -> None:
    """The pictures name it; a typing error would be black in no theme."""
    for name in COLOURED:
        fills = set(re.findall('fill="([^"]*)"', (PICTURES / f"{name}.svg").read_text(encoding="utf-8")))
        assert {"black"} < fills <= {"black", *(key for key, _ in THEMES["light"].methods)}


def test_the_sheet_says_all_of_it_in_the_language_in_force(window: Window) -> None:
    row = HELP["stability"]
    for spoken_in in ("en", "ja"):
        with language.spoken(spoken_in):
            sheet = HelpSheet(window, THEMES["dark"], "Stability region", row)
            texts = {label.text() for label in sheet.findChildren(QLabel)}
            assert {language.tr(words) for words in (row.shows, row.source, row.limits, row.attempt)} <= texts
            assert len(sheet.findChildren(Formula)) == 1 and not sheet.grab().isNull()
            sheet.close()
            sheet.deleteLater()


def test_the_about_box_names_version_paper_and_licences(window: Window) -> None:
    from qhm_gui.dialogs.about import AboutBox, lines
    from qhm_gui.text.version import VERSION

    text = "\n".join(lines())
    for part in (VERSION, "Gitman", "NeurIPS 2019", "PySide6-Essentials", "LGPL", "Open Font License", "CC BY", "MIT"):
        assert part in text
    box = AboutBox(window, THEMES["light"])
    assert not box.grab().isNull()
    box.close()
    box.deleteLater()
