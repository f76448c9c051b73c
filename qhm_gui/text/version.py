"""What the program is called, and its version: ``pyproject.toml`` reads it here."""

from __future__ import annotations

VERSION = "0.1.0"
PROGRAM = f"QHM Explorer {VERSION}"
