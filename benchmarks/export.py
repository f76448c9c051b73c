"""A figure as PDF and as a 4K PNG: computed with its map at the resolution of the file, drawn and encoded.

Beside it matplotlib makes the same figure, where it is installed: the same map, isolines and hatched region.
"""

from __future__ import annotations

import importlib.util
import io
import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from qhm_gui.appearance.application import make_application
from qhm_gui.export import encoded
from qhm_gui.export.compose import compose, for_format
from qhm_gui.export.computed import computed
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import sheet
from qhm_gui.export.scene import view_scene
from qhm_gui.state.state import State

GOALS = {"pdf": 0.3, "png": 1.0}
WORDS = {"pdf": "the rate map on a slide as PDF", "png": "the rate map as PNG of 3840 × 2160"}


def measure() -> list[tuple[str, str, str]]:
    """Seconds and the ratio to the goal, of each format; and the ratio to matplotlib's seconds."""
    make_application()
    rows: list[tuple[str, str, str]] = []
    for key, goal in GOALS.items():
        ours = fastest(lambda key=key: export(key))
        rows.append((WORDS[key], f"{ours / goal:.2f} × the goal ({ours:.2f} s)", f"1 × ({goal:g} s)"))
        if importlib.util.find_spec("matplotlib") is None:
            rows.append(("  beside matplotlib", "not measured: matplotlib is not installed", "-"))
        else:
            theirs = fastest(lambda key=key: matplotlib_export(key))
            rows.append(("  beside matplotlib", f"{ours / theirs:.2f} × its time ({theirs:.2f} s)", "1 ×"))
    return rows


def fastest(act: Callable[[], Any], times: int = 5) -> float:
    """Seconds of the fastest of some calls."""
    seconds: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def export(key: str) -> bytes:
    """All of it: compute, lay out, draw, encode."""
    figure = for_format(compose(view_scene("rate"), State(), ExportOptions()), key)
    with sheet(figure, computed(figure)) as drawing:
        return encoded(drawing, key, 2)


def matplotlib_export(key: str) -> bytes:
    """The same rates over the same nodes, drawn by matplotlib."""
    import matplotlib  # pyright: ignore[reportMissingImports]

    matplotlib.use("Agg")
    from matplotlib import pyplot  # pyright: ignore[reportMissingImports]

    figure = for_format(compose(view_scene("rate"), State(), ExportOptions()), key)
    found = computed(figure)["rate"]
    canvas, axes = pyplot.subplots(figsize=(40 / 3, 7.5))
    shown = axes.pcolormesh(found.xs, found.ys, np.where(found.rates < 1, found.rates, np.nan), rasterized=True)
    axes.contour(found.xs, found.ys, found.rates, [0.8, 0.9, 0.95, 0.98, 0.99, 0.995], colors="white")
    axes.contourf(found.xs, found.ys, found.rates, [1, 1e9], hatches=["//"], colors="none")
    axes.set(xscale="log", xlabel="learning rate", ylabel="momentum", title="How fast?")
    canvas.colorbar(shown)
    content = io.BytesIO()
    canvas.savefig(content, format=key, dpi=288)
    pyplot.close(canvas)
    return content.getvalue()


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
