"""All that a figure depends on besides the state: what of it is shown, how it looks, what is written around it.

It travels with the state in every exported file, so that the same figure can be made from the file again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from qhm_gui.export.options import ExportOptions
from qhm_gui.text.language import LANGUAGES, tr
from qhm_gui.text.symbols import LETTERS
from qhm_gui.views import VIEWS
from qhm_math.declared import ParameterError

#: Longest text that is taken from a file.
_LONGEST = 10_000
#: What a file's ending says, and what only says how the last file was asked for.
_NOT_CARRIED = ("kind",)


class RecipeError(ValueError):
    """What a file says of its figure cannot be followed; ``str()`` is one sentence for the user."""


@dataclass(frozen=True)
class Words:
    """What is written around a figure, markup; None takes the view's own."""

    title: str | None = None
    subtitle: str | None = None
    caption: str = ""


@dataclass(frozen=True)
class Recipe:
    """``view`` is the key of the one view that is shown; '' is the page of the state."""

    view: str = ""
    options: ExportOptions = field(default_factory=ExportOptions)
    words: Words = field(default_factory=Words)
    language: str = "en"
    letter: str = "nu"  # of the momentum share

    def to_fields(self) -> dict[str, Any]:
        """What JSON can hold of it; what is as usual is left out."""
        usual = asdict(ExportOptions())
        options = {k: v for k, v in asdict(self.options).items() if k not in _NOT_CARRIED and v != usual[k]}
        given = asdict(self.words).items()
        words = {name: text for name, text in given if text is not None and (text or name != "caption")}
        found: dict[str, Any] = {"view": self.view, "language": self.language}
        if self.letter != "nu":
            found["letter"] = self.letter
        return found | {name: part for name, part in (("look", options), ("words", words)) if part}


def recipe_from(found: Mapping[str, Any]) -> Recipe:
    """What :meth:`Recipe.to_fields` told. RecipeError, with a sentence, for anything else."""
    view, language = found.get("view", ""), found.get("language", "en")
    look, words, letter = found.get("look", {}), found.get("words", {}), found.get("letter", "nu")
    if not (view == "" or (isinstance(view, str) and view in VIEWS)):
        raise _unknown("view", view)
    if language not in LANGUAGES:
        raise _unknown("language", language)
    if letter not in LETTERS:
        raise _unknown("letter", letter)
    known = {each.name for each in fields(ExportOptions)} - set(_NOT_CARRIED)
    if not isinstance(look, dict) or (unknown := [name for name in look if name not in known]):
        raise _unknown("look", look if not isinstance(look, dict) else unknown[0])
    names = [each.name for each in fields(Words)]
    if not isinstance(words, dict) or not all(
        name in names and isinstance(text, str) and len(text) <= _LONGEST for name, text in words.items()
    ):
        raise _unknown("words", words)
    try:
        return Recipe(view, ExportOptions(**look), Words(**words), str(language), str(letter))
    except ParameterError as error:
        raise _unknown(error.name, error.value) from None
    except (TypeError, ValueError):
        raise _unknown("look", look) from None


def _unknown(name: str, value: object) -> RecipeError:
    sentence = "This figure was made with something that this program does not know: {name} = {value}."
    shown = "".join(sign if sign.isprintable() else "·" for sign in str(value)[:40])
    return RecipeError(tr(sentence, name=name, value=shown))
