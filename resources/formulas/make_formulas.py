"""Make the pictures of the formulas from the LaTeX in qhm_gui/text/help_words.py. Needs ziamath (pip install ziamath).

Run from the project's root: python resources/formulas/make_formulas.py. Letters are outlines in black, or in a
colour by its name in the program's themes; the program gives them the colours of the theme in force.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

import ziamath

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from qhm_gui.text.help_words import pictures  # noqa: E402


def main() -> None:
    ziamath.config.svg2 = False  # what QSvgRenderer reads
    for path in HERE.glob("*.svg"):
        path.unlink()
    for name, latex in pictures().items():
        picture = ziamath.Latex(latex, size=20).svg()
        told = f"<desc>{html.escape(latex)}</desc></svg>"  # a test finds a picture that is older than its formula
        (HERE / f"{name}.svg").write_text(picture.removesuffix("</svg>") + told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
