"""argparse, with what it lacks."""

from __future__ import annotations

import argparse
import re
from typing import IO, Any

from qhm_gui.commands.guard import standard_output


class Parser(argparse.ArgumentParser):
    """Names may stand before, between and after options; -1e-3 and -1,0 are values of an option, not options; and it is
    told where the help could not be written."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._mixing = False
        self._negative_number_matcher = re.compile(r"-(?:[.,]?\d|∞|inf\b|nan\b).*", re.IGNORECASE | re.DOTALL)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse knows as intermixed, for parsers of one command."""
        if self._mixing or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False

    def print_help(self, file: IO[str] | None = None) -> None:
        """To standard output, or to ``file``."""
        with standard_output():
            print(self.format_help(), end="", file=file, flush=True)
