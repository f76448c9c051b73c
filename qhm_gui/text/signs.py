"""The characters that a text for a file may hold."""

from __future__ import annotations

import unicodedata


def is_storable(sign: str) -> bool:
    """Whether XML, and so PDF and SVG, can hold a character: no control character but the end of a line."""
    return sign == "\n" or not (unicodedata.category(sign) in ("Cc", "Cs") or sign in "\ufffe\uffff")


def storable(text: str) -> str:
    """The text without the characters that no file can hold; they are not seen anyway."""
    return "".join(sign for sign in text if is_storable(sign))
