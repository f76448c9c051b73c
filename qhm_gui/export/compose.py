"""From the chosen options to the figure: the one way for the dialog, the clipboard and the command line."""

from __future__ import annotations

from dataclasses import replace

from qhm_gui.appearance.theme import THEMES, Style
from qhm_gui.export import EXPORTERS
from qhm_gui.export.error import ExportError
from qhm_gui.export.figure import CLOSE, ROOMY, SLIDE, Figure
from qhm_gui.export.formats.svg_fonts import require
from qhm_gui.export.options import LARGEST, SMALLEST, UNITS, ExportOptions
from qhm_gui.export.page import PageFigure
from qhm_gui.export.recipe import Recipe, Words
from qhm_gui.export.scene import Scene
from qhm_gui.state.state import State
from qhm_gui.text.language import language, tr

_TICK_PX = 12.0
#: A page has this much smaller type than a slide of one canvas, and smaller still with three side by side.
_PAGE, _NARROW = 0.8, 0.82
#: In a paper it is so high, as a share of its width.
_TALL = 0.8
#: Cells a unit of maps, which are smoothed between them. The same in all formats: isolines and their numbers lie where
#: the cells lead them.
_CELLS = 0.5


def compose(
    scene: Scene, state: State, options: ExportOptions, words: Words | None = None, step: int | None = None
) -> Figure | PageFigure:
    """The figure of a view or of a page. ``step`` is the playhead's. ExportError where it cannot be."""
    words = words or Words()
    check_size(options)
    if options.kind == "svg" and options.text == "text":
        require()
    chosen = options.sheet
    columns = max(cell.column for cell in scene.cells) + 1
    page = len(scene.cells) > 1
    tall = chosen.width * _TALL if page and chosen.for_paper and options.size != "custom" else chosen.height
    size = round(chosen.width), round(tall)
    unit = chosen.type_px / _TICK_PX * options.type_scale
    if page:
        unit *= _PAGE * (_NARROW if columns > 2 else 1.0)
    lines = unit * (SLIDE.line_scale / SLIDE.type_scale)
    style = Style(THEMES[options.theme], type_scale=unit, line_scale=lines, titles_outside=True)
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
        extent=(chosen.width, tall),
        text=options.text,
        author=options.author,
        recipe=Recipe("" if page else scene.views[0].key, options, words, language()).to_fields(),
    )
    if not page:
        return figure
    title = tr(scene.title) if words.title is None else words.title
    return PageFigure(scene, replace(figure, extent=None), size, title, words.caption, figure.extent)


def for_format(figure: Figure | PageFigure, kind: str) -> Figure | PageFigure:
    """The same with its maps as fine as a file needs them; tables hold what the window shows."""
    return figure if EXPORTERS[kind].table else at_resolution(figure, _CELLS)


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
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}"
