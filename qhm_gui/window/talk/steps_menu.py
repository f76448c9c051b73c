"""The list of a talk's steps, to go to one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.drawing import markup
from qhm_gui.files.talk_file import Talk, said
from qhm_gui.text.language import tr
from qhm_gui.widgets.menu import make_menu


def steps_menu(parent: QWidget, theme: Theme, talk: Talk, shown: int, go: Callable[[int], object]) -> QMenu:
    """Every step by its number and title, a tick at the one that is shown; ``go`` has the index of the chosen one."""
    menu = make_menu(parent, theme)
    for index, step in enumerate(talk.steps):
        optional = f"   ({tr('optional')})" if step.optional else ""
        text = f"{index + 1}   {markup.plain_text(said(step.title))}{optional}"
        action = menu.addAction(text.replace("&", "&&"), partial(go, index))
        action.setCheckable(True)
        action.setChecked(index == shown)
    return menu
