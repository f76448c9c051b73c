"""The calls of packages that take a point's steps, to be copied into a training script."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..checks import ParameterError
from ..parameters import QHM


class CallNote(Enum):
    """What must be known of a call: the same steps from the first on; the same only without PyTorch's dampening, whose
    first step is not dampened; after one plain step of lr the same α and ν, but a β that rises as k/(k+2)."""

    SAME = "same"
    UNDAMPENED = "undampened"
    RISING_BETA = "rising beta"


@dataclass(frozen=True)
class Call:
    """A call in a package, as Python text with ``params`` for the parameters, and what is to be known of it."""

    package: str
    code: str
    note: CallNote


def calls(qhm: QHM) -> tuple[Call, ...]:
    """The calls for one point: PyTorch, optax, schedulefree.

    Parameters
    ----------
    qhm : QHM
        One point.

    Returns
    -------
    tuple of Call
        torch.optim.SGD and optax.sgd where ν = 1, ν = β or there is no momentum; else QHM of the package qhoptim, and a
        transformation of a few lines for optax. schedulefree has no constant β: its call has the same α and ν,
        after a first step that is not averaged. It refuses ν = 0 and ν = 1, for which there is none.

    Raises
    ------
    ParameterError
        `qhm` is not one point.

    Notes
    -----
    PyTorch's buffer is d/(1-β) and begins as g_0, which is d_{-1} = 0: with lr = α(1-β) and dampening=0 the steps are
    the same from the first. With lr = α and dampening=β they are not, because PyTorch does not dampen the first one.

    Examples
    --------
    >>> calls(QHM(1.0, 0.5, 1.0))[0].code
    'torch.optim.SGD(params, lr=0.5, momentum=0.5)'
    """
    if qhm.shape:
        raise ParameterError("alpha, beta, nu", qhm.shape, "one point, not arrays")
    known = qhm.to_pytorch_sgd()
    alpha, beta, nu = (_number(value) for value in (qhm.alpha, qhm.beta, qhm.nu))
    if known is not None:
        lr, momentum, nesterov = known
        extra = f", momentum={_number(momentum)}" if momentum else ""
        flag = ", nesterov=True" if nesterov else ""
        torch = Call("torch", f"torch.optim.SGD(params, lr={_number(lr)}{extra}{flag})", _sgd_note(momentum))
        optax = Call("optax", f"optax.sgd({_number(lr)}{extra}{flag})", CallNote.SAME)
    else:
        code = f"qhoptim.pyt.QHM(params, lr={alpha}, momentum={beta}, nu={nu})"
        torch = Call("qhoptim", code, CallNote.SAME)
        optax = Call("optax", _OPTAX.format(alpha=alpha, beta=beta, nu=nu), CallNote.SAME)
    gamma, b = qhm.to_schedule_free()
    if not 0 < float(_number(b)) < 1:
        return torch, optax
    free = f"schedulefree.SGDScheduleFree(params, lr={_number(gamma)}, momentum={_number(b)})"
    return torch, optax, Call("schedulefree", free, CallNote.RISING_BETA)


def _sgd_note(momentum: float) -> CallNote:
    return CallNote.UNDAMPENED if momentum else CallNote.SAME


#: optax has no QHM: its ema without debiasing is d, and the step mixes it with the gradient.
_OPTAX = """\
ema = optax.ema({beta}, debias=False)
def update(g, state, params=None):
    d, state = ema.update(g, state)
    return jax.tree.map(lambda g, d: -{alpha} * ((1 - {nu}) * g + {nu} * d), g, d), state
optimizer = optax.GradientTransformation(ema.init, update)"""


def _number(value: float) -> str:
    return repr(float(f"{float(value):.12g}"))
