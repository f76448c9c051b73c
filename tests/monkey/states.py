"""Random states that their own rules allow: every field at its ends, next to them, in the middle and far out."""

from __future__ import annotations

import math
import random
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import ALL_LOSSES, State, changed
from qhm_gui.text.row_words import example_of
from qhm_math.declared import Declared, ParameterError, declared_fields
from qhm_math.noise import NOISES

#: What only makes a run longer is kept short.
_STEPS, _RUNS, _WHOLE = 300, 30, 300


def random_value(field: Declared, rng: random.Random) -> Any:
    """One that the field takes, likely or not; None for a kind that no number is."""
    if field.kind == "choice":
        return rng.choice([key for key, *_ in field.choices])
    if field.kind not in ("number", "integer"):
        return None
    low, high = (math.nextafter(field.low, math.inf), math.nextafter(field.high, -math.inf))
    ends = [value for value in (low if field.low_open else field.low, high if field.high_open else field.high)]
    near = field.slider or (max(field.low, -1e3), min(field.high, 1e3))
    usual = [rng.uniform(near[0], min(near[1], 1e9)) for _ in range(2)]
    far = min(max(rng.choice((1, -1)) * 10 ** rng.uniform(-9, 7), ends[0]), ends[1])
    possible: list[float] = [*(end for end in ends if math.isfinite(end)), *usual, far]
    value: float = rng.choice([*possible, *([math.inf] if field.infinite else [])])
    if field.kind == "number" or not math.isfinite(value):
        return value
    return int(min(max(value, field.low), _WHOLE))


def random_state(rng: random.Random) -> State:
    """A page, perhaps one of its presets, and some changes; what is refused is left out."""
    page = rng.choice(tuple(PAGES))
    presets = presets_of(page)
    state = changed(State(), rng.choice(presets).changes if presets and rng.random() < 0.5 else {})
    for _ in range(rng.randrange(1, 7)):
        with suppress(ParameterError):
            state = changed(state, _some_change(state, rng))
    return changed(state, {"page": page, "steps": min(state.steps, _STEPS), "runs": min(state.runs, _RUNS)})


def _some_change(state: State, rng: random.Random) -> dict[str, Any]:
    kind = rng.random()
    if kind < 0.15:
        return {"loss": example_of(ALL_LOSSES[rng.choice(tuple(ALL_LOSSES))])}
    if kind < 0.25:
        return {"noise": example_of(NOISES[rng.choice(tuple(NOISES))])}
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    parts = [name for name, value in values.items() if is_dataclass(value) and declared_fields(value)]
    owner = rng.choice(("", "", *parts))
    found = declared_fields(getattr(state, owner) if owner else state)
    name = rng.choice(tuple(found))
    value = random_value(found[name], rng)
    return {} if value is None else {f"{owner}.{name}" if owner else name: value}
