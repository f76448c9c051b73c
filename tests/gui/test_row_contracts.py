"""Every row of every table keeps the contract of its table: a test names the row that does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qhm_gui.appearance.theme import METHOD_LOOKS, THEMES
from qhm_gui.export import EXPORTERS
from qhm_gui.export.film.film import FILMS
from qhm_gui.export.options import PRESETS, ExportOptions
from qhm_gui.files import session
from qhm_gui.files.provenance import is_export
from qhm_gui.state.options.compare import CompareOptions, Entry
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import FIGURES
from qhm_gui.state.state import ALL_LOSSES, State, changed
from qhm_gui.text.row_words import RowChoices, example_of, summary_of, title_of
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View
from qhm_math.declared import declared_fields
from qhm_math.losses import FINITE_SUMS, FiniteSum
from qhm_math.methods import METHODS
from qhm_math.noise import NOISES

TABLE: dict[str, str] = json.loads(
    (Path(__file__).resolve().parents[2] / "resources/translations/ja.json").read_text(encoding="utf-8")
)
#: What a state can hold: how it is put there.
HELD: dict[str, tuple[Any, Any]] = {
    "loss": (ALL_LOSSES, lambda one: {"loss": one}),
    "noise": (NOISES, lambda one: {"noise": one}),
    "method": (METHODS, lambda one: {"compare": CompareOptions(entries=(Entry(one),))}),
}
KINDS = [pytest.param(what, table, key, id=f"{what}-{key}") for what, (table, _) in HELD.items() for key in table]


@pytest.mark.parametrize(("what", "table", "key"), KINDS)
def test_a_loss_noise_or_method(what: str, table: Any, key: str) -> None:
    kind = table[key]
    assert kind.key == key
    assert kind.title and title_of(kind) == kind.title
    assert kind.summary and summary_of(kind) == kind.summary, f"the {what} {key} has no summary"
    assert kind.summary in TABLE, f"the summary of the {what} {key} has no Japanese: {kind.summary}"
    for name, field in declared_fields(kind).items():
        assert field.label in TABLE, f"{key}.{name}: {field.label}"
        assert not field.help or field.help in TABLE, f"{key}.{name}: {field.help}"
    example = example_of(kind)
    assert type(example) is kind
    assert example == example_of(kind) and hash(example) == hash(example_of(kind))
    state = changed(State(), HELD[what][1](example))
    assert session.load(session.dump(state)) == state


@pytest.mark.parametrize("what", HELD)
def test_no_two_rows_have_one_word(what: str) -> None:
    table = HELD[what][0]
    for word in (title_of, summary_of):
        words = [word(kind) for kind in table.values()]
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("key", FINITE_SUMS)
def test_a_finite_sum(key: str) -> None:
    assert isinstance(example_of(FINITE_SUMS[key]), FiniteSum)
    assert declared_fields(FINITE_SUMS[key])["batch"].kind == "integer"


@pytest.mark.parametrize("key", VIEWS)
def test_a_view(key: str) -> None:
    view = VIEWS[key]
    assert issubclass(view, View) and view.key == key and view.title in TABLE
    assert not getattr(view, "__abstractmethods__", ())
    pages = [row.key for row in PAGES.values() if key in (*row.views, *row.alone)]
    assert len(pages) == 1, f"the view {key} stands on {pages}"
    for option in view.options:
        assert not option.caption or option.caption in TABLE


@pytest.mark.parametrize("key", PAGES)
def test_a_page(key: str) -> None:
    row = PAGES[key]
    assert row.key == key and row.title in TABLE and row.views
    assert set(row.views) | set(row.alone) <= set(VIEWS) and set(row.tall) <= set(row.views)
    for words in (row.question, row.lead):
        assert not words or words in TABLE
    assert not row.options or hasattr(State(), row.options)
    presets = presets_of(key)
    assert len({preset for preset, _, _ in presets}) == len(presets)
    for _, title, changes in presets:
        assert title in TABLE
        assert changed(State(), changes) == changed(changed(State(), changes), changes)


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure(key: str) -> None:
    row = FIGURES[key]
    assert row.key == key and key.startswith("figure-")
    assert row.view in (*PAGES[row.page].views, *PAGES[row.page].alone)
    for words in (row.title, row.heading, row.note):
        assert not words or words in TABLE
    assert session.load(session.dump(row.state)) == row.state


@pytest.mark.parametrize("table", [EXPORTERS, FILMS], ids=["export", "film"])
def test_a_format(table: dict[str, Any], tmp_path: Path) -> None:
    for key, row in table.items():
        assert row.key == key and key.isalnum() and row.title
        (tmp_path / f"a.{key}").write_bytes(b"of a writer that is not known yet")
        assert is_export(tmp_path / f"a.{key}"), f"provenance.py does not read a file of the format {key} back"


@pytest.mark.parametrize("key", PRESETS)
def test_a_size(key: str) -> None:
    assert PRESETS[key].key == key and PRESETS[key].words in TABLE
    assert not ExportOptions(size=key).refused


@pytest.mark.parametrize("key", METHOD_LOOKS)
def test_a_look(key: str) -> None:
    look = METHOD_LOOKS[key]
    assert look.key == key and look.name == METHODS[key].title
    for theme in THEMES.values():
        assert dict(theme.methods)[key] not in (theme.ink, theme.method("other"))
    assert [other.key for other in METHOD_LOOKS.values() if other.shape == look.shape] == [key]


def test_choices_are_the_table_as_it_is_now() -> None:
    table: dict[str, Any] = {"pdf": EXPORTERS["pdf"]}
    choices = RowChoices(table, title_of, ("custom", "custom"))
    assert list(choices) == [("pdf", "PDF"), ("custom", "custom")] and len(choices) == 2
    table["png"] = EXPORTERS["png"]
    assert choices[1] == ("png", "PNG") and ("custom", "custom") in choices
