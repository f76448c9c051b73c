"""`python main.py probe`: the script that writes a probe beside a training loop, and what a probe holds, in words."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from qhm_gui.commands.arguments import Mistake
from qhm_gui.commands.output import STDOUT, Output, language_told
from qhm_gui.files.probe_file import SCRIPT, ProbeFileError, read_probe
from qhm_gui.text.language import spoken
from qhm_gui.text.probe_words import probe_lines, standing_lines
from qhm_gui.text.symbols import lettered
from qhm_math.resource_files import resource_text

Tell = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command, but for the language."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a probe: say in words what it holds")
    parser.add_argument("--example", action="store_true", help="the PyTorch script that writes a probe")
    out = "with --example: the file to write; default: standard output"
    parser.add_argument("--out", type=Path, default=STDOUT, metavar="FILE", help=out)
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def run(arguments: argparse.Namespace, tell: Tell) -> int:
    """Write the script, or tell of a probe. Mistake, in one sentence, for what is not allowed."""
    if arguments.example == (arguments.file is not None):
        raise Mistake("Give --example for the script that writes a probe, or the file of a probe.")
    if arguments.example:
        Output(f"--out {arguments.out}", [arguments.out], force=arguments.force).write(
            arguments.out, resource_text(SCRIPT, '"""Writes probe.npz').encode()
        )
        return 0
    with spoken(language_told(arguments.lang)):
        try:
            probe = read_probe(arguments.file)
        except ProbeFileError as error:
            raise Mistake(str(error)) from None
        for line in [*probe_lines(probe), *standing_lines(probe, probe.current())]:
            tell(lettered(line))
    return 0
