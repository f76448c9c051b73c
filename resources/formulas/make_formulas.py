"""Make the pictures of the formulas from the LaTeX in qhm_gui/text/help_words.py. Needs ziamath (pip install ziamath).

Run from the project's root: python resources/formulas/make_formulas.py. Letters are outlines in black; the program
gives them the colour of the theme.
"""

from __future__ import annotations

import sys
from pathlib import Path

import ziamath

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from qhm_gui.text.help_words import HELP  # noqa: E402


def main() -> None:
    ziamath.config.svg2 = False  # what QSvgRenderer reads
    kept = set()
    for key, row in HELP.items():
        if row.formula:
            (HERE / f"{key}.svg").write_text(ziamath.Latex(row.formula, size=20).svg() + "\n", encoding="utf-8")
            kept.add(f"{key}.svg")
    for path in HERE.glob("*.svg"):
        if path.name not in kept:
            path.unlink()


if __name__ == "__main__":
    main()
