"""SVG: vectors, and text that stays text.

Qt writes SVG 1.1 with clips and plain strokes. What it leaves to chance is mended afterwards: a reader without our
fonts gets the next best ones, and every text keeps its width.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtSvg import QSvgGenerator

from qhm_gui.appearance.theme import FAMILIES, font
from qhm_gui.canvas import markup
from qhm_gui.export.figure import Sheet
from qhm_gui.files.carried_text import NAMESPACE

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_WORDS = {"normal": 400, "bold": 700}


def svg_bytes(drawing: Sheet) -> bytes:
    """The drawing as an SVG file. The same figure gives the same bytes."""
    width, height = drawing.size
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # Tiny 1.2, the default, has no clips
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRect(0, 0, width, height))
    generator.setTitle(markup.plain_text(drawing.title))
    generator.setDescription(markup.plain_text(drawing.subtitle))
    with QPainter(generator) as painter:
        drawing.paint(painter)
    buffer.close()
    return _mended(bytes(content.data()), width, height, drawing.stamp)


def _mended(content: bytes, width: int, height: int, state: str) -> bytes:
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    ElementTree.register_namespace("qhm", NAMESPACE)
    root = ElementTree.fromstring(content)
    root.set("width", str(width))  # Qt says millimetres, of a screen of its own
    root.set("height", str(height))
    metadata = ElementTree.Element(f"{{{_SVG}}}metadata")
    ElementTree.SubElement(metadata, f"{{{NAMESPACE}}}state").text = state
    root.insert(0, metadata)
    for text in root.iter(f"{{{_SVG}}}text"):
        _keep_width(text)
    for element in root.iter():
        if family := element.get("font-family"):
            element.set("font-family", ", ".join(dict.fromkeys([family, *FAMILIES])))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _keep_width(text: ElementTree.Element) -> None:
    """Say how wide the text is, and that its figures are all of one width."""
    weight = text.get("font-weight", "400")
    face = font(
        float(text.get("font-size", "12")),
        _WORDS.get(weight) or int(weight),
        italic=text.get("font-style") == "italic",
    )
    words = "".join(text.itertext())
    text.set("textLength", f"{QFontMetricsF(face).horizontalAdvance(words):.2f}")
    text.set("lengthAdjust", "spacingAndGlyphs")
    text.set("style", "font-feature-settings:'tnum'")
