"""`python main.py export`: a page or a view of a session, of an exported file or of a preset, as files."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import THEMES
from qhm_gui.commands.arguments import Mistake, chosen_formats, number, whole
from qhm_gui.commands.figures import words_of
from qhm_gui.export import save
from qhm_gui.export.compose import ExportError, Words, compose, for_format
from qhm_gui.export.figure import computed
from qhm_gui.export.formats.svg_fonts import require
from qhm_gui.export.letters import missing_letters
from qhm_gui.export.options import LAYERS, PRESETS, UNITS, ExportOptions
from qhm_gui.export.page import sheet
from qhm_gui.export.scene import page_scene, view_scene
from qhm_gui.files.provenance import read_session
from qhm_gui.files.session import Session, SessionError
from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import FIGURES, Preset
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import explain
from qhm_gui.text import language
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import parse_sides
from qhm_gui.views import VIEWS
from qhm_math.declared import ParameterError

Tell = Callable[[str], None]


def run(arguments: argparse.Namespace, tell: Tell) -> int:
    """Write the files. The exit status. Mistake, with a sentence, when they cannot be made."""
    language.set_language(arguments.lang)
    formats = chosen_formats(arguments.format)
    options = chosen_options(arguments)
    session, preset = chosen_session(arguments.session)
    if arguments.page is not None and arguments.page not in PAGES:
        raise Mistake(f"--page {arguments.page} is not a page: it must be one of {', '.join(PAGES)}.")
    if arguments.view is not None and arguments.view not in VIEWS:
        raise Mistake(f"--view {arguments.view} is not a view: it must be one of {', '.join(VIEWS)}.")
    view = arguments.view or (preset.view if preset and arguments.page is None else None)
    page = arguments.page or session.state.page
    state = changed(session.state, {"page": page})
    words = Words(arguments.title, arguments.subtitle, arguments.caption)
    if preset is not None and view == preset.view:
        title = tr(preset.heading) if words.title is None else words.title
        words = Words(title, words_of(preset) if words.subtitle is None else words.subtitle, words.caption)
    name = arguments.name or (preset.key if preset and view == preset.view else view or page)
    if not re.fullmatch(r"[\w][\w .+-]{0,99}", name):
        raise Mistake(f"--name {name} is no name for a file: letters, digits, blanks, dots and dashes are.")
    make_application()
    known: dict[Hashable, Any] = {}  # a run of many steps is not computed again for the next format
    try:
        figure = compose(view_scene(view) if view else page_scene(PAGES[page]), state, options, words, session.step)
    except ExportError as error:
        raise Mistake(str(error)) from None
    if sentence := missing_letters(figure):
        sys.stderr.write(sentence + "\n")
    out = Path(arguments.out)
    try:
        for key in formats:
            path, fine = out / f"{name}.{key}", for_format(figure, key)
            with sheet(fine, computed(fine, known=known)) as drawing:
                save(drawing, path, key, options.scale)
            tell(str(path))
    except OSError as error:
        raise Mistake(f"--out {arguments.out} cannot be written to: {error.strerror or error}.") from None
    return 0


def chosen_session(text: str) -> tuple[Session, Preset | None]:
    """What is named: a preset's key, or a file with a state in it."""
    preset = FIGURES.get(text) or FIGURES.get(f"figure-{text}")
    if preset is not None:
        return Session(preset.state), preset
    if not Path(text).is_file():
        raise Mistake(f"{text} is neither a file nor a preset: presets are {', '.join(FIGURES)}.")
    try:
        return read_session(Path(text)), None
    except SessionError as error:
        raise Mistake(str(error)) from None


def chosen_options(arguments: argparse.Namespace) -> ExportOptions:
    """What the arguments say of the look."""
    values: dict[str, Any] = {
        "theme": arguments.theme if arguments.theme in THEMES else next(iter(THEMES)),
        "ground": "clear" if arguments.transparent or arguments.theme == "transparent" else "filled",
        "legend": arguments.legend,
        **{name: "shown" for name in arguments.show.split(",") if name},
        "text": arguments.text,
        "author": arguments.author,
        **_size(arguments.size),
    }
    themes = (*THEMES, "transparent")
    if arguments.theme not in themes:
        raise Mistake(f"--theme {arguments.theme} is not known: it must be one of {', '.join(themes)}.")
    if unknown := [name for name in arguments.show.split(",") if name and name not in LAYERS]:
        raise Mistake(f"--show {unknown[0]} is not a layer: it must be of {', '.join(LAYERS)}.")
    if arguments.text not in ("outlines", "text"):
        raise Mistake(f"--text {arguments.text} is not known: it must be outlines or text.")
    try:
        if arguments.text == "text":
            require()
        return ExportOptions(
            scale=whole("--scale", arguments.scale),
            type_scale=number("--type", arguments.type),
            **values,
        )
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
