"""Why a value is refused, in Japanese too: the card of a sweep once said it in English."""

from __future__ import annotations

import ast
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qhm_gui.files.session import SessionError, state_of
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import explain
from qhm_gui.text.language import spoken
from qhm_gui.text.refusals import ENDS, NOUNS, ROWS, allowed_words, refusal_sentence
from qhm_gui.text.resource_words import fault_words
from qhm_gui.text.system_words import REASONS, reason_of
from qhm_math.checks import ParameterError, show_range
from qhm_math.experiments.settings import Axis, SweepSettings
from tests.gui.test_language import TABLE

ROOT = Path(__file__).resolve().parents[2]
#: What the window hands on of the mathematics, beside what it declares itself.
FILES = (
    "qhm_gui", "qhm_math/experiments/settings.py", "qhm_math/experiments/problems.py", "qhm_math/experiments/tasks.py",
    "qhm_math/experiments/resnet.py", "qhm_math/losses/plateau.py", "qhm_math/losses/quadratic.py",
    "qhm_math/losses/finite_sum.py", "qhm_math/losses/line_fit.py", "qhm_math/expression/typed.py",
    "qhm_math/schedules/schedule.py",
)  # fmt: skip
#: Names that are typed as they stand.
KEPT = re.compile(r"scratch|checkpoint|true|false")

THIN = "\N{NARROW NO-BREAK SPACE}"


def said_in_sources() -> Iterator[str]:
    """What is allowed, as the sources say it, with 7 in every blank."""
    for name in FILES:
        path = ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            text = file.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "ParameterError" in text else ():  # every worker collects this
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ParameterError":
                    yield from _texts(node.args[2])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BinOp):  # "one of " and names
        yield from (text + "7" for text in _texts(node.left))
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)


RANGES = [
    show_range(low, high, *opened, whole)
    for low, high in ((0.0, 1.0), (-1.5e-7, 1e15), (0.0, float("inf")), (float("-inf"), 0.5))
    for opened in ((False, False), (True, True))
    for whole in (False, True)
]


@pytest.mark.parametrize("text", sorted({*said_in_sources(), *RANGES, *(f"{words}, or ∞" for words in RANGES)}))
def test_what_is_allowed_is_said_in_japanese(text: str) -> None:
    with spoken("ja"):
        said = allowed_words(text)
    assert re.findall(r"[A-Za-z]{2,}", KEPT.sub("", said)) == [] and re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", said)
    assert sorted(re.findall(r"\d+", said)) == sorted(re.findall(r"\d+", text))
    with spoken("en"):
        assert allowed_words(text) == text


def test_every_row_is_in_the_table() -> None:
    assert {*ROWS, *ENDS.values(), *NOUNS, *NOUNS.values()} - set(TABLE) == set()


def test_a_refused_sweep_is_told_in_the_language_in_force() -> None:
    with pytest.raises(ParameterError) as caught:
        SweepSettings("softmax-digits", Axis(0.1, 1.0, 900), Axis(0.0, 0.9, 900), Axis(1.0, 1.0, 1), seeds=9)
    with spoken("ja"):
        told = fault_words(caught.value)
        assert told == refusal_sentence(caught.value) and "使えません" in told and "cells" not in told
        error = ParameterError("batch", 70_000, "at most 1,347, the number of training images")
        assert fault_words(error) == "バッチサイズ = 70,000 は使えません。条件：学習画像の枚数 1,347 以下。"


def test_a_refused_field_of_a_loss_is_told_in_japanese() -> None:
    with pytest.raises(ParameterError) as caught:
        changed(State(), {"loss.mu": 30.0})
    with spoken("ja"):
        assert "0 より大きく L = 1 以下" in explain(caught.value, State(), {"loss.mu": 30.0})


def test_what_the_system_says_has_its_japanese() -> None:
    """A full disk was told in English within a Japanese sentence."""
    assert set(REASONS) <= set(TABLE)
    with spoken("ja"):
        assert reason_of(OSError(errno.ENOSPC, "No space left on device")) == "ディスクに空きがありません"
        assert reason_of(OSError(errno.EPERM, "what no table knows")) == "what no table knows"
        assert reason_of(OSError("nothing else")) == "nothing else"
    for code in (errno.EACCES, errno.ENOENT, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOSPC, errno.EROFS, errno.EIO):
        assert os.strerror(code) in REASONS


def test_no_sentence_of_the_window_has_what_the_system_says_as_it_stands() -> None:
    """Files of the commands speak English."""
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "qhm_gui").rglob("*.py")
        if "commands" not in path.parts
        and re.search(r"reason=.*strerror|why=.*strerror", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_thousands_in_the_sentence_of_a_session_are_set_as_elsewhere() -> None:
    """1·000·000 was said of a session with a value out of its range."""
    with pytest.raises(SessionError) as caught:
        state_of({"alpha": 2e6})
    assert f"1{THIN}000{THIN}000" in str(caught.value) and "·" not in str(caught.value)
