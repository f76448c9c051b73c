"""What figures show, computed on the spot."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any, Protocol

from qhm_gui.views.view import View
from qhm_math.progress import SILENT, Cancelled, Monitor


class Asking(Protocol):
    """What knows its requests: a figure, or a page of them."""

    def requests(self) -> dict[str, tuple[type[View], Hashable]]:
        """What has to be computed, by the views' keys."""
        ...


def computed(figure: Asking, monitor: Monitor = SILENT, known: dict[Hashable, Any] | None = None) -> dict[str, Any]:
    """The answers that a figure shows, by the view's key. Cancelled where the monitor cancels before there are any.

    ``known`` holds answers by their requests, and gets the new ones.
    """
    answers: dict[str, Any] = {}
    known = {} if known is None else known
    for key, (view, request) in figure.requests().items():
        if request in known:
            answers[key] = known[request]
            continue
        for answer in view.compute(request, monitor):
            answers[key] = answer
        if key not in answers or monitor.cancelled():
            raise Cancelled(f"{key} was cancelled")
        known[request] = answers[key]
    return answers


class Hurry:
    """A monitor that lets a computation refine its answer for some seconds only, once there is one."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self.answered = False

    def report(self, fraction: float) -> None:
        """Nobody waits so long that they must be told."""

    def cancelled(self) -> bool:
        """Whether it has been long enough."""
        return self.answered and time.monotonic() > self._until


def soon(figure: Asking, seconds: float) -> dict[str, Any]:
    """The answers found within the time limit, at least the first of each view."""
    answers: dict[str, Any] = {}
    for key, (view, request) in figure.requests().items():
        hurry = Hurry(seconds)
        for answer in view.compute(request, hurry):
            answers[key], hurry.answered = answer, True
    return answers
