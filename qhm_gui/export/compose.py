"""From the chosen options to the figure: the one way for the dialog, the clipboard and the command line."""

from __future__ import annotations

import math
from collections.abc import Generator, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from qhm_gui.appearance.theme import THEMES, Style
from qhm_gui.export import EXPORTERS
from qhm_gui.export.arrangement import least_size, on_paper, on_slide
from qhm_gui.export.computed import computed
from qhm_gui.export.error import ExportError
from qhm_gui.export.figure import CLOSE, ROOMY, SLIDE, Figure, Sheet, drawn
from qhm_gui.export.formats.svg_fonts import require
from qhm_gui.export.options import LARGEST, PRESETS, SMALLEST, UNITS, ExportOptions, SizePreset
from qhm_gui.export.page import PageFigure, sheet
from qhm_gui.export.recipe import Recipe, Words
from qhm_gui.export.scene import Scene
from qhm_gui.state.state import State
from qhm_gui.text.language import language, tr
from qhm_gui.text.numbers import fixed
from qhm_gui.text.symbols import chosen_letter

_TICK_PX = 12.0
#: A page has this much smaller type than one canvas, where that can still be read.
_PAGE = 0.8
#: No figure in a paper is higher: 240 mm.
_HIGHEST = round(240 * UNITS["mm"])
#: Cells a unit of maps, which are smoothed between them. The same in all formats: isolines and their numbers lie where
#: the cells lead them.
_CELLS = 0.5


def compose(
    scene: Scene, state: State, options: ExportOptions, words: Words | None = None, step: int | None = None
) -> Figure | PageFigure:
    """The figure of a view or of a page. ``step`` is the playhead's. ExportError where it cannot be."""
    words = words or Words()
    if options.kind == "svg" and options.text == "text":
        require()
    page = len(scene.cells) > 1
    unit = _type_scale(options, page)
    chosen = options.sheet
    size = round(chosen.width), round(chosen.height)
    lines = unit * (SLIDE.line_scale / SLIDE.type_scale)
    least = chosen.least_px
    style = Style(THEMES[options.theme], unit, lines, titles_outside=True, least_px=least)
    figure = Figure(
        scene.views[0],
        state,
        None if page else words.title,
        None if page else words.subtitle,
        style,
        size,
        hide=options.hidden,
        caption="" if page else words.caption,
        legend=options.legend,
        step=step if options.playhead == "shown" else None,
        heading=CLOSE if page or chosen.for_paper or min(size) < 700 else ROOMY,
        transparent=options.ground == "clear",
        text=options.text,
        author=options.author,
        recipe=Recipe("" if page else scene.views[0].key, options, words, language(), chosen_letter()).to_fields(),
    )
    free = chosen.for_paper and options.size != "custom"  # a figure in a paper may be higher than wide
    if page:
        title = tr(scene.title) if words.title is None else words.title
        return _arranged(PageFigure(scene, figure, size, title, words.caption), chosen, free)
    liked = least_size(scene.views[0], unit, liked=True)[1]
    size = size[0], max(size[1], min(round(liked), _HIGHEST)) if free else size[1]
    return replace(figure, size=size, extent=_extent(chosen, size))


def _extent(chosen: SizePreset, size: tuple[int, int]) -> tuple[float, float]:
    """The size to the fraction of a unit, but for a height that is not the one asked for."""
    return chosen.width, chosen.height if size[1] == round(chosen.height) else float(size[1])


def _type_scale(options: ExportOptions, page: bool) -> float:
    """How much larger than on the screen type is. ExportError where it would be smaller than can be read."""
    check_size(options)
    chosen = options.sheet
    usual = max(chosen.least_px, chosen.type_px * _PAGE) if page else chosen.type_px
    if usual * options.type_scale < chosen.least_px - 0.01:
        sentence = "Type × {factor} is too small to be read at this size: from × {least} on it fits."
        least = math.ceil(100 * chosen.least_px / usual - 1e-9) / 100
        raise ExportError(tr(sentence, factor=f"{options.type_scale:g}", least=f"{least:g}"))
    return usual * options.type_scale / _TICK_PX


