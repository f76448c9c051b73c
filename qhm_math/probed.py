"""The spectrum of a training run, as its probe has it: a kind of spectrum beside those of `eigenvalues`.

What a probe is lies in :mod:`qhm_math.probe`, which is imported when there is one.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from .checks import ParameterError
from .declared import check_declared, declared_fields
from .eigenvalues import Nodes
from .minibatch_noise import MiniBatches

if TYPE_CHECKING:
    from .probe import Probe

#: Bytes of a probe that a session holds.
MOST_HELD = 100_000


@dataclass(frozen=True)
class OfProbe:
    """The directions that the probe of a run has seen, with the noise of batches of B and the start of the run.

    ``content`` is the file of the probe in Base64, so that a session holds all of it. ParameterError for what is none.
    """

    content: str
    batch: float = field(default=64, metadata={"declared": declared_fields(MiniBatches)["batch"]})

    key: ClassVar[str] = "probe"
    title: ClassVar[str] = "training run"

    def __post_init__(self) -> None:
        from .probe import ProbeError, from_bytes

        check_declared(self)
        try:
            if len(self.content) > 4 * MOST_HELD // 3 + 4:
                raise ProbeError("too large", most=MOST_HELD / 1_000_000)
            found = from_bytes(base64.b64decode(self.content, validate=True))
        except (binascii.Error, ValueError) as error:  # ProbeError is one
            raise ParameterError("content", type(error).__name__, "the file of a probe in Base64") from None
        object.__setattr__(self, "_probe", found)
        object.__setattr__(self, "_nodes", found.nodes(self.batch))

    @classmethod
    def of(cls, probe: Probe) -> Self:
        """That of a probe, with its batch size. ParameterError for one of more than 100,000 bytes."""
        from .probe import to_bytes

        content = to_bytes(probe)
        if len(content) > MOST_HELD:
            raise ParameterError("content", f"{len(content):,} bytes", f"at most {MOST_HELD:,} bytes, packed")
        return cls(base64.b64encode(content).decode(), max(1, round(probe.batch)))

    @property
    def probe(self) -> Probe:
        """The probe."""
        return self._probe  # type: ignore[attr-defined]

    def nodes(self) -> Nodes | None:
        """Its directions."""
        return self._nodes  # type: ignore[attr-defined]
