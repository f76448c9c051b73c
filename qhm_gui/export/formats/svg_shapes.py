"""What Qt's SVG writer wrote, as a list of shapes, and the few elements that the same shapes need.

QSvgGenerator opens a group of 13 attributes for every change of the painter, whether something is painted then or not.
Here each shape gets what holds for it, translations are worked into the coordinates, neighbours that look alike share
one group, and opaque lines one path.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

SVG = "{http://www.w3.org/2000/svg}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
Look = tuple[tuple[str, str], ...]
#: What an SVG means where nothing is said.
_DEFAULTS = {
    "fill": "#000000",
    "fill-opacity": "1",
    "fill-rule": "nonzero",
    "stroke": "none",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "stroke-dasharray": "none",
    "stroke-dashoffset": "0",
}
_FONT = ("font-family", "font-size", "font-weight", "font-style")
_PAIR = re.compile(r"([-+.\de]+),([-+.\de]+)")
_BLANKS = re.compile(r"^ +| +(?=[MLCZ]|$)|(?<=[MLCZ]) +")
_MATRIX = re.compile(r"matrix\(([^)]*)\)")
_PLAIN = "1,0,0,1"


@dataclass(frozen=True)
class Shape:
    """A path, a picture or a text: its element in the coordinates of the page, how it looks, and what clips it.

    ``turn`` is a transformation that is more than a shift. ``data`` are a path's coordinates; None for what is no path.
    """

    element: ElementTree.Element
    look: Look
    turn: str = ""
    clip: str = ""
    data: str | None = None

    @property
    def joins(self) -> bool:
        """Whether lines may be drawn at once with those before: it cannot be seen where they cross."""
        look = dict(self.look)
        return (
            self.data is not None
            and look.get("fill") == "none"
            and not {"stroke-opacity", "stroke-dasharray"} & look.keys()
        )


@dataclass
class Page:
    """The shapes of an SVG from below to above, and the paths of its clips by what they are called."""

    shapes: list[Shape] = field(default_factory=list)
    clips: dict[str, str] = field(default_factory=dict)


def number(value: float) -> str:
    """A coordinate to the hundredth of a unit, a five-thousandth of a millimetre on paper."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read(root: ElementTree.Element) -> Page:
    """The shapes of an SVG that QSvgGenerator wrote."""
    page = Page()
    known: dict[str, str] = {}
    names: dict[str, str] = {}
    for clip in root.iter(f"{SVG}clipPath"):
        path = clip.find(f"{SVG}path")
        if path is not None:
            data = _shifted(path.get("d", ""), 0, 0)
            names[clip.get("id", "")] = known.setdefault(data, f"clip{len(known) + 1}")
            page.clips[known[data]] = data
    for top in root.findall(f"{SVG}g"):
        page.shapes += _shapes(top, {}, names)
    return page


def _shapes(group: ElementTree.Element, around: dict[str, str], names: dict[str, str]) -> Iterator[Shape]:
    values = {**around, **group.attrib}
    values.pop("fill-rule", None)  # a path says its own
    for child in group:
        if child.tag == f"{SVG}g":
            yield from _shapes(child, values, names)
        else:
            yield _shape(child, values, names)


def _shape(leaf: ElementTree.Element, around: dict[str, str], names: dict[str, str]) -> Shape:
    values = {**around, **leaf.attrib}
    matrix = _MATRIX.match(values.get("transform", ""))
    turn, shift = matrix[1].rsplit(",", 2)[0] if matrix else _PLAIN, (0.0, 0.0)
    if matrix and turn == _PLAIN:
        shift = float(matrix[1].split(",")[4]), float(matrix[1].split(",")[5])
    clip = names.get(values.get("clip-path", "")[5:-1], "")
    data, element = _moved(leaf, *shift)
    kept = _FONT if leaf.tag == f"{SVG}text" else ()
    if leaf.tag == f"{SVG}image":
        look: Look = ()
    else:
        look = tuple(
            (name, values[name])
            for name in (*_DEFAULTS, *kept)
            if name in values and values[name] != _DEFAULTS.get(name)
        )
        look = _without_idle(look)
    return Shape(element, look, "" if turn == _PLAIN or matrix is None else matrix[0], clip, data)


