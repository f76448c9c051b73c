"""The talk as one HTML file that plays in any browser, without the program and without a network.

Slides are pictures of vectors, in ``<img>``, where nothing in them can run. What the talk says is escaped. Where a step
shows the path or the region of a quadratic, it can be dragged: a small script of our own has the formulas.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from qhm_gui.drawing.markup import plain_text
from qhm_gui.export.deck import Slide, SlideDrawing
from qhm_gui.export.formats.svg import svg_bytes
from qhm_gui.files.talk_file import said
from qhm_gui.state.state import State
from qhm_gui.text.language import language, tr
from qhm_gui.text.symbols import lettered
from qhm_math import QHM
from qhm_math.losses import Quadratic
from qhm_math.methods import LinearMethod
from qhm_math.resource_files import resource_text, resources

_FOLDER = resources() / "talk"
#: Views of which the script draws something of its own.
_LIVE = ("path", "stability", "loss", "rate")
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline';
 script-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body class="{theme}">
<main>
{slides}
</main>
<div id="live" hidden></div>
<footer><span id="count"></span><span>{help}</span></footer>
<script>
const WORDS = {words};
const LIVE = {live};
{script}
</script>
</body>
</html>
"""


def html_files(slides: Iterator[tuple[Slide, SlideDrawing]], title: str) -> Iterator[tuple[str, bytes]]:
    """One file with everything in it."""
    sections: list[str] = []
    live: list[Any] = []
    theme = "light"
    for slide, drawing in slides:
        theme = slide.theme
        picture = base64.b64encode(svg_bytes(drawing)).decode()
        name = plain_text(said(slide.step.title))
        notes = plain_text(said(slide.step.notes))
        sections.append(
            f'<section data-step="{slide.number} / {slide.count}" aria-label="{html.escape(name)}">'
            f"<h1>{html.escape(name)}</h1>\n"
            f'<img alt="{html.escape(slide.alternative)}" src="data:image/svg+xml;base64,{picture}">\n'
            f'<aside class="notes">{html.escape(notes)}</aside></section>'
        )
        live.append(live_of(slide))
    texts = {
        "live": tr("Drag it"),
        "close": tr("Back to the slide"),
        "alpha": tr("learning rate"),
        "beta": tr("momentum"),
        "nu": tr("momentum share"),
        "rate": tr("rate"),
        "diverges": tr("Diverges"),
        "minimum": tr("minimum"),
        "start": tr("start"),
        "letter": lettered("ν"),
    }
    yield (
        "talk.html",
        _PAGE.format(
            language=language(),
            title=html.escape(plain_text(title)),
            style=resource_text(_FOLDER / "deck.css", ":root {"),
            theme=theme,
            slides="\n".join(sections),
            help=html.escape(tr("← → space: steps   ·   Home, End   ·   B: black   ·   N: notes   ·   L: drag it")),
            words=_script_json(texts),
            live=_script_json(live),
            script=resource_text(_FOLDER / "deck.js", "// Plays the slides"),
        ).encode(),
    )


def live_of(slide: Slide) -> dict[str, float] | None:
    """What the script needs to draw the path and the region of a step; None where it cannot."""
    state, loss = slide.state, slide.state.loss
    if not isinstance(loss, Quadratic):
        return None
    if set(slide.step.views) & set(_LIVE):
        alpha, beta, nu = state.alpha, state.beta, state.nu
    elif "race" in slide.step.views and (alone := _alone(state)) is not None:
        alpha, beta, nu = (float(np.max(part)) for part in (alone.alpha, alone.beta, alone.nu))
    else:
        return None
    return {
        "alpha": alpha,
        "beta": beta,
        "nu": nu,
        "mu": loss.mu,
        "L": loss.L,
        "rotation": loss.rotation,
        "cx": loss.shift_x,
        "cy": loss.shift_y,
        "x": state.start_x,
        "y": state.start_y,
        "steps": min(state.steps, 2000),
    }


def _alone(state: State) -> QHM | None:
    """The method whose path is compared with none; None where there are several, or it is none of the family."""
    entries = [entry for entry in state.compare.entries if not entry.hidden]
    method = entries[0].method if len(entries) == 1 else None
    return method.as_qhm() if isinstance(method, LinearMethod) else None


def _script_json(value: Any) -> str:
    """JSON that cannot end a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " ")
