"""Docstrings of qhm_math as they are written: their |x| and x* are mathematics, and their links name what is near.

The docstrings are read in an editor first, where digits are grouped as in code (1,000); on the page they are grouped as
everywhere in English. So a bar or an asterisk is none of reStructuredText's, and a link such as
:func:`spectral_radius` means the only thing of that name in the reference. What is not there stays a broken link.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.util.nodes import make_refnode

from qhm_gui.text.language import regrouped

#: `code`, ``code``, a link, or a sign to be taken as it is.
_SIGN = re.compile(r"(``.*?``|`.*?`)|([|*])")


def as_mathematics(_app: Any, _what: str, _name: str, _thing: object, _options: Any, lines: list[str]) -> None:
    """Escape the signs and group digits, but not in examples and not in names of arguments."""
    example = False
    for number, line in enumerate(lines):
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if not example and not re.match(r"\*{1,2}\w+\b", line):
            lines[number] = _SIGN.sub(lambda found: found[1] or "\\" + found[2], regrouped(line))


def nearest(app: Any, env: Any, node: Any, content: nodes.Element) -> nodes.Element | None:
    """The only documented thing whose name ends so; None where there is none, or several."""
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"].lstrip(".")
    objects = env.get_domain("py").objects
    kinds = {"func": ("function",), "meth": ("method",)}.get(node["reftype"])
    found = [
        name for name, each in objects.items() if name.endswith("." + target) and (not kinds or each.objtype in kinds)
    ]
    if len(found) != 1:
        return None
    entry = objects[found[0]]
    return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, content, found[0])


def setup(app: Any) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", as_mathematics, priority=100)  # before numpydoc's
    app.connect("missing-reference", nearest)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
