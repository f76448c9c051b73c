"""Every page and every view of the window, joined from the pages' folders.

A folder of ``views`` holds a page: its ``PAGE``, the rows of its ``VIEWS``, and a file for each view. To add a page,
write its folder and name it here.
"""

from qhm_gui.state.pages import PAGES
from qhm_gui.views import choose, compare, converge, experiments, explore, fast, good
from qhm_gui.views.view_rows import Views

VIEWS = Views()
for _page in (explore, converge, fast, good, choose, compare, experiments):
    PAGES[_page.PAGE.key] = _page.PAGE
    for _view in _page.VIEWS:
        VIEWS.add(_view)
