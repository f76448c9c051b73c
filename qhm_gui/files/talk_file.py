"""A talk: a readable file of steps, each with its words in one or two languages, its pictures and their state.

One versioned JSON object. It is only ever read as data: words are shown as they are, states are read as sessions are,
and what the program does not know is refused in a sentence. The built-in talk is such a file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qhm_gui.files import session
from qhm_gui.files.atomic import write_atomically
from qhm_gui.files.older import upgraded
from qhm_gui.files.reading import MOST_OBJECTS, parse_json, read_at_most, read_text
from qhm_gui.files.session import SessionError, fields_of, state_of
from qhm_gui.state.pages import PAGES, view_keys
from qhm_gui.state.state import State, declared_at
from qhm_gui.text.help_words import pictures
from qhm_gui.text.language import LANGUAGES, language, tr
from qhm_gui.text.resource_words import resource_sentence
from qhm_gui.text.symbols import lettered
from qhm_math.declared import ParameterError
from qhm_math.resource_files import ResourceError, resource_text, resources

VERSION = 1
BUILT_IN = resources() / "talk" / "talk.json"
MOST_BYTES = 4_000_000
MOST_STEPS = 200
#: Different typed losses at most: looking for the minima of one takes some tenths of a second.
MOST_TYPED = 20
#: Longest title, longest text, and the most pictures of a step.
LONGEST_TITLE, LONGEST_TEXT, MOST_VIEWS = 200, 4000, 3
#: Answers between which the room chooses, and states that a step goes on to.
MOST_ANSWERS, MOST_STOPS = 6, 12
_MOST_MINUTES = 600.0
_MOST_STEPS = 1_000_000
#: The questions of the talk, which the rail shows; 0 is none of them.
QUESTIONS = ("Does it converge?", "How fast?", "How good?")

Words = Mapping[str, str]


class TalkError(ValueError):
    """A file that is no talk of ours; ``str()`` is one sentence for the user."""


@dataclass(frozen=True)
class Step:
    """One step: what is said, what is seen, and the state that its pictures begin with.

    ``title``, ``words``, ``notes``, ``ask`` and ``formula`` are texts by language ('en', 'ja'), and may have markup;
    one of a single language counts for both. ``question`` is 1 to 3 where the step belongs to one of
    :data:`QUESTIONS`. ``views`` are keys of canvases, ``slider`` the path of a field that one slider changes,
    ``playing`` whether the run plays, and ``playhead`` the step of it that is looked at, -1 for the end. ``ask``: the
    room guesses before it sees, by a click into the plot or, where there are ``answers``, by one of those. ``typeset``
    names a picture of the formula (:func:`~qhm_gui.text.help_words.pictures`), which then stands for the text.
    ``reveal``: its sentences come one by one. ``optional`` steps are told apart in the list of steps. ``page`` is one
    of the window's, to which a button leads. ``stops`` are further states of its pictures, each of which a press of a
    key goes on to; a file has of them what differs from ``state``.
    """

    title: Words
    words: Words = field(default_factory=dict)
    notes: Words = field(default_factory=dict)
    ask: Words = field(default_factory=dict)
    answers: tuple[Words, ...] = ()
    formula: Words = field(default_factory=dict)
    typeset: str = ""
    minutes: float = 1.0
    question: int = 0
    views: tuple[str, ...] = ()
    slider: str = ""
    playing: bool = False
    playhead: int = -1
    optional: bool = False
    reveal: bool = False
    page: str = ""
    state: State = field(default_factory=State)
    stops: tuple[State, ...] = ()

    @property
    def states(self) -> tuple[State, ...]:
        """Its own state and then those of its stops."""
        return self.state, *self.stops


@dataclass(frozen=True)
class Talk:
    """The steps in order, under a title."""

    title: Words
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> float:
        """Planned, without the optional steps."""
        return sum(step.minutes for step in self.steps if not step.optional)


def answered(steps: Sequence[Step], index: int) -> frozenset[int]:
    """The questions whose last step lies before the one at ``index``."""
    last = {step.question: at for at, step in enumerate(steps) if not step.optional}
    return frozenset(question for question, at in last.items() if question and at < index)


def said(words: Words, spoken: str = "") -> str:
    """A text in a language (none: the one in force), or in the one there is."""
    spoken = spoken or language()
    return lettered(words.get(spoken) or next(iter(words.values()), ""))


def other(words: Words) -> str:
    """The same in the other language; '' where there is none."""
    return lettered(next((text for key, text in words.items() if key != language()), "")) if len(words) > 1 else ""


def built_in() -> Talk:
    """The talk that comes with the program. TalkError, with a sentence, where its file is missing or damaged."""
    try:
        return load(resource_text(BUILT_IN))
    except ResourceError as error:
        raise TalkError(resource_sentence(error)) from error
    except TalkError as error:
        raise TalkError(resource_sentence(ResourceError(BUILT_IN.name, "damaged"))) from error


def is_talk(path: Path) -> bool:
    """Whether a file is meant as a talk, well or damaged: a JSON object that says so, and is no session."""
    try:
        content = read_at_most(path, MOST_BYTES)
        document = parse_json(content.decode("utf-8-sig")) if b'"qhm_talk"' in content else None
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and "qhm_talk" in document and "qhm_explorer" not in document


def read(path: Path) -> Talk:
    """The talk in a file. TalkError, with a sentence."""
    return read_with_digest(path)[0]


def read_with_digest(path: Path) -> tuple[Talk, str]:
    """The talk in a file, and :func:`~qhm_gui.files.session.digest_of` what was read. TalkError."""
    too_large = tr("The file {name} is too large for a talk.", name=path.name)
    unreadable = tr("The file {name} cannot be read as a talk.", name=path.name)
    text, content = read_text(path, MOST_BYTES, TalkError, too_large, unreadable)
    return load(text), session.digest_of(content)


def load(text: str) -> Talk:
    """The talk of a JSON text. TalkError for anything that :func:`dump` did not write."""
    if text.count("{") + text.count("[") > MOST_OBJECTS:
        raise TalkError(tr("This talk has more parts than the program reads."))
    try:
        document = parse_json(text)
    except ValueError:
        raise TalkError(tr("This is not a talk of QHM Explorer: it is not JSON.")) from None
    version = document.get("qhm_talk") if isinstance(document, dict) else None
    if type(version) is not int:
        raise TalkError(tr("This is not a talk of QHM Explorer: it has no version."))
    if version != VERSION:
        sentence = "This talk has version {version}; this program reads version {newest}."
        raise TalkError(tr(sentence, version=str(version)[:20], newest=VERSION))
    _known(document, ("qhm_talk", "sessions", "title", "steps"), tr("This talk"))
    states, steps = document.get("sessions", session.VERSION), document.get("steps")
    if type(states) is not int or not 1 <= states <= session.VERSION:
        sentence = "This talk has sessions of version {version}; this program reads versions 1 to {newest}."
        raise TalkError(tr(sentence, version=str(states)[:20], newest=session.VERSION))
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST_STEPS:
        raise TalkError(tr("A talk must have from 1 to {most} steps.", most=MOST_STEPS))
    if len({text for step in steps for text in _typed(step)}) > MOST_TYPED:
        raise TalkError(tr("A talk can have at most {most} different typed losses.", most=MOST_TYPED))
    title = _words(document, "title", tr("This talk"), LONGEST_TITLE)
    return Talk(title, tuple(_step(each, number, states) for number, each in enumerate(steps, 1)))


def _typed(step: Any) -> Iterator[str]:
    """The texts of the typed losses of a step."""
    stops = step.get("stops") if isinstance(step, dict) else None
    for state in [step.get("state"), *(stops if isinstance(stops, list) else [])] if isinstance(step, dict) else []:
        loss = state.get("loss") if isinstance(state, dict) else None
        text = loss.get("text") if isinstance(loss, dict) else None
        if isinstance(text, str) and text:
            yield text


def _step(found: Any, number: int, sessions: int) -> Step:
    where = tr("Step {number} of this talk", number=number)
    if not isinstance(found, dict):
        raise TalkError(tr("{where} is no object.", where=where))
    _known(found, tuple(Step.__dataclass_fields__), where)
    if not isinstance(found.get("state"), dict):
        raise TalkError(tr("{where} has no session: its field {name} must be an object.", where=where, name="state"))
    stops = found.get("stops", [])
    if not isinstance(stops, list) or len(stops) > MOST_STOPS or not all(isinstance(stop, dict) for stop in stops):
        sentence = "{where}: its field {name} must be a list of at most {most} objects."
        raise TalkError(tr(sentence, where=where, name="stops", most=MOST_STOPS))
    try:
        state = state_of(upgraded(found["state"], sessions))
        usual = fields_of(state) if stops else {}
        states = tuple(state_of(_merged(usual, upgraded(stop, sessions))) for stop in stops)
    except SessionError as error:
        raise TalkError(tr("{where}: {sentence}", where=where, sentence=error)) from None
    views = found.get("views", [])
    if not isinstance(views, list) or len(views) > MOST_VIEWS:
        raise TalkError(tr("{where} can have at most {most} canvases.", where=where, most=MOST_VIEWS))
    for view in views:
        if not isinstance(view, str) or view not in view_keys():
            sentence = "{where} has a canvas that this program does not know: {name}."
            raise TalkError(tr(sentence, where=where, name=_short(view)))
    words, notes, ask = (_words(found, name, where, LONGEST_TEXT) for name in ("words", "notes", "ask"))
    answers = found.get("answers", [])
    if not isinstance(answers, list) or len(answers) > MOST_ANSWERS:
        raise TalkError(tr("{where} can have at most {most} answers.", where=where, most=MOST_ANSWERS))
    said_of = [_words({"answers": each}, "answers", where, LONGEST_TITLE) for each in answers]
    if not all(said_of):
        raise TalkError(tr("{where} has an answer without words.", where=where))
    minutes, question = found.get("minutes", 1.0), found.get("question", 0)
    if not isinstance(minutes, int | float) or isinstance(minutes, bool) or not 0 <= minutes <= _MOST_MINUTES:
        sentence = "{where}: minutes = {value} must be from 0 to {most}."
        raise TalkError(tr(sentence, where=where, value=_short(minutes), most=f"{_MOST_MINUTES:g}"))
    if type(question) is not int or not 0 <= question <= len(QUESTIONS):
        sentence = "{where}: question = {value} must be from 0 to {most}."
        raise TalkError(tr(sentence, where=where, value=_short(question), most=len(QUESTIONS)))
    formula = _words(found, "formula", where, LONGEST_TITLE)
    typeset, playhead = found.get("typeset", ""), found.get("playhead", -1)
    if typeset != "" and typeset not in tuple(pictures()):
        sentence = "{where} has a formula that this program does not know: {name}."
        raise TalkError(tr(sentence, where=where, name=_short(typeset)))
    if type(playhead) is not int or not -1 <= playhead <= _MOST_STEPS:
        sentence = "{where}: playhead = {value} must be from −1 to {most}."
        raise TalkError(tr(sentence, where=where, value=_short(playhead), most=_MOST_STEPS))
    playing, optional, reveal = (_switch(found, name, where) for name in ("playing", "optional", "reveal"))
    title = _words(found, "title", where, LONGEST_TITLE)
    if not title:
        raise TalkError(tr("{where} has no title.", where=where))
    page = found.get("page", "")
    if page != "" and page not in tuple(PAGES):
        sentence = "{where} leads to a page that this program does not know: {name}."
        raise TalkError(tr(sentence, where=where, name=_short(page)))
    slider = _slider(found.get("slider", ""), state, where)
    return Step(title, words, notes, ask, tuple(said_of), formula, typeset, float(minutes), question,
                tuple(dict.fromkeys(views)), slider, playing, playhead, optional, reveal, str(page), state,
                states)  # fmt: skip


def _merged(fields: Any, changes: Any) -> Any:
    """Fields of a state with others in their place; those of another kind stand alone."""
    same = isinstance(fields, dict) and isinstance(changes, dict)
    if not same or changes.get("kind", fields.get("kind")) != fields.get("kind"):
        return changes
    return {**fields, **{name: _merged(fields.get(name), value) for name, value in changes.items()}}


def _difference(fields: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """What :func:`_merged` makes ``others`` of."""
    found: dict[str, Any] = {}
    for name, value in others.items():
        before = fields.get(name)
        if value == before:
            continue
        if isinstance(value, dict) and isinstance(before, dict) and value.get("kind") == before.get("kind"):
            found[name] = _difference(before, value)
        else:
            found[name] = value
    return found


def _switch(found: Mapping[str, Any], name: str, where: str) -> bool:
    """A field that is true or false, and false where it is not there."""
    value = found.get(name, False)
    if not isinstance(value, bool):
        sentence = "{where}: {name} = {value} must be true or false."
        raise TalkError(tr(sentence, where=where, name=name, value=_short(value)))
    return value


def _slider(path: Any, state: State, where: str) -> str:
    """The path of a field that a slider can move; '' for none."""
    if path == "":
        return ""
    try:
        if isinstance(path, str) and path and slider_range(state, path) is not None:
            return path
    except (ParameterError, AttributeError, KeyError, ValueError, IndexError, TypeError):
        pass
    sentence = "{where} has a slider that this program does not know: {name}."
    raise TalkError(tr(sentence, where=where, name=_short(path)))


def slider_range(state: State, path: str) -> tuple[float, float] | None:
    """From where to where a slider of this field goes; None where the field has no ends."""
    declared = declared_at(state, path)
    low, high = declared.slider or (declared.low, declared.high)
    if declared.kind == "choice" or not (math.isfinite(low) and math.isfinite(high)):
        return None
    return float(low), float(high)


def _words(found: Mapping[str, Any], name: str, where: str, longest: int) -> dict[str, str]:
    """A text in one or two languages; a plain text counts for each."""
    given = found.get(name, {})
    if isinstance(given, str):
        given = {"en": given}
    fits = isinstance(given, dict) and all(
        key in LANGUAGES and isinstance(text, str) and len(text) <= longest for key, text in given.items()
    )
    if not fits:
        sentence = "{where}: {name} must be a text of at most {most} characters in each of {languages}."
        raise TalkError(tr(sentence, where=where, name=name, most=longest, languages=", ".join(LANGUAGES)))
    return {key: text for key, text in given.items() if text}


def _known(found: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(found) - set(names))
    if unknown:
        sentence = "{where} has a field that this program does not know: {name}."
        raise TalkError(tr(sentence, where=where, name=_short(unknown[0])))


def _short(value: object) -> str:
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value)[:41])
    return text if len(text) <= 40 else text[:39] + "…"


def dump(talk: Talk) -> str:
    """The talk as JSON that people can read and write."""
    document = {
        "qhm_talk": VERSION,
        "sessions": session.VERSION,
        "title": dict(talk.title),
        "steps": [_fields(step) for step in talk.steps],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _fields(step: Step) -> dict[str, Any]:
    """Of what is as usual nothing but the state is written."""
    usual = Step({})
    found: dict[str, Any] = {"title": dict(step.title)}
    for name in Step.__dataclass_fields__:
        value = getattr(step, name)
        if name not in ("title", "state", "stops") and value != getattr(usual, name):
            found[name] = _plain(value)
    found["state"] = fields_of(step.state, short=True)
    if step.stops:
        found["stops"] = [_difference(fields_of(step.state), fields_of(stop)) for stop in step.stops]
    return found


def _plain(value: Any) -> Any:
    """A value of a step as JSON has it."""
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def write(path: Path, talk: Talk) -> str:
    """Write atomically. OSError. Returns the digest of what was written."""
    content = dump(talk).encode("utf-8", "backslashreplace")
    write_atomically(path, content)
    return session.digest_of(content)
