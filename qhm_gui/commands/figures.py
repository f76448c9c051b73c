"""`python main.py figures`: the paper's figures as files, drawn by the views of the window."""

from __future__ import annotations

import argparse
import time
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.arguments import Mistake, chosen_formats, chosen_options
from qhm_gui.commands.figure_numbers import Row, numbers
from qhm_gui.commands.output import Output, Tell, aligned, tell_progress
from qhm_gui.drawing.markup import plain_text
from qhm_gui.export import EXPORTERS, Drawing, Figure, encoded
from qhm_gui.export.compose import ExportError, check_fits, compose, sheets
from qhm_gui.export.computed import computed
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import PageFigure, sheet
from qhm_gui.export.recipe import Words
from qhm_gui.export.scene import view_scene
from qhm_gui.state.paper_presets import FIGURES, Preset
from qhm_gui.text import language
from qhm_gui.text.language import regrouped, tr

_HEAD = ("figure", "what", "printed elsewhere", "exact", "simulated", "seconds")


def run(arguments: argparse.Namespace, tell: Tell) -> int:
    """Do what the arguments ask for. The exit status. Mistake, with a sentence, when one of them is bad."""
    language.set_language(arguments.lang)
    chosen = chosen_figures(arguments.names)
    if arguments.list:
        width = max(len(figure.key) for figure in chosen)
        for figure in chosen:
            tell(f"{figure.key:<{width}}  {plain_text(tr(figure.heading))}: {plain_text(words_of(figure))}")
        return 0
    formats = chosen_formats(arguments.format)
    options = chosen_options(arguments)
    if not arguments.out:
        raise Mistake("--out is missing: name the folder to write to, or ask for --list.")
    out = Path(arguments.out)
    names = {(row.key, key): f"{row.key}.{key}" for row in chosen for key in formats}
    placed = Output.placed(out, list(names.values()), "one figure and one --format")
    files = dict(zip(names, placed, strict=True))
    output = Output(f"--out {arguments.out}", files.values(), force=arguments.force)
    make_application()
    rows: list[tuple[str, ...]] = []
    begun = time.perf_counter()
    for number, preset in enumerate(chosen, start=1):
        tell_progress(f"{number} of {len(chosen)}  {preset.key} …")
        try:
            rows += make(preset, options, {key: files[preset.key, key] for key in formats}, output)
        except ExportError as error:
            tell_progress("")
            raise Mistake(f"{preset.key}: {error}") from None
    tell_progress("")
    tell = output.teller(tell)
    for line in aligned([_HEAD, *rows]):
        tell(line)
    count = "1 figure" if len(chosen) == 1 else f"{len(chosen)} figures"
    tell(f"\n{count} as {', '.join(formats)} in {out}, {time.perf_counter() - begun:.1f} s.")
    return 0


def chosen_figures(names: Iterable[str]) -> list[Preset]:
    """The figures of these names ('figure-2-1', '2-1', or '2' for all of figure 2); all of them for no name."""
    chosen: dict[str, Preset] = {}
    for name in names:
        key = name if name.startswith("figure-") else f"figure-{name}"
        found = [FIGURES[key]] if key in FIGURES else [row for row in FIGURES.values() if _part_of(row.key, key)]
        if not found:
            raise Mistake(f"There is no figure {name}: there are {', '.join(FIGURES)}.")
        chosen |= {row.key: row for row in found}
    return list((chosen or FIGURES).values())


def _part_of(key: str, whole: str) -> bool:
    """figure-2-1 and figure-1a are parts of figure-2 and figure-1; figure-10 would be none of figure-1."""
    return key.startswith(whole) and whole != "figure-" and not key[len(whole)].isdigit()


def make(preset: Preset, options: ExportOptions, files: dict[str, Path], output: Output) -> list[tuple[str, ...]]:
    """Compute, draw and write a figure in every format. The rows of the table about it. ExportError."""
    known: dict[Hashable, Any] = {}
    start = time.perf_counter()
    figure = figure_of(preset, options)
    answers = computed(figure, known=known)
    with sheet(figure, answers) as drawing:
        if not drawing.fits and not all(EXPORTERS[key].table for key in files):
            check_fits(view_scene(preset.view), preset.state, options, words_around(preset), answers)
        assert isinstance(drawing, Drawing), "a preset is of one view"
        found = numbers(preset, drawing)
    with sheets(figure, files, known) as drawings:
        for key, path in files.items():
            output.write(path, encoded(drawings[key], key, options.scale))
    seconds = time.perf_counter() - start
    return [_cells(preset, row, seconds, index == 0) for index, row in enumerate(found)]


def figure_of(preset: Preset, options: ExportOptions | None = None) -> Figure | PageFigure:
    """The figure of a preset. ExportError for a size that no figure can have."""
    return compose(view_scene(preset.view), preset.state, options or ExportOptions(), words_around(preset))


def words_around(preset: Preset) -> Words:
    """Title and subtitle of a preset."""
    return Words(tr(preset.heading), words_of(preset))


def words_of(preset: Preset) -> str:
    """The line under the heading: the figure's parameters, and what is drawn."""
    return ";  ".join(part for part in (regrouped(preset.values), tr(preset.note) if preset.note else "") if part)


def _cells(preset: Preset, row: Row, seconds: float, first: bool) -> tuple[str, ...]:
    end = f"{seconds:.2f}" if first else ""
    return preset.key if first else "", row.what, row.printed, row.exact, row.simulated, end
