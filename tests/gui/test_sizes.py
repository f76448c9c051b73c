"""Every page, view and figure of the paper in every named size: readable, or refused with a size that fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.command_line import main
from qhm_gui.commands.figures import words_around
from qhm_gui.drawing import markup
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.export.arrangement import least_size
from qhm_gui.export.compose import ExportError, check_fits, compose
from qhm_gui.export.computed import computed
from qhm_gui.export.options import PRESETS, ExportOptions
from qhm_gui.export.page import PageDrawing, PageFigure, sheet
from qhm_gui.export.recipe import Words
from qhm_gui.export.scene import Scene, page_scene, view_scene
from qhm_gui.files.probe_file import examples, read_probe
from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import FIGURES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.text.language import LANGUAGES, spoken
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window
from qhm_math.probed import OfProbe
from tests.covering import covered, in_turn
from tests.gui.conftest import QUICK
from tests.gui.sheet_checks import sheet_faults

FEW = changed(State(), {**QUICK, "steps": 60, "runs": 20, "choose.error": 2.0})


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The commands choose a language for the process."""
    make_application()
    yield
    language.set_language("en")


def thing(name: str) -> tuple[Scene, State, Words]:
    """What is shown, of which state, with which words."""
    if name in FIGURES:
        preset = FIGURES[name]
        return view_scene(preset.view), preset.state, words_around(preset)
    if name in PAGES:
        return page_scene(PAGES[name]), changed(FEW, {"page": name}), Words()
    page = next(row.key for row in PAGES.values() if name in (*row.views, *row.alone))
    own = {"choose.spectrum": OfProbe.of(read_probe(examples()[0]))} if name == "training_run" else {}
    return view_scene(name), changed(FEW, {"page": page, **own}), Words()


#: Answers by their requests: sizes and languages have the same (tests/gui/test_recipe.py).
KNOWN: dict[Hashable, Any] = {}


def look_at(name: str, spoken_in: str, sizes: Collection[str] = PRESETS) -> dict[str, str]:
    """Size -> '' for what is readable, or the sentence that refuses it. Fails for what is neither."""
    found: dict[str, str] = {}
    with spoken(spoken_in):
        scene, state, words = thing(name)
        for key in sizes:
            size, options = PRESETS[key], ExportOptions(size=key)
            figure = compose(scene, state, options, words)
            answers = computed(figure, known=KNOWN)
            with sheet(figure, answers) as drawing:
                fits = drawing.fits
                if fits:
                    assert sheet_faults(drawing, size.least_px) == [], f"{name}, {key}, {spoken_in}"
            # What fits is not refused: asked of one size only, since it makes all views once more.
            asked = not fits or key == "column"
            found[key] = refusal(scene, state, options, words, answers) if asked else ""
            assert fits == (not found[key])
    return found


def refusal(scene: Scene, state: State, options: ExportOptions, words: Words, answers: dict[str, Any]) -> str:
    try:
        check_fits(scene, state, options, words, answers)
    except ExportError as error:
        return str(error)
    return ""


#: Each page is read in one language at two sizes of paper or two of slides; ``make soak`` reads all.
PAPER, SLIDES = ("column", "text"), ("third", "slide")


