"""GIF, by Pillow: plays everywhere, for ever. The same frames give the same bytes.

A frame holds just the pixels that differ from the one before, in 255 colours of their own: what stands still never
flickers, and stays small. Frames are written as they come.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from qhm_gui.export.film.writer import FilmLook

_COLOURS = 255
_TRANSPARENT = 255  # the number after those
_EXACT = 128


class GifWriter:
    """Frames to a GIF that plays again and again."""

    def __init__(self, path: Path, look: FilmLook) -> None:
        self._look = look
        self._file = path.open("wb")
        self._before: NDArray[np.uint32] | None = None
        self._waiting: tuple[Any, tuple[int, int]] | None = None
        self._count = 0
        self._shown = 0

    def add(self, image: QImage) -> None:
        """One more frame. A frame without any change makes the one before stay longer."""
        across = image.bytesPerLine() // 4
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), across)[:, : image.width()]
        self._count += 1
        if self._before is None:
            differs = np.ones(pixels.shape, dtype=bool)
        else:
            differs = pixels != self._before
            if not differs.any():
                return
        self._flush(self._count - 1)
        rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
        place = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        self._waiting = _reduced(pixels[place], differs[place]), (int(columns[0]), int(rows[0]))
        self._before = pixels.copy()

    def close(self) -> None:
        """Write the last frame and the end."""
        self._flush(self._count)
        self._file.write(b";")
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.close()

    def _flush(self, frames: int) -> None:
        """Write the frame that waited to know how long it stays: until ``frames`` frames are over."""
        from PIL import GifImagePlugin

        if self._waiting is None:
            return
        picture, offset = self._waiting
        end = round(100 * frames / self._look.rate)  # GIF counts hundredths; their sum stays right
        if self._shown == 0 and self._file.tell() == 0:
            header, _ = GifImagePlugin.getheader(picture.copy(), info={"loop": 0, "comment": self._look.note})
            for part in header:
                self._file.write(part)
        stays = 10 * (end - self._shown)
        parts = GifImagePlugin.getdata(
            picture, offset, duration=stays, transparency=_TRANSPARENT, disposal=1, include_color_table=True
        )
        for part in parts:
            self._file.write(part)
        self._shown = end


def _reduced(pixels: NDArray[np.uint32], differs: NDArray[np.bool_]) -> Any:
    """A picture in 255 colours of the pixels that differ, the others transparent."""
    from PIL import Image

    colours, which, counts = np.unique(pixels[differs], return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    # Grounds and thick lines keep their very colour; the others share what is left, rare ones as well as frequent ones.
    shades = order[_EXACT:]
    mapped = np.empty(len(colours), dtype=np.uint8)
    mapped[order[:_EXACT]] = np.arange(len(order[:_EXACT]))
    palette = _image(colours[order[:_EXACT]]).tobytes()
    if len(shades):
        few = _image(colours[shades]).quantize(_COLOURS - _EXACT, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        mapped[shades] = _EXACT + np.asarray(few)[0]
        palette += bytes((few.getpalette() or [])[: 3 * (_COLOURS - _EXACT)])
    palette += bytes(3 * (_COLOURS + 1) - len(palette))
    indices = np.full(differs.shape, _TRANSPARENT, dtype=np.uint8)
    indices[differs] = mapped[which]
    picture = Image.fromarray(indices)
    picture.putpalette(palette)
    return picture


def _image(colours: NDArray[np.uint32]) -> Any:
    """Colours of a QImage side by side, as a picture of Pillow's."""
    from PIL import Image

    rgb = colours.view(np.uint8).reshape(1, -1, 4)[..., 2::-1]  # blue comes first in memory
    return Image.fromarray(np.ascontiguousarray(rgb))
