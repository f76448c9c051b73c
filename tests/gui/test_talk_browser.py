"""The talk as one HTML file in a real browser: keys turn it, black and notes, and the exact parts follow a slider."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qhm_gui.commands.command_line import main
from qhm_gui.files import talk_file
from qhm_gui.files.talk_file import Step, Talk
from qhm_gui.state.state import State, changed
from qhm_math import QHM, convergence_rate
from qhm_math.losses import Quadratic

BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or ""
#: What somebody does at the keyboard, and what is then to be seen; it is written where the test reads it.
ACTS = """<script>
const seen = { errors: [] };
addEventListener("error", (event) => seen.errors.push(event.message));
const press = (key) => dispatchEvent(new KeyboardEvent("keydown", { key }));
const count = () => document.getElementById("count").textContent;
seen.first = count();
press("ArrowRight"); seen.right = count();
press("End"); seen.end = count();
press("PageDown"); seen.after = count();
press("Home"); seen.home = count();
press("b"); seen.black = document.body.classList.contains("black"); press("b");
press("n"); seen.notes = document.body.classList.contains("notes-shown"); press("n");
press("l"); seen.live = !document.getElementById("live").hidden;
seen.rate = document.querySelector("#live form").textContent;
const input = document.querySelectorAll("#live input")[0];
input.value = Math.log(0.5); input.dispatchEvent(new Event("input"));
seen.slower = document.querySelector("#live form").textContent;
seen.alpha = Math.exp(input.valueAsNumber);
const [plane, region] = document.querySelectorAll("#live canvas");
const drag = (canvas, u, v) => {
  canvas.setPointerCapture = () => {};  // there is no pointer
  const area = canvas.getBoundingClientRect();
  const at = { clientX: area.left + u * area.width, clientY: area.top + v * area.height, buttons: 1, pointerId: 1 };
  canvas.dispatchEvent(new PointerEvent("pointerdown", at));
  canvas.dispatchEvent(new PointerEvent("pointermove", at));
};
drag(plane, 0.9, 0.1);
seen.start = [p.x, p.y];
drag(region, 0.97, 0.5);
seen.dragged = document.querySelector("#live form").textContent;
press("Escape"); seen.closed = document.getElementById("live").hidden;
seen.shown = [...document.querySelectorAll("section")].filter((s) => s.classList.contains("shown")).length;
seen.asked = performance.getEntriesByType("resource").filter((e) => !e.name.startsWith("data:")).length;
const told = document.createElement("pre"); told.id = "told"; told.textContent = JSON.stringify(seen);
document.body.append(told);
</script></body>"""


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")
def test_the_page_plays_in_a_browser(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loss = Quadratic(0.1, 1.0, 30.0)
    state = changed(State(), {"tie": "free", "alpha": 2.0, "beta": 0.5, "nu": 0.7, "loss": loss})
    steps = (
        Step({"en": "One"}, {"en": "A path."}, {"en": "note"}, views=("path",), state=state),
        Step({"en": "Two <b>"}, {"en": "</script>"}),
        Step({"en": "Three"}),
    )
    talk_file.write(tmp_path / "a.talk.json", Talk({"en": "Talk"}, steps))
    assert main(["talk", str(tmp_path / "a.talk.json"), "--out", str(tmp_path), "--format", "html"]) == 0
    capsys.readouterr()
    page = tmp_path / "acted.html"
    text = (tmp_path / "talk.html").read_text(encoding="utf-8")
    assert text.count("</body>") == 1
    page.write_text(text.replace("</body>", ACTS), encoding="utf-8")
    line = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}"]
    done = subprocess.run(
        [*line, "--virtual-time-budget=2000", "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120
    )
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr[-500:]
    seen: dict[str, Any] = json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    assert [seen[name] for name in ("first", "right", "end", "after", "home")] == [
        "1 / 3", "2 / 3", "3 / 3", "3 / 3", "1 / 3",
    ]  # fmt: skip
    assert seen["black"] and seen["notes"] and seen["live"] and seen["closed"] and seen["shown"] == 1
    assert seen["errors"] == [] and seen["start"][0] > 1 and seen["start"][1] > 0 and "Diverges" in seen["dragged"]
    assert seen["asked"] == 0  # it needs no network
    for told, alpha in ((seen["rate"], 2.0), (seen["slower"], seen["alpha"])):
        rate = float(convergence_rate(QHM(alpha, 0.5, 0.7), loss.mu, loss.L))
        assert f"R = {rate:.3f}" in told
