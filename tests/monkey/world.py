"""What a monkey finds in its folder: good and bad files of every kind that can be opened, and texts to type."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np

from qhm_gui.files import session, state_text
from qhm_gui.files.probe_file import EXAMPLES
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from tests.monkey.watch import ROOT

#: What nobody should type, and somebody will: numbers, then formulas.
TEXTS = (
    "", " ", "nan", "-nan", "inf", "-inf", "∞", "1e400", "-1e400", "1e-400", "0", "-0", "00", "1e308", "-1e308",
    "1e-308", "5e-324", "2.2250738585072014e-308", "0.99999999999999999", "0.9999999999999999", "1",
    "1.0000000000000002", "1e-12", "1e6", "1000000.0000001", "4294967295", "4294967296", "1,5", "1_000", "0x10",
    "1/3", "1e", "e1", "--1", "+1", "1 2", "9" * 40, "1" * 400, "١٢٣", "１２", "½", "𝟙", "²", "\u202e1", "1\x00",
    "true", "None", "日本語", "<b>1</b>", "{0}", "{}", "%s", "\\", '"', "a" * 5000, "😀", "\ud7ff", "1;2;3", "1, 2, 3",
    "1 0; 0 1", "0 0; 0 0", "[1, [2, 3]]", "1, nan", "(1e308, 1e308)", "1e5x", "10%", "1 ×10⁻⁴", "x", "x^2+y^2",
    "x**2 + 3*y**2", "(x^2+y-11)^2+(x+y^2-7)^2", "1/x", "log(x)", "sqrt(x)", "exp(exp(exp(x)))", "sin(1e308*x)",
    "abs(x)+abs(y)", "x^(y^(x^y))", "x^1000000", "0*x", "1e308*(x^2+y^2)", "1e-308*x^2", "cos(20*x)+y^2", "(" * 300,
    "-" * 300 + "x", "x" + "+x" * 400, "__import__('os')", "x; y", "lambda: 1", "x^2+y^2+", "2x^2 y", "max(x,y)",
    "tanh(x)+y^2", "x^4 - 3 x^2 + y^2",
)  # fmt: skip

#: Settings of the panel that are there for a person; what takes minutes of one core is refused elsewhere.
GARBAGE = (
    b"",
    b"\x00",
    b"\xff" * 3000,
    b"{",
    b"[]",
    b"null",
    b'{"qhm_explorer": 3, "state": {}}',
    b"PK\x03\x04",
    b"%PDF",
)


def fill(folder: Path) -> None:
    """Good sessions, exports, probes, spectra and talks; damaged ones; and what is no file."""
    folder.mkdir(parents=True, exist_ok=True)
    for key in PAGES:
        presets = presets_of(key)
        for number, one in enumerate(presets[:2]):
            state = changed(State(), {"page": key, **one.changes})
            session.write(folder / f"{key}-{number}.json", state)
    for path in sorted((ROOT / "tests" / "sessions").glob("*.json")):
        shutil.copy(path, folder / f"old-{path.name}")
    for path in sorted(EXAMPLES.glob("*.npz")):
        shutil.copy(path, folder)
    talk = ROOT / "resources" / "talk"
    for path in sorted(talk.glob("*.json"))[:3]:
        shutil.copy(path, folder / f"{path.stem}.talk.json")
    generator = np.random.default_rng(1)
    np.save(folder / "spectrum.npy", generator.uniform(0.1, 9.0, 50))
    np.save(folder / "wrong.npy", generator.normal(size=(3, 4, 5)))
    np.save(folder / "empty.npy", np.zeros(0))
    (folder / "spectrum.txt").write_text("1\n2\n3\n")
    (folder / "spectrum.csv").write_text("value,weight\n1,2\n5,1\n")
    (folder / "bad.csv").write_text("value,weight\n1,nan\n-5,x\n")
    for number, content in enumerate(GARBAGE):
        for ending in ("json", "npz", "npy", "png", "svg", "pdf", "csv"):
            (folder / f"garbage-{number}.{ending}").write_bytes(content)
    good = session.dump(State())
    (folder / "cut.json").write_text(good[: len(good) // 2])
    (folder / "future.json").write_text(good.replace('"qhm_explorer": 3', '"qhm_explorer": 99'))
    (folder / "a folder.json").mkdir(exist_ok=True)


def pasted(rng: random.Random) -> str:
    """What may lie on the clipboard."""
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice(TEXTS)
    page = rng.choice(tuple(PAGES))
    presets = presets_of(page)
    state = changed(State(), {"page": page, **(rng.choice(presets).changes if presets else {})})
    if kind == 1:
        return state_text.to_text(state)
    if kind == 2:
        text = state_text.to_text(state)
        at = rng.randrange(len(text))
        return text[:at] + chr(rng.randrange(32, 127)) + text[at + 1 :]
    return json.dumps(session.fields_of(state))[: rng.randrange(1, 4000)]