def _without_idle(look: Look) -> Look:
    """The look without what says how a line or an area is drawn that is not there."""
    values = dict(look)
    idle = [kind for kind, none in (("fill", values.get("fill") == "none"), ("stroke", "stroke" not in values)) if none]
    return tuple((name, value) for name, value in look if not any(name.startswith(f"{kind}-") for kind in idle))


def _moved(leaf: ElementTree.Element, dx: float, dy: float) -> tuple[str | None, ElementTree.Element]:
    """The coordinates of a path, and the element without what its look says."""
    kind = leaf.tag.removeprefix(SVG)
    if kind == "path":
        data = _shifted(leaf.get("d", ""), dx, dy)
    elif kind in ("polyline", "polygon"):
        points = leaf.get("points", "").split()
        data = _shifted("M" + " L".join(points) + (" Z" if kind == "polygon" else ""), dx, dy)
    elif kind == "rect":
        x, y, wide, tall = (float(leaf.get(name, "0")) for name in ("x", "y", "width", "height"))
        data = f"M{number(x + dx)},{number(y + dy)}H{number(x + dx + wide)}V{number(y + dy + tall)}H{number(x + dx)}Z"
    else:
        return None, _placed(leaf, dx, dy)
    return data, ElementTree.Element(f"{SVG}path", {"d": data})


def _placed(leaf: ElementTree.Element, dx: float, dy: float) -> ElementTree.Element:
    element = ElementTree.Element(leaf.tag)
    element.text = leaf.text
    for name, value in leaf.attrib.items():
        if name in ("x", "cx"):
            value = number(float(value) + dx)
        elif name in ("y", "cy"):
            value = number(float(value) + dy)
        elif name in _DEFAULTS or name in _FONT or name == "vector-effect":
            continue
        element.set(name, value)
    return element


def _shifted(data: str, dx: float, dy: float) -> str:
    """The coordinates of a path, which Qt writes as pairs behind M, L and C."""

    def moved(pair: re.Match[str]) -> str:
        return f"{number(float(pair[1]) + dx)},{number(float(pair[2]) + dy)}"

    return _BLANKS.sub("", _PAIR.sub(moved, data))


def elements(shapes: Iterable[Shape]) -> Iterator[ElementTree.Element]:
    """The elements that show the shapes; a clip is named by its key, ``url(#clip1)``."""
    for clip, clipped in groupby(shapes, lambda shape: shape.clip):
        found = list(_alike(clipped))
        if not clip:
            yield from found
            continue
        group = found[0] if len(found) == 1 and found[0].tag == f"{SVG}g" and not found[0].get("transform") else None
        if group is None:
            group = ElementTree.Element(f"{SVG}g")
            group.extend(found)
        group.set("clip-path", f"url(#{clip})")
        yield group


def _alike(shapes: Iterable[Shape]) -> Iterator[ElementTree.Element]:
    for (look, turn), alike in groupby(shapes, lambda shape: (shape.look, shape.turn)):
        found = list(_joined(alike))
        attributes = {**dict(look), **({"transform": turn} if turn else {})}
        if len(found) == 1:
            holder = found[0]
        elif not attributes:
            yield from found
            continue
        else:
            holder = ElementTree.Element(f"{SVG}g")
            holder.extend(found)
        for name, value in attributes.items():
            holder.set(name, value)
        yield holder


def _joined(shapes: Iterable[Shape]) -> Iterator[ElementTree.Element]:
    for joins, found in groupby(shapes, lambda shape: shape.joins):
        if not joins:
            yield from (shape.element for shape in found)
            continue
        yield ElementTree.Element(f"{SVG}path", {"d": "".join(shape.data or "" for shape in found)})
