"""The words for the parts of a method's state, by the names that `Method.parts` of `qhm_math` gives them."""

from __future__ import annotations

from qhm_gui.text.language import tr

PARTS: dict[str, str] = {
    "d": "momentum buffer",
    "m": "mean of the gradients",
    "v": "mean of the squared gradients",
    "G": "sum of the squared gradients",
    "u": "mean of the squared steps",
    "b": "buffer of the scaled gradients",
    "x̃": "snapshot",
    "∇f(x̃)": "full gradient at the snapshot",
}


def part_words(name: str) -> str:
    """A part in the language in force; its name where there are no words, which a test tells."""
    return tr(PARTS.get(name, name))
