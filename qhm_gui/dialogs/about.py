"""What the program is: version, the paper, and whose work is in it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.dialogs.text_sheet import TextSheet, paragraph
from qhm_gui.text.language import tr
from qhm_gui.text.version import PROGRAM

PAPER = (
    "I. Gitman, H. Lang, P. Zhang, L. Xiao: Understanding the Role of Momentum in Stochastic Gradient Methods. "
    "NeurIPS 2019."
)
#: What the program is made of, with its licences: packages by their name, then data and fonts.
PACKAGES = (
    ("PySide6-Essentials", "LGPL 3"),
    ("pyqtgraph", "MIT"),
    ("numpy", "BSD"),
    ("contourpy", "BSD"),
)
OTHERS = (
    "Inter, Noto Sans JP: SIL Open Font License 1.1",
    "Optical Recognition of Handwritten Digits (UCI): CC BY 4.0",
    "MNIST (Y. LeCun, C. Cortes): CC BY-SA 3.0",
)


def lines() -> list[str]:
    """Everything that the box says, paragraph by paragraph."""
    used = []
    for name, licence in PACKAGES:
        try:
            used.append(f"{name} {version(name)}: {licence}")
        except PackageNotFoundError:
            continue  # a bundle need not carry what tells the version
    return [
        PROGRAM,
        tr("The paper: {paper}", paper=PAPER),
        f"Python {platform.python_version()}, Qt {qVersion()}",
        "\n".join((*used, *OTHERS)),
        tr("This program: MIT licence."),
    ]


class AboutBox(TextSheet):
    """Its words can be marked and copied."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent, theme, tr("About QHM Explorer"))
        self.column.setSpacing(10)
        for number, text in enumerate(lines()):
            label = paragraph(text, theme.text, *((18, 600) if number == 0 else (13, 400)))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.column.addWidget(label)
        self.finish()
