"""`python main.py export`: a page or a view of a session, of an exported file or of a preset, as files."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Hashable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.arguments import (
    Mistake,
    check_scene,
    chosen_formats,
    chosen_options,
    chosen_session,
    literal,
)
from qhm_gui.commands.figures import words_around
from qhm_gui.commands.output import STDOUT, Output, Tell, check_is_folder
from qhm_gui.export import EXPORTERS, encoded
from qhm_gui.export.compose import ExportError, check_fits, compose, sheets
from qhm_gui.export.computed import computed
from qhm_gui.export.formats.svg_fonts import require
from qhm_gui.export.letters import missing_letters
from qhm_gui.export.recipe import Recipe, RecipeError, Words, recipe_from
from qhm_gui.export.scene import page_scene, view_scene
from qhm_gui.files.session import Session
from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import Preset
from qhm_gui.state.state import changed
from qhm_gui.text import language
from qhm_gui.text.symbols import choose_letter


def run(arguments: argparse.Namespace, tell: Tell) -> int:
    """Write the files. The exit status. Mistake, with a sentence, when they cannot be made."""
    session, preset = chosen_session(arguments.session)
    recipe = chosen_recipe(arguments, session, preset)
    language.set_language(recipe.language)
    choose_letter(recipe.letter)
    page = arguments.page or session.state.page
    state = changed(session.state, {"page": page})
    own = preset.key if preset and recipe.view == preset.view else recipe.view or page
    files = chosen_files(arguments, own)
    force: bool = arguments.force
    output = Output(f"{arguments.file or '--out ' + (arguments.out or '.')}", files.values(), force=force)
    tell = output.teller(tell)
    make_application()
    known: dict[Hashable, Any] = {}  # a run of many steps is not computed again for the next format
    scene = view_scene(recipe.view) if recipe.view else page_scene(PAGES[page])
    with ExitStack() as stack:
        try:
            if "svg" in files and recipe.options.text == "text":
                require()
            figure = compose(scene, state, recipe.options, recipe.words, session.step)
            drawings = stack.enter_context(sheets(figure, files, known))
            if not all(drawing.fits or EXPORTERS[key].table for key, drawing in drawings.items()):
                answers = computed(figure, known=known)
                check_fits(scene, state, recipe.options, recipe.words, answers, session.step)
        except ExportError as error:
            raise Mistake(str(error)) from None
        if sentence := missing_letters(figure):
            sys.stderr.write(sentence + "\n")
        for key, path in files.items():
            try:
                content = encoded(drawings[key], key, recipe.options.scale)
            except ExportError as error:  # a picture too large for the memory
                raise Mistake(str(error)) from None
            output.write(path, content)
            if path != STDOUT:
                tell(str(path))
    return 0


def chosen_recipe(arguments: argparse.Namespace, session: Session, preset: Preset | None) -> Recipe:
    """How the figure of the file was made, with what the arguments say instead; of a preset its own words."""
    check_scene(arguments.page, arguments.view)
    try:
        before = recipe_from(session.figure)
    except RecipeError as error:
        raise Mistake(str(error)) from None
    carried = bool(session.figure)
    view = arguments.view or ("" if arguments.page is not None else preset.view if preset else before.view)
    spoken: str = arguments.lang or before.language
    language.set_language(spoken)
    words = before.words if carried and (view, arguments.page) == (before.view, None) else Words()
    if preset is not None and view == preset.view:
        words = words_around(preset)
    for name in ("title", "subtitle", "caption"):
        text = literal(f"--{name}", getattr(arguments, name), marked_up=arguments.markup)
        words = words if text is None else replace(words, **{name: text})
    return Recipe(view, chosen_options(arguments, before.options), words, spoken, arguments.letter or before.letter)


def chosen_files(arguments: argparse.Namespace, name: str) -> dict[str, Path]:
    """Format -> file: the one that was named, whose ending says its format, or NAME.FORMAT in --out for each."""
    formats = chosen_formats(arguments.format) if arguments.format is not None else []
    if arguments.file is None and arguments.out != str(STDOUT):
        name = arguments.name or name
        if not re.fullmatch(r"[\w][\w .+-]{0,99}", name):
            raise Mistake(f"--name {name} is no name for a file: letters, digits, blanks, dots and dashes are.")
        named = {key: f"{name}.{key}" for key in formats or [own_format(arguments.session)]}
        folder = Path(arguments.out or ".")
        check_is_folder(folder, named.values())
        return {key: folder / file for key, file in named.items()}
    if arguments.file is not None and (arguments.out is not None or arguments.name is not None):
        raise Mistake(f"{arguments.file} is where to write: --out and --name do not go with it.")
    path = Path(arguments.file) if arguments.file is not None else STDOUT
    ending = path.suffix.removeprefix(".").lower()
    if len(formats) > 1:
        raise Mistake(f"{path} is one file: --format must be one format, not {arguments.format}.")
    if not ending and not formats and path != STDOUT:
        raise Mistake(f"{path} does not say its format: its name must end in one of {_endings()}.")
    if ending and ending not in EXPORTERS:
        raise Mistake(f"{path} is no figure: its name must end in one of {_endings()}.")
    if ending and formats and formats != [ending]:
        raise Mistake(f"{path} is not --format {formats[0]}: leave the option out, or name another file.")
    return {ending or (formats or [own_format(arguments.session)])[0]: path}


def own_format(source: str) -> str:
    """The format of a figure that is made again; of all else PDF."""
    ending = Path(source).suffix.removeprefix(".").lower()
    return ending if ending in EXPORTERS else "pdf"


def _endings() -> str:
    return ", ".join(f".{key}" for key in EXPORTERS)
