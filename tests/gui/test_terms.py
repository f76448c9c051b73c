"""The window says one word for each thing (``qhm_gui/text/terms.py``), in sentences of one length."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

import pytest

from qhm_gui.export.options import ExportOptions
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import ALL_LOSSES, State
from qhm_gui.text.terms import ENGLISH_NOT, JAPANESE_NOT, LONGEST_HELP
from qhm_gui.views import VIEWS
from qhm_math.declared import declared_fields
from qhm_math.eigenvalues import SPECTRA
from qhm_math.methods import METHODS
from qhm_math.noise import NOISES
from qhm_math.schedules import SCHEDULES
from tests.gui.test_language import SOURCES, TABLE, texts_in


def faults(texts: Mapping[str, str] | set[str], patterns: Mapping[str, str]) -> dict[str, str]:
    """Text -> the word that must not stand in it, and what is written instead."""
    found = {}
    for text in texts:
        bare = re.sub(r"\{[^{}]*\}", "{}", text)  # the names of blanks are not words of the window
        for pattern, instead in patterns.items():
            if match := re.search(pattern, bare, re.IGNORECASE):
                found[text] = f"“{match[0]}”: write {instead}"
    return found


def kinds() -> Iterator[type]:
    state = State()
    yield from (State, ExportOptions)
    yield from (
        type(value)
        for field in dataclasses.fields(state)
        if dataclasses.is_dataclass(value := getattr(state, field.name))
    )
    for table in (ALL_LOSSES, METHODS, NOISES, SCHEDULES, SPECTRA):
        yield from table.values()


LABELS = {field.label for kind in kinds() for field in declared_fields(kind).values() if field.label}
HELP = {field.help for kind in kinds() for field in declared_fields(kind).values() if field.help}
TITLES = {view.title for view in VIEWS.values()} | {page.title for page in PAGES.values()}


@pytest.mark.slow
def test_a_settled_word_is_the_only_one() -> None:
    said = {text for path in SOURCES for text in texts_in(path)[0]}
    assert faults(set(TABLE) | LABELS | HELP | said, ENGLISH_NOT) == {}


def test_a_settled_word_is_the_only_one_in_japanese() -> None:
    assert faults(set(TABLE.values()), JAPANESE_NOT) == {}


@pytest.mark.parametrize("text", ["Interpolation ν", "The size of the cloud", "Where each start ends", "What it is"])
def test_a_word_that_was_given_up_is_found(text: str) -> None:
    assert faults({text}, ENGLISH_NOT)


@pytest.mark.parametrize("text", ["補間", "95 % 楕円", "保存しました: {name}", "各実行の反復回数"])
def test_a_japanese_word_that_was_given_up_is_found(text: str) -> None:
    assert faults({text}, JAPANESE_NOT)


#: The plain form of a verb or adjective, where a sentence ends (です・ます is the style of all of them).
PLAIN_FORM = re.compile(r"(?<!ま)(?<!で)(?<!まし)(?<!でし)[るただくうすむつ]([。]|：\n)")


def test_a_japanese_sentence_ends_politely() -> None:
    assert {text: said for text, said in TABLE.items() if PLAIN_FORM.search(said)} == {}
    assert all(map(PLAIN_FORM.search, ("押し上げる。", "落ち着いた：\n平均", "違いだ。", "動く。")))
    assert not any(map(PLAIN_FORM.search, ("押し上げます。", "落ち着きました：\n平均", "違いです。", "の範囲。")))


def test_the_questions_of_pages_end_as_questions() -> None:
    questions = {words for page in PAGES.values() if (words := page.question)}
    questions |= {words for view in VIEWS.values() if (words := view.question)}
    assert [words for words in questions if not words.endswith("?") or not TABLE[words].endswith("？")] == []
    assert len(questions) > 5


def test_the_share_of_momentum_has_one_name_everywhere() -> None:
    """ν of the point, of the methods that have one, and of the plane's axes."""
    named = {field.label.lower() for kind in kinds() for field in declared_fields(kind).values() if field.symbol == "ν"}
    assert named == {"momentum share"}
    assert TABLE["momentum share"] == TABLE["Momentum share"] == "モーメンタムの割合"


def test_help_is_one_short_sentence() -> None:
    assert {text: len(text) for text in HELP if len(text) > LONGEST_HELP} == {}


def test_labels_and_titles_are_noun_phrases_in_sentence_case() -> None:
    """No full stop, and no capital within but names (Theorem 5, SGD, a symbol); a page's question is no label."""
    names = {"Hessian", "Nesterov", "Adam", "Theorem", "Lyapunov", "Thm"}
    wrong = {
        text
        for text in LABELS | TITLES
        if text.endswith(".")
        or any(re.fullmatch("[A-Z][a-z]+", word) and word not in names for word in text.split()[1:])
    }
    assert wrong == set()
