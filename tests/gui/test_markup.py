"""The markup of texts, and how it is measured."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGlyphRun, QImage, QPainter, QTextLayout

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import glyph_outlines, markup
from qhm_gui.drawing.markup import Run
from qhm_gui.drawing.wrapped_text import short_pieces, wrapped


def test_italics_subscripts_and_superscripts():
    assert markup.parse("momentum *β*") == (Run("momentum "), Run("β", italic=True))
    assert markup.parse("*α*_{max} = 5") == (Run("α", True), Run("max", level=-1), Run(" = 5"))
    assert markup.parse("*R*^{2*k*}") == (Run("R", True), Run("2", level=1), Run("k", True, 1))
    assert markup.plain_text("*α*_{max} = 5") == "αmax = 5"


def test_signs_that_are_no_markup_stay():
    assert markup.plain_text(r"*f* − *f*\*") == "f − f*"
    assert markup.parse("3 * 4") == (Run("3 * 4"),)
    assert markup.parse("a_b {c}") == (Run("a_b {c}"),)
    assert markup.parse("") == ()


def test_an_asterisk_right_after_italics_is_one():
    assert markup.parse("*R** = 1") == (Run("R", True), Run("* = 1"))
    assert markup.plain_text("loss *f* − *f**") == "loss f − f*"
    assert markup.plain_text("*β**, *α** against *ν*") == "β*, α* against ν"
    assert markup.parse("*β**, *α**") == markup.parse(r"*β*\*, *α*\*")


def test_digits_are_raised_and_upright_where_that_is_asked_for():
    raised = markup.with_raised_digits("6.97×10⁻⁴ *x₀*")
    assert markup.parse(raised) == (Run("6.97×10"), Run("−4", level=1), Run(" "), Run("x", True), Run("0", level=-1))
    assert markup.parse("6.97×10⁻⁴") == (Run("6.97×10⁻⁴"),)


def test_a_line_without_room_ends_with_an_ellipsis(qapp):
    whole = markup.layout("the *stationary* loss of a method", 12)
    assert markup.elided(whole, whole.width) is whole
    for share in (0.1, 0.3, 0.5, 0.9):
        line = markup.elided(whole, share * whole.width)
        assert line.width <= share * whole.width + 1
        assert line.runs[-1].text.endswith("…")


def test_lines_break_between_words_and_between_japanese_characters(qapp):
    for text in (
        "Momentum = 1.2 is not allowed: it must be in [0, 1).",
        "モーメンタムは零以上一未満でなければなりません。",
    ):
        lines = wrapped(text, 12, 150)
        assert len(lines) > 1
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(markup.layout(line, 12).width <= 150 for line in lines)


WORDS = (
    "learning", "rate", "*α*", "a", "β_{max}", "10^{-3}", "R(*T*)", "を", "安定", "モーメンタム", "、", "。", "の",
    "overparameterized-and-hyphenated", "κ = 10", "(13)", "\\*", "  ", "*x y*", "ー", "が",
)  # fmt: skip


def one_by_one(text: str, px: float, width: float, weight: int) -> list[str]:
    """As many pieces in a line as fit, each tried."""
    lines: list[str] = []
    for part in text.split("\n") if text else []:
        line, begun = "", len(lines)
        for piece in short_pieces(part, px, width, weight):
            if line and markup.layout((line + piece).rstrip(), px, weight).width > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        if line.strip() or len(lines) == begun:
            lines.append(line.rstrip())
    return lines


@pytest.mark.slow
def test_lines_are_as_long_as_they_can_be(qapp) -> None:
    rng = np.random.default_rng(3)
    for _ in range(150):
        parts = [str(word) for word in rng.choice(WORDS, rng.integers(0, 40))]
        gaps = [str(gap) for gap in rng.choice(("", " ", " ", " ", "\n", "  "), len(parts))]
        text = "".join(part + gap for part, gap in zip(parts, gaps, strict=True))
        px, width, weight = float(rng.choice((9.5, 12, 15.4))), float(rng.uniform(5, 400)), int(rng.choice((400, 600)))
        assert wrapped(text, px, width, weight) == one_by_one(text, px, width, weight), (text, px, width)


def test_a_long_text_is_not_measured_word_by_word_from_the_beginning_of_its_line(qapp) -> None:
    """The conditions of the theorems held the window for half a second after a change of its size."""
    text = "".join(f"条件{k}が満たされる限り、平均損失は一定の割合で減少します。" for k in range(30))
    markup._layout.cache_clear()
    lines = wrapped(text, 12, 900)
    missed = markup._layout.cache_info().misses
    assert missed < len(set(text)) + 40 + 4 * len(lines), "each sign once, and each line a few times"


def test_a_subscript_is_smaller(qapp):
    style = Style()
    full, small = markup.measure("max", style), markup.measure("_{max}", style)
    assert small.width() < 0.9 * full.width()
    assert small.height() == full.height()


def test_the_type_scale_scales_everything(qapp):
    one, two = (markup.measure("predicted *R*^{2k}", Style(type_scale=s), 12, 600) for s in (1.0, 2.0))
    assert abs(two.width() / one.width() - 2) < 0.15
    assert abs(two.height() / one.height() - 2) < 0.1


def test_japanese_is_not_slanted_and_lighter(qapp):
    make_application()  # the shipped fonts
    latin, japanese = markup.layout("*k損失*", 12, 600).runs
    assert latin.text == "k" and latin.font.italic() and latin.font.weight() == 600
    assert japanese.text == "損失" and not japanese.font.italic() and japanese.font.weight() == 500


def test_the_anchor_places_the_box(qapp):
    style = Style()
    box = markup.box(100, 50, "two\nlines", style, anchor=(1, 1))
    assert abs(box.right() - 100) < 1e-6 and abs(box.bottom() - 50) < 1e-6
    assert box.height() > 1.8 * markup.measure("two", style).height()


def test_a_halo_lies_round_the_letters_and_not_over_them(qapp):
    def painted(halo: QColor | None) -> QImage:
        image = QImage(80, 30, QImage.Format.Format_RGB32)
        image.fill(QColor("#808080"))
        with QPainter(image) as painter:
            markup.paint(painter, 10, 5, "text", Style(), QColor("black"), halo=halo)
        return image

    def count(image: QImage, name: str) -> int:
        wanted = QColor(name).rgb()
        return sum(image.pixel(x, y) == wanted for x in range(80) for y in range(30))

    plain, haloed = painted(None), painted(QColor("white"))
    assert count(plain, "white") == 0
    assert count(haloed, "white") > 50
    dark = sum(QColor(haloed.pixel(x, y)).lightness() < 90 for x in range(80) for y in range(30))
    assert dark > 20


def test_outlines_come_from_left_to_right_whatever_order_qt_has_the_fonts_in(qapp, monkeypatch):
    class Reversed(QTextLayout):
        def glyphRuns(self, *arguments: int) -> list[QGlyphRun]:
            runs = super().glyphRuns(*arguments)
            assert len(runs) > 1
            return runs[::-1]

    text, face = "最適値 of 試行 run", Style().font(12)
    path = glyph_outlines.outline(text, face)
    monkeypatch.setattr(glyph_outlines, "QTextLayout", Reversed)
    assert glyph_outlines.outline(text, face) == path
