"""`python main.py figures`: the paper's figures as files, drawn by the views of the window."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import THEMES
from qhm_gui.canvas.markup import plain_text
from qhm_gui.commands.arguments import Mistake, chosen_formats
from qhm_gui.commands.figure_numbers import Row, numbers
from qhm_gui.export import SLIDE, Figure, drawn, save
from qhm_gui.export.formats.png import LARGEST, SMALLEST
from qhm_gui.state.paper_presets import FIGURES, Preset
from qhm_gui.text import language
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import NumberError, parse_number
from qhm_gui.views import VIEWS

Tell = Callable[[str], None]
_HEAD = ("figure", "what", "printed elsewhere", "exact", "simulated", "seconds")




def run(options: argparse.Namespace, tell: Tell) -> int:
    """Do what the arguments ask for. The exit status. Mistake, with a sentence, when one of them is bad."""
    language.set_language(options.lang)
    chosen = chosen_figures(options.names)
    if options.list:
        width = max(len(figure.key) for figure in chosen)
        for figure in chosen:
            tell(f"{figure.key:<{width}}  {plain_text(tr(figure.heading))}: {plain_text(words_of(figure))}")
        return 0
    formats = chosen_formats(options.format)
    scale = chosen_scale(options.scale)
    if options.theme not in THEMES:
        raise Mistake(f"--theme {options.theme} is not known: it must be one of {', '.join(THEMES)}.")
    if not options.out:
        raise Mistake("--out is missing: name the folder to write to, or ask for --list.")
    out = Path(options.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        make(chosen, out, formats, options.theme, scale, tell)
    except OSError as error:
        raise Mistake(f"--out {options.out} cannot be written to: {error.strerror or error}.") from None
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




def chosen_scale(text: str) -> float:
    """Pixels a unit of a PNG."""
    try:
        scale = parse_number(text)
    except NumberError:
        scale = float("nan")
    if not SMALLEST <= scale <= LARGEST:
        raise Mistake(f"--scale {text} is not allowed: it must be a number from {SMALLEST:g} to {LARGEST:g}.")
    return scale


def make(figures: list[Preset], out: Path, formats: list[str], theme: str, scale: float, tell: Tell) -> None:
    """Compute, draw and write every figure, then tell the table."""
    make_application()
    rows: list[tuple[str, ...]] = []
    begun = time.perf_counter()
    for count, preset in enumerate(figures, start=1):
        _progress(f"{count} of {len(figures)}  {preset.key} …")
        start = time.perf_counter()
        with drawn(figure_of(preset, theme)) as drawing:
            for key in formats:
                save(drawing, out / f"{preset.key}.{key}", key, scale)
            seconds = time.perf_counter() - start
            rows += [_cells(preset, row, seconds, index == 0) for index, row in enumerate(numbers(preset, drawing))]
    _progress("")
    for line in aligned([_HEAD, *rows]):
        tell(line)
    tell(f"\n{len(figures)} figures as {', '.join(formats)} in {out}, {time.perf_counter() - begun:.1f} s.")


def figure_of(preset: Preset, theme: str) -> Figure:
    """The slide of a preset."""
    state = preset.state
    style = SLIDE.with_theme(THEMES[theme])
    return Figure(
        VIEWS[preset.view], state, tr(preset.heading), words_of(preset), style, hide=frozenset({"point", "playhead"})
    )


def words_of(preset: Preset) -> str:
    """The line under the heading: the figure's parameters, and what is drawn."""
    return ";  ".join(part for part in (preset.values, tr(preset.note) if preset.note else "") if part)


def _cells(preset: Preset, row: Row, seconds: float, first: bool) -> tuple[str, ...]:
    end = f"{seconds:.2f}" if first else ""
    return preset.key if first else "", row.what, row.printed, row.exact, row.simulated, end


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """A table whose columns stand below each other."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _progress(text: str) -> None:
    """One line that is written over, on a terminal; a line each elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
    elif text:
        sys.stderr.write(text + "\n")
    sys.stderr.flush()
