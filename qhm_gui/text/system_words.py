"""Why the system does not do what was asked of a file or a disk, in the language in force: it says so in English."""

from __future__ import annotations

from qhm_gui.text.language import tr

#: What Linux, macOS and Windows say of what people meet; these have a Japanese row. Others stay as they are said.
REASONS = (
    "Permission denied",
    "Operation not permitted",
    "No such file or directory",
    "Is a directory",
    "Not a directory",
    "File exists",
    "Directory not empty",
    "File name too long",
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Read-only file system",
    "Input/output error",
    "Device or resource busy",
    "Resource busy",
    "Too many open files",
    "Too many levels of symbolic links",
    "Invalid argument",
    "Stale file handle",
    "Broken pipe",
    "Connection refused",
    "Connection timed out",
    "No route to host",
)


def reason_of(error: OSError) -> str:
    """The reason of a fault, without the name of the file."""
    return tr(error.strerror) if error.strerror else str(error)
