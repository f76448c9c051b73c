"""What older versions of sessions wrote, as the present one writes it. What a version meant does not change."""

from __future__ import annotations

from typing import Any

#: Sessions of versions 1 and 2 (texts of version 1): for each of the three a family, and the fields of all families.
_FAMILIES = {"alpha": "power", "beta": "power", "nu": "constant"}
_EXPONENTS = {"alpha": 0.6, "beta": 0.5, "nu": 0.7}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "constant": {},
    "power": {"exponent": None},
    "to-one": {"exponent": None},
    "steps": {"factor": 0.5, "every": 2000},
    "plateau": {"factor": 0.5, "patience": 500},
    "cosine": {"floor": 0.0, "horizon": 20_000},
    "warmup": {"length": 1000},
}
_FIELDS = {"family", *(name for fields in _PARAMETERS.values() for name in fields)}


def upgraded(state: dict[str, Any], version: int) -> dict[str, Any]:
    """The fields of a state as a session of ``version`` has them, as one of version 3; what is unknown stays."""
    converge = state.get("converge")
    if version >= 3 or not isinstance(converge, dict):
        return state
    return {**state, "converge": _with_families(converge)}


def _with_families(converge: dict[str, Any]) -> dict[str, Any]:
    """``alpha_family`` and the fields beside it as one object; those of families that are not chosen meant nothing."""
    flat = {f"{name}_{field}" for name in _FAMILIES for field in _FIELDS}
    found = {name: value for name, value in converge.items() if name not in flat}
    for name in _FAMILIES:
        own = {field: converge[f"{name}_{field}"] for field in _FIELDS if f"{name}_{field}" in converge}
        if not own:
            continue
        kind = own.get("family", _FAMILIES[name])
        usual = _PARAMETERS.get(kind, {}) if isinstance(kind, str) else {}
        found[name] = {"kind": kind} | {
            field: own.get(field, _EXPONENTS[name] if default is None else default) for field, default in usual.items()
        }
    return found
