"""What is wrong with a probe, or with loss curves: a kind and its values; the sentences are said by the program."""

from __future__ import annotations

#: Sentences with gaps, by kind of fault. The file's name stands before them.
SENTENCES: dict[str, str] = {
    "foreign": "it is not a probe: a probe is an NPZ file that the script of the command “probe --example” writes.",
    "too large": "it is too large for a probe: at most {most} MB are read, packed and unpacked.",
    "damaged": "it is damaged: {key} cannot be read.",
    "version": "it is a probe of version {version}: this program reads version {known}.",
    "missing": "{key} is missing.",
    "objects": "{key} holds Python objects, which are never read: it must hold numbers.",
    "kind": "{key} is of the wrong kind: it must hold {allowed}.",
    "shape": "{key} has the shape {shape}: it must be {allowed}.",
    "not finite": "{key} holds {value}: every number must be finite.",
    "too small": "{key} holds {value}: it must be at least {low}.",
    "too great": "{key} holds {value}: it must be at most {high}.",
    "no noise": "{key} is 0 everywhere: there is no gradient noise.",
    "no curvature": "{key} holds no positive curvature: there is no minimum.",
}


class ProbeError(ValueError):
    """A probe that is not used.

    ``kind`` is a key of :data:`SENTENCES`, ``values`` fill its gaps; ``str()`` is the sentence in English.
    """

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind, values)
        self.kind = kind
        self.values = values

    def __str__(self) -> str:
        return SENTENCES[self.kind].format(**self.values)
