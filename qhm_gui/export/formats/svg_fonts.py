"""The glyphs that an SVG's texts need, as WOFF2 within it: what needs fontTools and Brotli, which are optional."""

from __future__ import annotations

import base64
import importlib.util
import io
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from qhm_gui.appearance.assets import FONTS
from qhm_gui.export.error import ExportError
from qhm_gui.export.formats.svg_shapes import Shape
from qhm_gui.export.formats.svg_text import face_of, families, words_of
from qhm_gui.text.language import tr

#: Module -> package, as in the extra ``fonts``.
PACKAGES = {"fontTools": "fonttools", "brotli": "brotli"}
_FAMILIES = {"Inter": "Inter", "Inter Display": "InterDisplay", "Noto Sans JP": "NotoSansJP"}
_WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}


def require() -> None:
    """ExportError, saying what to install, where a package is missing."""
    missing = [package for module, package in PACKAGES.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise ExportError(tr("Text in an SVG needs packages: pip install {packages}", packages=" ".join(missing)))


def font_faces(texts: Iterable[Shape]) -> str:
    """The rules of CSS that give the texts their glyphs, of the bundled fonts that they are drawn in."""
    require()
    needed: dict[tuple[str, int, bool], set[str]] = {}
    for part in texts:
        face = face_of(part)
        for letter in words_of(part):
            for family in families(part):
                if family in _FAMILIES and ord(letter) in _characters(family):
                    needed.setdefault((family, int(face.weight()), face.italic()), set()).add(letter)
                    break
    files: dict[tuple[str, Path], set[str]] = {}
    for (family, weight, italic), letters in needed.items():
        files.setdefault((family, _file(family, weight, italic)), set()).update(letters)
    return "".join(_rule(family, path, "".join(sorted(letters))) for (family, path), letters in sorted(files.items()))


def _rule(family: str, path: Path, letters: str) -> str:
    style = path.stem.partition("-")[2]
    weight = _WEIGHTS[style.removesuffix("Italic") or "Regular"]
    slope = "italic" if style.endswith("Italic") else "normal"
    content = base64.b64encode(_subset(path, letters)).decode()
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{slope};"
        f"src:url(data:font/woff2;base64,{content}) format('woff2')}}"
    )


def _file(family: str, weight: int, italic: bool) -> Path:
    """The bundled file nearest in weight, upright where the family has no italic."""
    files = sorted(FONTS.glob(f"{_FAMILIES[family]}-*.otf"))
    slanted = [path for path in files if path.stem.endswith("Italic") == italic] or files
    return min(slanted, key=lambda path: abs(_WEIGHTS[_style(path).removesuffix("Italic") or "Regular"] - weight))


def _style(path: Path) -> str:
    return path.stem.partition("-")[2]


@cache
def _characters(family: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingImports]

    with TTFont(FONTS / f"{_FAMILIES[family]}-Regular.otf", lazy=True) as font:
        return frozenset(font.getBestCmap() or {})


@lru_cache(maxsize=32)
def _subset(path: Path, letters: str) -> bytes:
    """The font with these letters only, kerning included."""
    from fontTools import subset  # pyright: ignore[reportMissingImports]
    from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingImports]

    cutter = subset.Subsetter(subset.Options(hinting=False, notdef_outline=True, layout_features=["*"]))
    cutter.populate(text=letters)
    content = io.BytesIO()
    with TTFont(path, recalcTimestamp=False) as font:
        cutter.subset(font)
        font.flavor = "woff2"
        font.save(content)
    return content.getvalue()
