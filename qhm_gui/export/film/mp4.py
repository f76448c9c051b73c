"""MP4 with H.264, by PyAV: what slides, browsers and chats play. The same frames give the same bytes."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QImage

from qhm_gui.export.film.writer import FilmError, FilmLook
from qhm_gui.text.language import tr

#: Two threads whatever the machine has: their number shows in the bytes.
_THREADS = 2
#: 0 to 51, smaller is better; at 18 thin lines on a plain ground show no blocks.
_QUALITY = "18"


class Mp4Writer:
    """Frames to H.264 in the colours of HDTV, as players take them to be."""

    def __init__(self, path: Path, look: FilmLook) -> None:
        import av
        from av.error import FFmpegError
        from av.video.reformatter import ColorRange, Colorspace

        self._look = look
        self._frame = av.VideoFrame
        self._failure = FFmpegError
        self._colours = {"dst_colorspace": Colorspace.ITU709, "dst_color_range": ColorRange.MPEG}
        try:
            av.Codec("libx264", "w")
        except FFmpegError:
            raise FilmError(tr("This PyAV cannot write H.264: the one from PyPI can.")) from None
        flags = {"movflags": "+faststart", "fflags": "+bitexact"}  # the index in front; no version of the library
        with self._as_os_error():
            self._file = av.open(str(path), "w", format="mp4", options=flags)
        self._file.metadata["comment"] = look.note
        options = {"crf": _QUALITY, "preset": "veryfast", "tune": "animation"}
        stream = self._file.add_stream("libx264", rate=look.rate, options=options)
        stream.width, stream.height, stream.pix_fmt = look.width, look.height, "yuv420p"
        context = stream.codec_context
        context.thread_count = _THREADS
        context.color_primaries = context.color_trc = context.colorspace = 1  # ITU-R BT.709
        context.color_range = 1
        self._stream: Any = stream
        self._count = 0

    def add(self, image: QImage) -> None:
        """One more frame."""
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
        pixels = np.ascontiguousarray(pixels[:, : image.width()])
        frame = self._frame.from_numpy_buffer(pixels, format="bgra").reformat(format="yuv420p", **self._colours)
        frame.pts = self._count
        self._count += 1
        with self._as_os_error():
            self._file.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what the encoder still holds, and the index."""
        with self._as_os_error():
            self._file.mux(self._stream.encode(None))
            self._file.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        with contextlib.suppress(OSError), self._as_os_error():
            self._file.close()

    @contextlib.contextmanager
    def _as_os_error(self) -> Iterator[None]:
        """A full disk is an OSError, whichever library meets it."""
        try:
            yield
        except self._failure as error:
            raise OSError(error.errno or errno.EIO, error.strerror or str(error)) from None
