"""What the commands read from their arguments, and how they refuse it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from qhm_gui.appearance.theme import THEMES
from qhm_gui.drawing.markup import escaped
from qhm_gui.export import EXPORTERS
from qhm_gui.export.error import ExportError
from qhm_gui.export.formats.svg_fonts import require
from qhm_gui.export.options import LAYERS, PRESETS, UNITS, ExportOptions
from qhm_gui.files.provenance import read_session
from qhm_gui.files.session import Session, SessionError
from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import FIGURES, Preset
from qhm_gui.state.state import State
from qhm_gui.state.store import explain
from qhm_gui.text.numbers import NumberError, parse_number, parse_sides, parse_whole
from qhm_gui.text.signs import is_storable
from qhm_gui.views import VIEWS
from qhm_math.declared import ParameterError


class Mistake(ValueError):
    """An argument that cannot be used; ``str()`` is one sentence for the user."""


def chosen_session(text: str) -> tuple[Session, Preset | None]:
    """What is named: a preset's key, or a file with a state in it."""
    preset = FIGURES.get(text) or FIGURES.get(f"figure-{text}")
    if preset is not None:
        return Session(preset.state), preset
    if Path(text).is_dir():
        raise Mistake(f"{text} is a folder.")
    if not Path(text).is_file():
        raise Mistake(f"{text} is neither a file nor a preset: presets are {', '.join(FIGURES)}.")
    try:
        return read_session(Path(text)), None
    except SessionError as error:
        raise Mistake(str(error)) from None


def check_scene(page: str | None, view: str | None) -> None:
    """Mistake for a --page or a --view that there is not."""
    if page is not None and page not in PAGES:
        raise Mistake(f"--page {page} is not a page: it must be one of {', '.join(PAGES)}.")
    if view is not None and view not in VIEWS:
        raise Mistake(f"--view {view} is not a view: it must be one of {', '.join(VIEWS)}.")


def chosen_formats(text: str) -> list[str]:
    """The formats in 'pdf,svg'."""
    formats = list(dict.fromkeys(part.strip() for part in text.split(",")))
    unknown = [part for part in formats if part not in EXPORTERS]
    if unknown:
        raise Mistake(f"--format {unknown[0] or text!r} is not known: it must be of {', '.join(EXPORTERS)}.")
    return formats


def number(name: str, text: str) -> float:
    """The number of the option ``name``. Mistake where there is none."""
    try:
        return parse_number(text)
    except NumberError as error:
        raise Mistake(f"{name}: {error}") from None


def whole(name: str, text: str) -> int:
    """The whole number of the option ``name``. Mistake where there is none."""
    try:
        return parse_whole(text)
    except NumberError as error:
        raise Mistake(f"{name}: {error}") from None


def chosen_options(arguments: argparse.Namespace, before: ExportOptions | None = None) -> ExportOptions:
    """What the arguments say of the look; what they do not say is as ``before``, or as at first."""
    before = before or ExportOptions()
    values: dict[str, Any] = {}
    themes = (*THEMES, "transparent")
    if arguments.theme is not None:
        if arguments.theme not in themes:
            raise Mistake(f"--theme {arguments.theme} is not known: it must be one of {', '.join(themes)}.")
        values["theme"] = arguments.theme if arguments.theme in THEMES else next(iter(THEMES))
        values["ground"] = "clear" if arguments.theme == "transparent" else "filled"
    if arguments.transparent:
        values["ground"] = "clear"
    if arguments.show is not None:
        shown = [name.strip() for name in arguments.show.split(",") if name.strip()]
        if unknown := [name for name in shown if name not in LAYERS]:
            raise Mistake(f"--show {unknown[0]} is not a layer: it must be of {', '.join(LAYERS)}.")
        values |= {name: "shown" if name in shown else "hidden" for name in LAYERS}
    if arguments.legend is not None:
        values["legend"] = arguments.legend
    if arguments.scale is not None:
        values["scale"] = whole("--scale", arguments.scale)
    if arguments.type is not None:
        values["type_scale"] = number("--type", arguments.type)
    if arguments.text is not None:
        if arguments.text not in ("outlines", "text"):
            raise Mistake(f"--text {arguments.text} is not known: it must be outlines or text.")
        values["text"] = arguments.text
    if arguments.author is not None:
        values["author"] = literal("--author", arguments.author, marked_up=True)
    if arguments.size is not None:
        values |= _size(arguments.size)
    try:
        if values.get("text") == "text":
            require()
        return replace(before, **values)
    except ExportError as error:
        raise Mistake(str(error)) from None
    except ParameterError as error:
        raise Mistake(explain(error, State(), {"export": ExportOptions()})) from None


def _size(text: str) -> dict[str, Any]:
    if text in PRESETS:
        return {"size": text}
    found = parse_sides(text)
    if found is None or found[2] not in UNITS:
        raise Mistake(f"--size {text} is not known: it must be one of {', '.join(PRESETS)}, or such as 120x80mm.")
    width, height = number("--size", found[0]), number("--size", found[1])
    return {"size": "custom", "width": width, "height": height, "unit": found[2]}


def literal(option: str, text: str | None, *, marked_up: bool) -> str | None:
    """A text of the command line as markup: as it is with --markup, else so that each of its signs is shown."""
    if text is None:
        return None
    for sign in text:
        if not is_storable(sign):
            raise Mistake(f"{option} has a sign that no file can show: {sign!a}.")
    return text if marked_up else escaped(text)
