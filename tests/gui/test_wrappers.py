"""What Qt makes inside a widget (headers, viewports) has a wrapper of PySide's only for as long as one looks at it.

PySide keeps books of who holds whom, and whoever searches a window (a test, the monkey, a screen reader in Python)
changes them: a wrapper may then be told that its object is gone, though it is there. So nobody may keep one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget

import qhm_gui
from qhm_gui.appearance.theme import THEMES
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text.language import tr
from qhm_gui.widgets.painted import apply_theme, retranslate
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK

#: Two views that are a table, whose headings Qt has made, and one of several canvases.
ALONE = ("training_run", "standings", "sweep")


def end_wrappers(window: QWidget) -> set[str]:
    """Take every wrapper of what Qt itself has made in a window for that of a deleted object; their kinds."""
    made = [one for one in window.findChildren(QWidget) if not shiboken6.createdByPython(one)]
    for one in made:
        shiboken6.invalidate(one)
    return {type(one).__name__ for one in made}


def test_nobody_searches_but_for_what_is_used_at_once() -> None:
    """A theme and words are handed to all that lies in a window; a card or a figure asks its view for its parts."""
    package = Path(qhm_gui.__file__).parent
    searching = {
        str(path.relative_to(package)) for path in package.rglob("*.py") if "findChild" in path.read_text("utf-8")
    }
    assert searching == {"widgets/painted.py"}


@pytest.mark.parametrize("key", ALONE)
def test_a_window_needs_no_wrapper_that_was_kept(
    key: str, make_window: Callable[[State], Window], settle: Callable[[Window], None], caplog
) -> None:
    page = next(name for name, row in PAGES.items() if key in (*row.views, *row.alone))
    window = make_window(changed(State(), {**QUICK, "page": page, "expanded": key}))
    settle(window)
    kinds = end_wrappers(window)
    assert "QWidget" in kinds and ("QHeaderView" in kinds or key == "sweep")
    with caplog.at_level(logging.WARNING):
        window.store.update(expanded="")
        window.store.update(expanded=key, runs=11)
        window.resize(1100, 760)
        settle(window)
        end_wrappers(window)
        apply_theme(window, THEMES["dark"])
        retranslate(window)
        settle(window)
    assert not caplog.records, [record.getMessage() for record in caplog.records]
    named = [part.accessibleName() for part in window.page.views[key].parts if not isinstance(part, ColourBar)]
    assert named and set(named) == {tr(window.page.views[key].title)}
