"""What is said of a file of the program's own that is missing or damaged."""

from __future__ import annotations

from qhm_gui.text.language import tr
from qhm_gui.text.refusals import refusal_sentence
from qhm_math.checks import ParameterError
from qhm_math.resource_files import DataError, ResourceError


def no_digits_words() -> tuple[str, str]:
    """What stands in place of a picture that is trained on the bundled digits, where they cannot be read."""
    file = tr("The file {file} is missing or damaged: install QHM Explorer again.", file="digits.npz")
    return tr("There are no digits to train on"), file


def fault_words(error: Exception) -> str:
    """The sentence of a fault of a sweep or its data, in the language in force where its words are known."""
    from qhm_math.data import NotBundledError  # these import much
    from qhm_math.experiments.error import SweepError

    if isinstance(error, SweepError):
        return tr(error.sentence, **error.values)
    if isinstance(error, ResourceError):
        return resource_sentence(error)
    if isinstance(error, NotBundledError):
        words = "{name} is not bundled: open {file} of it, or drop its folder on the window."
        return tr(words, name=error.name, file=error.files)
    if isinstance(error, DataError):
        return tr(error.sentence, **error.values)
    return refusal_sentence(error) if isinstance(error, ParameterError) else str(error)


def resource_sentence(error: ResourceError) -> str:
    """One sentence in the language in force: which file, and what to do."""
    if error.fault == "missing":
        return tr("The program's own file {file} is missing: install QHM Explorer again.", file=error.file)
    return tr("The program's own file {file} is damaged: install QHM Explorer again.", file=error.file)
