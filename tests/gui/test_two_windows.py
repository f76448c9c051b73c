"""Two windows on one file, and sessions that name what there is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel

from qhm_gui.files import session
from qhm_gui.files import state_text as statetext
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.session import SessionError
from qhm_gui.files.settings import data_folder, last_session
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.window.opening import find_beginning, origin_of
from qhm_gui.window.window import Window
from tests.gui.conftest import read
from tests.gui.test_documents import activate, choose, press, when_asked

MakeWindow = Callable[..., Window]


@pytest.fixture
def pair(make_window: MakeWindow, settle: Any, tmp_path: Path) -> tuple[Window, Window, Path]:
    """Two windows with the same file open; the first has changed and saved it, the second has changes of its own."""
    path = tmp_path / "talk.json"
    session.write(path, State(seed=1))
    windows = [make_window(keep_session=True) for _ in range(2)]
    for window in windows:
        window.files.open_file(path)
        read(window)
    one, two = windows
    one.store.update(alpha=0.25)
    assert one.files.save()
    two.store.update(beta=0.5)
    return one, two, path


def words(dialog: QDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def cancel_and_tell(seen: list[str], what: Callable[[Any], str]) -> Callable[[Any], None]:
    """Go back, and note something of the dialog."""

    def act(dialog: Any) -> None:
        seen.append(what(dialog))
        dialog.reject()

    return act


def test_the_last_save_does_not_win_without_a_word(pair: tuple[Window, Window, Path]) -> None:
    _, two, path = pair
    seen: list[str] = []
    when_asked(cancel_and_tell(seen, words))
    assert not two.files.save()
    assert "talk.json has been changed meanwhile" in seen[0]
    assert session.read(path).alpha == 0.25 and two.document.dirty  # nothing is done
    when_asked(press("Overwrite"))
    assert two.files.save()
    assert session.read(path).beta == 0.5 and session.read(path).alpha != 0.25
    two.store.update(beta=0.6)
    assert two.files.save() and session.read(path).beta == 0.6  # its own save is no change from outside


def test_both_are_kept_under_two_names(pair: tuple[Window, Window, Path], tmp_path: Path) -> None:
    _, two, path = pair

    def another(dialog: Any) -> None:
        when_asked(choose(tmp_path / "mine"))
        press("Save as…")(dialog)

    when_asked(another)
    assert two.files.save()
    assert session.read(path).alpha == 0.25 and session.read(tmp_path / "mine.json").beta == 0.5
    assert two.document.path == tmp_path / "mine.json"


def test_the_other_is_opened_and_mine_comes_back(pair: tuple[Window, Window, Path]) -> None:
    _, two, path = pair
    when_asked(press("Open the file"))
    assert not two.files.save()
    read(two)
    assert two.store.state.alpha == 0.25 and two.document.path == path and not two.document.dirty
    assert [session.read(kept.path).beta for kept in two.document.kept] == [0.5]
    assert "is kept, see Recent" in two.status.text()
    two.undo()
    assert two.store.state.beta == 0.5 and two.document.changed_outside
    two.redo()
    assert two.files.save()  # what is in the file was read: no question


def test_closing_asks_as_well(pair: tuple[Window, Window, Path]) -> None:
    _, two, path = pair

    def save(dialog: Any) -> None:
        when_asked(press("Cancel"))
        press("Save")(dialog)

    when_asked(save)
    two.close()
    assert two.isVisible() and session.read(path).alpha == 0.25


def test_a_session_after_a_crash_knows_what_its_file_was(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    digest = session.write(path, State())
    kept = session.Session(State(seed=5), file=str(path), digest=digest)
    assert session.load_session(session.dump(kept)) == kept
    session.write(path, State(seed=6))  # another window
    assert origin_of(kept).digest == digest != session.digest_in(path)


def test_a_deleted_file_is_written_again(pair: tuple[Window, Window, Path]) -> None:
    _, two, path = pair
    path.unlink()
    assert two.files.save() and session.read(path).beta == 0.5


@pytest.mark.parametrize("key", ["en", "ja"])
def test_the_question_fits_whatever_the_name(pair: tuple[Window, Window, Path], tmp_path: Path, key: str) -> None:
    _, two, _ = pair
    path = tmp_path / f"{'a rather long name ' * 5}.json"
    two.document.save(path)
    session.write(path, State(seed=8))
    two.use_language(key)
    fits: list[bool] = []

    def look(dialog: Any) -> None:
        fits.extend(button.width() >= button.sizeHint().width() for button in dialog.findChildren(TextButton))
        fits.extend(label.height() >= label.heightForWidth(label.width()) for label in dialog.findChildren(QLabel))
        dialog.reject()

    when_asked(look)
    two.files.save()
    assert len(fits) == 6 and all(fits)


# What there is not

NOWHERE: dict[str, tuple[Any, str]] = {
    "page": ("nowhere", f"page = nowhere is not allowed: it must be one of {', '.join(PAGES)}."),
    "expanded": ("nowhere", "expanded = nowhere is not allowed: it must be the key of a canvas, or empty."),
    "hidden": (["sgd", "nowhere"], "hidden = nowhere is not allowed: it must be one of sgd, shb, nag, qhm."),
}


@pytest.mark.parametrize("name", NOWHERE)
def test_a_session_that_names_what_there_is_not_is_refused(name: str, tmp_path: Path, window: Window) -> None:
    value, sentence = NOWHERE[name]
    document = json.loads(session.dump(State()))
    document["state"][name] = value
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    before = window.store.state
    window.files.open_file(path)
    read(window)
    assert window.store.state is before and window.status.text().startswith(sentence)
    with pytest.raises(SessionError, match="is not allowed"):
        session.state_of({name: value})
    beginning = find_beginning(path, Autosave(tmp_path / "unsaved"))
    assert beginning.failed and beginning.session.state == State()


@pytest.mark.slow
def test_every_page_and_canvas_there_is_can_be_named() -> None:
    for row in PAGES.values():
        for view in ("", *row.views, *row.alone):
            state = changed(State(), {"page": row.key, "expanded": view})
            assert session.load(session.dump(state)) == state == statetext.from_text(statetext.to_text(state))


def test_a_canvas_of_another_page_is_not_the_one_that_is_exported(make_window: MakeWindow, settle: Any) -> None:
    window = make_window(State(page="explore", expanded="race"), keep_session=True)
    settle(window)
    seen: list[str] = []
    when_asked(cancel_and_tell(seen, lambda dialog: dialog._scope))
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert seen == ["page"] and window.store.state.filling == ""
    activate(window)
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()


@pytest.mark.parametrize("answer", ["Cancel", "Discard", "Save as…"])
def test_an_untitled_session_that_cannot_be_kept_does_not_go_without_a_word(
    answer: str, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed on a full disk it was lost, though it is otherwise there again at the next start."""
    window, saved = make_window(keep_session=True), tmp_path / "elsewhere.json"
    window.show()
    window.store.update(alpha=0.125)
    whole = session.write_atomically

    def only_elsewhere(path: Path, *rest: Any, **more: Any) -> None:
        if path != saved:
            raise OSError(28, "No space left on device")
        whole(path, *rest, **more)

    monkeypatch.setattr(session, "write_atomically", only_elsewhere)
    monkeypatch.setattr("qhm_gui.dialogs.choose_file.file_to_save", lambda *_: saved)
    seen: list[str] = []

    def act(dialog: Any) -> None:
        seen.append(words(dialog))
        press(answer)(dialog)

    when_asked(act)
    assert window.close() == (answer != "Cancel")
    assert seen == ["The session cannot be kept: No space left on device. It is lost unless it is saved elsewhere."]
    assert saved.exists() == (answer == "Save as…")
    if answer == "Cancel":
        window.store.undo()  # nothing is lost of a state that nobody has changed
        assert window.close()


def test_an_untitled_session_is_written_once_where_the_window_is_closed(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it can be kept is known when it is kept."""
    window = make_window(keep_session=True)
    window.store.update(alpha=0.125)
    whole, written = session.write_atomically, []

    def noted(path: Path, *rest: Any, **more: Any) -> None:
        written.append(path)
        whole(path, *rest, **more)

    monkeypatch.setattr(session, "write_atomically", noted)
    assert window.close()
    assert written == [last_session()] and session.read(last_session()).alpha == 0.125
    assert not list((data_folder() / "unsaved").glob("*"))
