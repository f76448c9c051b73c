"""SVG: vectors; texts as outlines, which look alike in every program, or as texts with the letters that they need.

Qt writes SVG 1.1 with clips and plain strokes, and a group for every change of the painter. What it means is written
here anew (svg_shapes.py), with the size in millimetres, the words and the state.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from functools import partial
from zlib import crc32

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from qhm_gui.drawing import markup
from qhm_gui.drawing.painted_images import painted_images, put_in
from qhm_gui.drawing.painted_texts import PaintedText, painted_texts
from qhm_gui.export.figure import UNIT_M, Sheet
from qhm_gui.export.formats import svg_fonts, svg_text
from qhm_gui.export.formats.svg_shapes import SVG, Page, elements, number, read
from qhm_gui.export.work import Work, at_once
from qhm_gui.files.carried_text import NAMESPACE
from qhm_gui.text.language import language
from qhm_gui.text.signs import storable
from qhm_gui.text.version import PROGRAM

_XLINK = "http://www.w3.org/1999/xlink"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PREFIXES = {"": SVG[1:-1], "xlink": _XLINK, "qhm": NAMESPACE, "rdf": _RDF, "dc": _DC}


def svg_bytes(drawing: Sheet) -> bytes:
    """The drawing as an SVG file. The same figure gives the same bytes.

    Its texts are outlines, or text with the glyphs of the bundled fonts in the file; ExportError where the packages for
    that are missing.
    """
    return at_once(svg_work(drawing))


def svg_work(drawing: Sheet) -> Work:
    """The same in pieces."""
    if drawing.text == "text":
        svg_fonts.require()
    width, height = drawing.size
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # Tiny 1.2, the default, has no clips
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRect(0, 0, width, height))
    texts: list[PaintedText] = []
    images: list[QImage] = []
    with QPainter(generator) as painter:
        for part in drawing.parts():
            with painted_images(images), painted_texts() as heard:  # not what a window paints between two parts
                part(painter)
            texts += heard
            yield
    buffer.close()
    return partial(_packed, drawing, bytes(content.data()), images, texts, language())


def _packed(drawing: Sheet, content: bytes, images: list[QImage], texts: list[PaintedText], spoken: str) -> bytes:
    return _written(drawing, read(ElementTree.fromstring(put_in(content, images))), texts, spoken)


def _written(drawing: Sheet, page: Page, texts: list[PaintedText], spoken: str) -> bytes:
    for prefix, space in _PREFIXES.items():
        ElementTree.register_namespace(prefix, space)
    width, height = drawing.extent
    root = ElementTree.Element(
        f"{SVG}svg",
        {
            "width": _length(width),
            "height": _length(height),
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "version": "1.1",
            "role": "graphics-document",
            "lang": spoken,
            _LANG: spoken,
        },
    )
    for name, words in (("title", drawing.title), ("desc", drawing.subtitle)):
        if words:
            ElementTree.SubElement(root, f"{SVG}{name}").text = markup.plain_text(words)
    root.append(_metadata(drawing, spoken))
    if drawing.text == "text":
        faces = ElementTree.SubElement(root, f"{SVG}style")
        faces.text = svg_fonts.font_faces(shape for shape in page.shapes if shape.element.tag == f"{SVG}text")
        shapes = svg_text.kept(page.shapes, texts)
    else:
        shapes = svg_text.outlined(page.shapes, texts)
    used = {shape.clip for shape in shapes if shape.clip}
    names = {clip: f"q{crc32(drawing.description.encode()):08x}-{clip}" for clip in used}  # many may stand in one page
    if used:
        defined = ElementTree.SubElement(root, f"{SVG}defs")
        for clip in sorted(used):
            path = ElementTree.SubElement(defined, f"{SVG}clipPath", {"id": names[clip]})
            ElementTree.SubElement(path, f"{SVG}path", {"d": page.clips[clip]})
    root.extend(elements(shapes))
    for element in root:
        if clip := element.get("clip-path"):
            element.set("clip-path", f"url(#{names[clip[5:-1]]})")
    for element in root.iter():
        if element.text:
            element.text = storable(element.text)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _length(side: float) -> str:
    """A side in millimetres, or in points where those are the round number."""
    found = side * UNIT_M * 1000
    return f"{number(found)}mm" if abs(found - round(found, 2)) < 1e-6 else f"{number(side * UNIT_M / 0.0254 * 72)}pt"


def _metadata(drawing: Sheet, spoken: str) -> ElementTree.Element:
    """The state, and who made what, as Dublin Core."""
    metadata = ElementTree.Element(f"{SVG}metadata")
    ElementTree.SubElement(metadata, f"{{{NAMESPACE}}}state").text = drawing.stamp
    told = ElementTree.SubElement(ElementTree.SubElement(metadata, f"{{{_RDF}}}RDF"), f"{{{_RDF}}}Description")
    told.set(f"{{{_RDF}}}about", "")
    facts = {
        "title": markup.plain_text(drawing.title),
        "creator": drawing.author,
        "language": spoken,
        "publisher": PROGRAM,
    }
    for name, words in facts.items():
        if words:
            ElementTree.SubElement(told, f"{{{_DC}}}{name}").text = words
    return metadata
