"""Where the names of the regimes stand on a plane."""

from __future__ import annotations

import numpy as np

from qhm_gui.views.shared.regime_names import ROOM, middles


def test_a_name_keeps_away_from_one_that_stands_beside_a_narrow_strip() -> None:
    """ "Alternating" stood right above "Diverges", and the two read as one name."""
    kinds = np.full((24, 40), "mono", dtype=object)
    kinds[:, 20] = "osc"
    kinds[:, 21:] = "div"
    found = {name: (column, row, room) for name, column, row, room in middles(kinds)}
    assert found["osc"][2] < ROOM == found["mono"][2] == found["div"][2]
    assert found["osc"][0] == 20 and found["div"][0] in (29, 30, 31)
    assert abs(found["div"][1] - found["osc"][1]) == 5
    kinds[:, 20] = "mono"  # nothing is narrow: in the middle
    assert {name: row for name, _, row, _ in middles(kinds)}["div"] in (11, 12)
