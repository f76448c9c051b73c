"""Data sets: those that the program brings with it, and those of a folder of the user's."""

from __future__ import annotations

from .archive import DataError
from .digits import digits
from .image_set import ImageSet, NotBundledError, folder_of_images, load_images

__all__ = ["DataError", "ImageSet", "NotBundledError", "digits", "folder_of_images", "load_images"]