@pytest.mark.parametrize(
    ("name", "spoken_in", "sizes"),
    [
        *((name, LANGUAGES[at % 2], (PAPER, SLIDES)[at // 2 % 2]) for at, name in enumerate(PAGES)),
        *(
            pytest.param(name, spoken_in, tuple(PRESETS), marks=pytest.mark.soak)
            for name in PAGES
            for spoken_in in LANGUAGES
        ),
    ],
)
@pytest.mark.slow
def test_a_page_is_readable_or_refused(name: str, spoken_in: str, sizes: tuple[str, ...]) -> None:
    found = look_at(name, spoken_in, sizes)
    assert not found.get("slide") and not found.get("text")
    for sentence in [*filter(None, found.values())]:
        named = re.search(r"[(（](\w+)[)）]", sentence)
        assert named is not None
        if named[1] not in found:
            found |= look_at(name, spoken_in, (named[1],))
        assert not found[named[1]]  # what is named is large enough


#: A view is read at one of the two smallest sizes and at one of the others, in turn; ``make soak`` reads it at all.
SMALL = ("third", "column")
OTHERS = tuple(key for key in PRESETS if key not in SMALL)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        *((name, tuple(sizes)) for name, *sizes in in_turn(list(VIEWS), SMALL, OTHERS)),
        *(pytest.param(name, tuple(PRESETS), marks=pytest.mark.soak) for name in VIEWS),
    ],
)
@pytest.mark.slow
def test_a_view_is_readable_in_every_size(name: str, sizes: tuple[str, ...]) -> None:
    refused = {key for key, sentence in look_at(name, "en", sizes).items() if sentence}
    wide = ("standings", "recommended", "training_run")  # six columns of numbers
    too_small = set(SMALL) if name in wide else {"column"} if name == "sweep" else set()  # two maps
    assert refused == too_small.intersection(sizes)


@pytest.mark.parametrize(("name", "size"), covered(list(FIGURES), list(PRESETS)))
@pytest.mark.slow
def test_a_figure_of_the_paper_is_readable_in_every_size(name: str, size: str) -> None:
    assert not any(look_at(name, "en", (size,)).values())


@pytest.mark.slow
def test_a_name_without_room_in_its_plot_is_a_shorter_one() -> None:
    """That of condition (13) was as wide as the map: it lay across its edge and the numbers, and off the page."""
    for spoken_in in LANGUAGES:
        assert look_at("figure-3-8", spoken_in, ("third",)) == {"third": ""}


@pytest.mark.slow
def test_the_check_finds_what_is_wrong() -> None:
    """Too small a type, a title that is cut off, cards that overlap, a plot without room."""
    scene, state, words = thing("explore")
    figure = compose(scene, state, ExportOptions(size="text"), words)
    assert isinstance(figure, PageFigure)
    answers = computed(figure)
    with sheet(figure, answers) as drawing:
        assert sheet_faults(drawing, 12) == []
        assert any("units high" in fault for fault in sheet_faults(drawing, 14))
    with sheet(replace(figure, size=(300, 200)), answers) as drawing:
        assert not drawing.fits and sheet_faults(drawing, 12)
    with sheet(replace(figure, title="W" * 20), answers) as drawing:
        assert isinstance(drawing, PageDrawing)
        cards = figure.areas()
        drawing.figure = type("Moved", (PageFigure,), {"areas": lambda _: [QRectF(0, 0, 400, 300)] * len(cards)})(
            **vars(drawing.figure)
        )
        assert any("overlap" in fault for fault in sheet_faults(drawing, 12))


def test_cards_stand_below_each_other_in_a_column() -> None:
    columns = {}
    for key in ("column", "text"):
        figure = compose(page_scene(PAGES["explore"]), FEW, ExportOptions(size=key))
        assert isinstance(figure, PageFigure)
        columns[key] = 1 + max(cell.column for cell in figure.scene.cells)
        assert figure.size[0] == round(PRESETS[key].width) and figure.size[1] <= 240 / 25.4 * 144
        for area, view in zip(figure.areas(), figure.scene.views, strict=True):
            needed = least_size(view, figure.style.type_scale)
            assert area.width() >= needed[0] and area.height() >= needed[1] - 1
    assert columns == {"column": 1, "text": 2}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (ExportOptions(type_scale=0.5), "Type × 0.5 is too small to be read at this size: from × 0.96 on it fits."),
        (ExportOptions("column", type_scale=0.7), "Type × 0.7 is too small to be read at this size: from × 0.75"),
        (ExportOptions("custom", 640, 360, "px", type_scale=0.9), "from × 1 on it fits."),
    ],
)
def test_type_is_never_smaller_than_can_be_read(options: ExportOptions, sentence: str) -> None:
    with pytest.raises(ExportError, match=re.escape(sentence)):
        compose(view_scene("rate"), FEW, options)
    least = float(sentence.split("× ")[-1].split(" ")[0])
    compose(view_scene("rate"), FEW, replace(options, type_scale=least))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--page", "explore", "--size", "half"], "does not fit half a slide with type that can be read; slide 4:3 ("),
        pytest.param(  # as the view below
            ["--page", "explore", "--size", "320x180px"],
            "This does not fit this size with type that can be read; ",
            marks=pytest.mark.soak,
        ),
        (["--view", "rate", "--size", "160x160px"], "This does not fit this size with type that can be read; "),
        (["--view", "rate", "--size", "column", "--title", "word " * 400], "choose smaller type or fewer words."),
        (["--page", "explore", "--size", "text", "--type", "2"], "This page fits no size with such type: export"),
    ],
)
@pytest.mark.slow
def test_what_has_no_room_is_refused_in_a_sentence(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "1a", *arguments, "--format", "svg,csv", "--out", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert words in told.err and told.err.count("\n") == 1 and not told.out
    assert not list(tmp_path.iterdir())
    assert main(["export", "1a", *arguments, "--format", "csv", "--out", str(tmp_path)]) == 0  # numbers fit anywhere


def test_a_long_word_is_cut_rather_than_cut_off() -> None:
    for text in ("W" * 60, "a " + "W" * 60 + " b", r"\*" * 60, "長" * 60):
        lines = wrapped(text, 12, 100)
        assert max(markup.layout(line, 12).width for line in lines) <= 100
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.slow
def test_the_dialog_says_what_does_not_fit(
    make_window: Callable[..., Window], qtbot: QtBot, settle: Callable[[Window], None]
) -> None:
    window = make_window(FEW)
    settle(window)
    dialog = window.exports.dialog("")
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.preview.image.isNull(), timeout=20_000)
    dialog.edit("size", "half")
    qtbot.waitUntil(lambda: dialog.sentence.startswith("This does not fit half a slide"), timeout=20_000)
    assert not dialog.save_button.isEnabled() and dialog.preview.image.isNull()
    dialog.edit("size", "text")
    qtbot.waitUntil(lambda: not dialog.busy and not dialog.preview.image.isNull(), timeout=20_000)
    assert dialog.sentence == "" and dialog.save_button.isEnabled()
    window.exports.put_away(dialog)
