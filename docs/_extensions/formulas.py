"""Formulas as SVG inside the page, drawn when it is built: a page needs no JavaScript, no web font and no network.

ziamath sets the formulas of the window too (resources/formulas). A screen reader reads the LaTeX.
"""

from __future__ import annotations

import html
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import ziamath
from docutils import nodes
from sphinx.errors import ExtensionError

SIZE = 20  # of the letters in the units of ziamath; sizes on the page are in em
TALLEST = 12


@lru_cache(maxsize=4096)
def picture(latex: str, *, inline: bool) -> str:
    """An <svg> with its size and depth in em, in the colour of the text around it."""
    ziamath.config.svg2 = False  # paths, no ids that several pictures on a page would share
    ziamath.config.math.color = "currentColor"
    made = ziamath.Latex(latex, size=SIZE, inline=inline)
    svg = made.svgxml()
    _left, top, width, height = (float(number) for number in svg.get("viewBox", "0 0 1 1").split())
    if height > TALLEST * SIZE:  # a bracket that grows round a sum without end: ziamath 0.13
        raise ExtensionError(f"a formula is {height / SIZE:.0f} em high: {latex}")
    svg.attrib.pop("xmlns:xlink", None)
    svg.set("width", f"{width / SIZE:.3f}em")
    svg.set("height", f"{height / SIZE:.3f}em")
    svg.set("style", f"vertical-align:{-(top + height) / SIZE:.3f}em")  # the baseline is at 0
    svg.set("role", "img")
    svg.set("aria-label", latex)
    return ElementTree.tostring(svg, encoding="unicode").replace("ns0:", "").replace(":ns0", "")


def visit_inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(f'<span class="formula">{picture(node.astext(), inline=True)}</span>')
    raise nodes.SkipNode


def visit_block(writer: Any, node: nodes.math_block) -> None:
    number = node.get("number")
    mark = ""
    if number:
        label = html.escape(str(node.get("label") or node["ids"][0]))
        identifier = "" if node["ids"] == [] else f' id="{node["ids"][0]}"'
        link = node["ids"][0] if node["ids"] else label
        mark = f'<a class="formula-number"{identifier} href="#{link}">({number})</a>'
    writer.body.append(f'<div class="formula">{picture(node.astext(), inline=False)}{mark}</div>\n')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    app.add_html_math_renderer("ziamath", (visit_inline, None), (visit_block, None))
    app.config.html_math_renderer = "ziamath"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