def _arranged(figure: PageFigure, chosen: SizePreset, free: bool) -> PageFigure:
    """The page with its cards where they have room; ``free``: as high as they need."""
    width, height = figure.size
    around = sum(figure.margins)
    if not free:
        found = on_slide(figure.scene, width, height - around, figure.style.type_scale)
        return replace(figure, scene=found.scene, heights=found.heights, extent=_extent(chosen, figure.size))
    found = on_paper(figure.scene, width, _HIGHEST - around, figure.style.type_scale)
    size = width, min(_HIGHEST, round(sum(found.heights) + around))
    return replace(figure, scene=found.scene, heights=found.heights, size=size, extent=_extent(chosen, size))


def check_fits(
    scene: Scene,
    state: State,
    options: ExportOptions,
    words: Words,
    answers: Mapping[str, Any],
    step: int | None = None,
) -> None:
    """ExportError for a figure that has too little room, with the smallest size that has enough.

    ``answers`` are what its views show, by their keys.
    """
    for _ in fitting(scene, state, options, words, answers, step):
        pass


def fitting(
    scene: Scene,
    state: State,
    options: ExportOptions,
    words: Words,
    answers: Mapping[str, Any],
    step: int | None = None,
) -> Generator[None]:
    """The same, a canvas a step: all sizes of a page in one turn hold a window up for seconds."""
    if (yield from _fits(scene, state, options, words, answers, step)):
        return
    ours = PRESETS[options.size].words if options.size != "custom" else tr("this size")
    paper = options.sheet.for_paper
    sizes = sorted(PRESETS.values(), key=lambda row: (row.for_paper != paper, row.width * row.height))
    for row in sizes:
        if row.key != options.size and (
            yield from _fits(scene, state, replace(options, size=row.key), words, answers, step)
        ):
            sentence = "This does not fit {size} with type that can be read; {other} ({key}) is large enough."
            raise ExportError(tr(sentence, size=tr(ours), other=tr(row.words), key=row.key))
    if len(scene.cells) > 1:
        raise ExportError(tr("This page fits no size with such type: export its canvases one by one."))
    raise ExportError(tr("This fits no size with such type: choose smaller type or fewer words."))


def _fits(
    scene: Scene, state: State, options: ExportOptions, words: Words, answers: Mapping[str, Any], step: int | None
) -> Generator[None, None, bool]:
    try:
        figure = compose(scene, state, options, words, step)
    except ExportError:
        return False
    for part in sorted(figure.figures() if isinstance(figure, PageFigure) else [figure], key=_ease):
        yield
        with drawn(part, answers=answers) as drawing:
            if not drawing.fits:
                return False  # the views beside it need not be made
    return True


def _ease(figure: Figure) -> float:
    """How much more room there is than the view needs: the one that fits least comes first."""
    return min(size / need for size, need in zip(figure.size, figure.view.room, strict=True))


def for_format(figure: Figure | PageFigure, kind: str) -> Figure | PageFigure:
    """The same with its maps as fine as a file needs them; tables hold what the window shows."""
    return figure if EXPORTERS[kind].table else at_resolution(figure, _CELLS)


@contextmanager
def sheets(figure: Figure | PageFigure, keys: Iterable[str], known: dict[Hashable, Any]) -> Iterator[dict[str, Sheet]]:
    """A drawing for each of these formats: the same for all pictures, and for all tables. ``known``: see computed."""
    made: dict[bool, Sheet] = {}
    with ExitStack() as stack:
        for key in keys:
            table = EXPORTERS[key].table
            if table not in made:
                fine = for_format(figure, key)
                made[table] = stack.enter_context(sheet(fine, computed(fine, known=known)))
        yield {key: made[EXPORTERS[key].table] for key in keys}


def at_resolution(figure: Figure | PageFigure, scale: float) -> Figure | PageFigure:
    """The same with its maps computed for ``scale`` pixels a unit."""
    if isinstance(figure, PageFigure):
        columns = max(cell.column for cell in figure.scene.cells) + 1
        pixels = round(figure.size[0] / columns * scale), round(figure.size[1] / 2 * scale)
        return replace(figure, panel=replace(figure.panel, pixels=pixels))
    width, height = figure.size
    return replace(figure, pixels=(round(width * scale), round(height * scale)))


def check_size(options: ExportOptions) -> None:
    """ExportError, with a sentence, for a custom size that no figure can have."""
    if options.refused:
        unit = UNITS[options.unit]
        raise ExportError(
            tr(
                "A figure must be from {low} to {high} {unit} wide and high.",
                low=f"{_nice(SMALLEST / unit)}",
                high=f"{_nice(LARGEST / unit)}",
                unit=options.unit,
            )
        )


def _nice(value: float) -> str:
    return fixed(value, 0 if value >= 20 else 1)
