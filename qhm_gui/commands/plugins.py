"""What other packages bring: losses, methods, noises, pages and views, announced as entry points.

Each group of entry points adds rows to one table, before any command reads it. A package that cannot be imported, or
whose row does not keep the contract of its table, is left out with one sentence in the log, which commands say, too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

log = logging.getLogger("qhm")
PREFIX = "qhm_explorer."


@cache
def load_plugins() -> tuple[str, ...]:
    """Join the tables of pages and views, and add the rows of every installed package, once. What was left out, in
    English sentences. Never raises."""
    import qhm_gui.views  # noqa: F401 - fills PAGES, against which states are checked

    found = {group: entry_points(group=PREFIX + group) for group in GROUPS}
    if not any(found.values()):
        return ()
    told: list[str] = []
    for group, add in GROUPS.items():
        for point in found[group]:
            try:
                add(point)
            except (Exception, SystemExit) as error:
                package = point.dist.name if point.dist is not None else point.value
                reason = str(error).strip().rstrip(".").replace("\n", " ") or type(error).__name__
                told.append(f"The {PREFIX}{group} {point.name} of {package} is left out: {reason}.")
    told += _drop_empty_pages()
    for sentence in told:
        log.warning("%s", sentence)
    return tuple(told)


def _add_loss(point: EntryPoint) -> None:
    from qhm_gui.state.state import ALL_LOSSES
    from qhm_math.losses import FINITE_SUMS, LOSSES, FiniteSum

    kind, loss = _loaded(point, ALL_LOSSES)
    _try_loss(loss)
    (FINITE_SUMS if isinstance(loss, FiniteSum) else LOSSES)[kind.key] = kind


def _try_loss(loss: Any) -> None:
    """Whether every function of a loss answers with the shape that it promises."""
    import numpy as np

    points = np.array([loss.start(), loss.start()], dtype=float)
    found = (loss.value(points), loss.gradient(points), loss.hessian(points), loss.minima())
    for name, array, shape in zip(
        ("value", "gradient", "hessian", "minima"), found, ((2,), (2, 2), (2, 2, 2), (len(found[3]), 2)), strict=True
    ):
        if np.shape(array) != shape:
            raise ValueError(f"{name} has the shape {np.shape(array)} where it must be {shape}")
    for answer in (loss.minimum_value(), loss.suggested_alpha(), loss.suggested_steps(), *np.ravel(loss.window())):
        float(answer)
    hash((loss, loss.formula))


def _add_method(point: EntryPoint) -> None:
    from qhm_math import run
    from qhm_math.losses import LeastSquares
    from qhm_math.methods import METHODS

    kind, method = _loaded(point, METHODS)
    loss = LeastSquares()  # a finite sum, on which every method runs
    run(loss, method, loss.start(), 3)
    hash((method, method.source, method.oracle, method.explain, method.parts))
    METHODS[kind.key] = kind


def _add_noise(point: EntryPoint) -> None:
    from qhm_math import draw_noise
    from qhm_math.noise import NOISES

    kind, noise = _loaded(point, NOISES)
    drawn, covariance = draw_noise(noise, 3, 2), noise.covariance()
    if drawn.shape != (3, 2, 2) or covariance.shape != (2, 2):
        raise ValueError(f"draws have the shape {drawn.shape}, their covariance {covariance.shape}")
    hash(noise)
    NOISES[kind.key] = kind


def _add_page(point: EntryPoint) -> None:
    from qhm_gui.state.pages import PAGES, PageRow

    row = point.load()
    if not isinstance(row, PageRow) or row.key in PAGES:
        raise ValueError("it must be a PageRow with a key of its own")
    PAGES[row.key] = replace(row, views=(), alone=())  # its views come with their own entry points


def _drop_empty_pages() -> Iterator[str]:
    """A sentence for each."""
    from qhm_gui.state.pages import PAGES

    for key in [row.key for row in PAGES.values() if not row.views]:
        del PAGES[key]
        yield f"The page {key} is left out: none of its views could be loaded."


def _add_view(point: EntryPoint) -> None:
    """The name says where it stands: ``page.key``."""
    from qhm_gui.state.pages import PAGES
    from qhm_gui.views import VIEWS
    from qhm_gui.views.view import View
    from qhm_gui.views.view_rows import ViewRow

    page, _, key = point.name.partition(".")
    if page not in PAGES or not key or key in VIEWS:
        raise ValueError(f"its name must be PAGE.KEY: a page of {', '.join(PAGES)}, and a key of its own")
    view = point.load()
    if (
        not (isinstance(view, type) and issubclass(view, View))
        or view.key != key
        or getattr(view, "__abstractmethods__", ())
    ):
        raise ValueError(f"it must be a subclass of View with the key {key} and all that View leaves open")
    VIEWS.add(ViewRow(key, f"{point.module}:{point.attr}"))
    PAGES[page] = replace(PAGES[page], views=(*PAGES[page].views, key))


def _loaded(point: EntryPoint, table: Any) -> tuple[Any, Any]:
    """The class that an entry point names, and an example of it. ValueError where its key will not do."""
    from qhm_gui.text.row_words import example_of

    kind = point.load()
    key = getattr(kind, "key", None)
    if not isinstance(kind, type) or not isinstance(key, str) or not key.isidentifier() or key in table:
        raise ValueError(f"it must be a class with a key of its own, not {key!r}")
    return kind, example_of(kind)


#: Group of entry points, without its prefix -> what adds one. Pages come before the views that stand on them.
GROUPS: dict[str, Callable[[EntryPoint], None]] = {
    "losses": _add_loss,
    "methods": _add_method,
    "noises": _add_noise,
    "pages": _add_page,
    "views": _add_view,
}
