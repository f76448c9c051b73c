"""`python main.py talk`: the talk as slides, in every format of the table, without a window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.arguments import Mistake
from qhm_gui.commands.output import Output
from qhm_gui.export.deck import Slide, SlideDrawing, drawn_slide, slides
from qhm_gui.export.decks import DECKS
from qhm_gui.export.error import ExportError
from qhm_gui.export.letters import missing_in_talk
from qhm_gui.files import talk_file
from qhm_gui.files.talk_file import LONGEST_TITLE, TalkError, said
from qhm_gui.text.language import spoken

Tell = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command, but for the language."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a talk (default: the one of the program)")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("talk"),
        metavar="DIR",
        help="default: talk; - is standard output, for one file",
    )
    parser.add_argument("--format", default="pdf", metavar="F,F", help=f"of {', '.join(DECKS)}; default: pdf")
    parser.add_argument("--theme", default="light", choices=("light", "dark"), help="default: light")
    parser.add_argument("--subtitle", action="store_true", help="titles in the other language as well")
    parser.add_argument("--handout", action="store_true", help="one slide a step, without questions and further states")
    for name, what in (("lecturer", "who speaks"), ("place", "where"), ("date", "when")):
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help=f"{what}: stands on the first step")
    parser.add_argument("--force", action="store_true", help="write over files that are there")


def run(options: argparse.Namespace, tell: Tell) -> int:
    """Render the talk. Mistake, in one sentence, where that cannot be."""
    with spoken(options.lang):
        make_application()
        try:
            talk = talk_file.built_in() if options.file is None else talk_file.read(options.file)
        except TalkError as error:
            raise Mistake(str(error)) from None
        formats = list(dict.fromkeys(filter(None, (part.strip() for part in options.format.split(",")))))
        if not formats or (unknown := [key for key in formats if key not in DECKS]):
            named = unknown[0] if formats else options.format
            raise Mistake(f"--format {named} is not a format of talks: it must be one of {', '.join(DECKS)}.")
        facts = tuple(filter(None, (options.lecturer, options.place, options.date)))
        if any(len(fact) > LONGEST_TITLE for fact in facts):
            raise Mistake(f"--lecturer, --place and --date may have {LONGEST_TITLE} characters each.")
        made = slides(talk, theme=options.theme, subtitle=options.subtitle, facts=facts, handout=options.handout)
        names = [name for key in formats for name in DECKS[key].names(made)]
        paths = dict(zip(names, Output.placed(options.out, names, "one --format of one file"), strict=True))
        output = Output(f"--out {options.out}", paths.values(), force=options.force)
        tell = output.teller(tell)
        known: dict[Any, Any] = {}
        crowded: set[int] = set()
        for key in formats:
            try:
                for name, content in DECKS[key].files(_drawn(made, known, crowded), said(talk.title)):
                    output.write(paths[name], content)
                    tell(str(paths[name]))
            except ExportError as error:
                raise Mistake(str(error)) from None
        if sentence := missing_in_talk(talk, facts):
            print(sentence, file=sys.stderr)
        if crowded:
            named = ", ".join(map(str, sorted(crowded)))
            print(f"More than fits with type that can be read, on step {named}.", file=sys.stderr)
    return 0


def _drawn(made: list[Slide], known: dict[Any, Any], crowded: set[int]) -> Iterator[tuple[Slide, SlideDrawing]]:
    for slide in made:
        with drawn_slide(slide, known) as drawing:
            if not drawing.fits:
                crowded.add(slide.number)
            yield slide, drawing
