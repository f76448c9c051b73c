"""Pictures and outputs in the pages are made by the program while the pages are built; none is made by hand.

    ```{made} python main.py figures 1a --format png --out figures
    :alt: what is to be seen
    ```
    ```{output} python main.py figures --list
    ```

`made` runs the command, light and dark, and shows the picture above its command. `output` shows what the command
prints. Both are kept in _made/ until the program or its resources change.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
KEPT = DOCS / "_made"


@cache
def version() -> str:
    """Changes with every file that a picture may depend on."""
    found = hashlib.sha256()
    for folder in ("qhm_math", "qhm_gui", "resources", "docs/states", "main.py"):
        path = ROOT / folder
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return found.hexdigest()


def kept(command: str) -> Path:
    """The folder of what a command made."""
    return KEPT / hashlib.sha256(f"{version()} {command}".encode()).hexdigest()[:16]


def run(command: str) -> Path:
    """Run a command of the program in a folder of its own, unless it was, and return the folder."""
    folder = kept(command)
    if (folder / "output.txt").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = shlex.split(command)
    if words[:2] != ["python", "main.py"]:
        raise ExtensionError(f"not a command of the program: {command}")
    # What comes with the program is named from its folder, as in the commands that people type.
    words = [str(ROOT / word) if word.startswith(("resources/", "docs/")) else word for word in words]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "92"}
    done = subprocess.run(  # noqa: S603 — a command that a page of ours names
        [sys.executable, str(ROOT / "main.py"), *words[2:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise ExtensionError(f"{command}: exit status {done.returncode}: {done.stderr.strip()[-500:]}")
    (folder / "output.txt").write_text(done.stdout, encoding="utf-8")
    return folder


class Made(SphinxDirective):
    """A picture that a command makes, in the theme of the reader, and the command."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "alt": directives.unchanged_required,
        "file": directives.unchanged,
        "width": directives.percentage,
    }

    def run(self) -> list[nodes.Node]:
        command = " ".join(self.arguments[0].split())
        if "alt" not in self.options:
            raise self.error("a picture needs :alt:, what is to be seen")
        figure = nodes.figure(classes=["made"])
        for theme in ("light", "dark"):
            folder = run(f"{command} --theme {theme}")
            pictures = sorted(p for p in folder.rglob(self.options.get("file", "*")) if p.suffix in (".png", ".svg"))
            if len(pictures) != 1:
                raise self.error(f"{command} made {len(pictures)} pictures; :file: says which")
            # From the folder of the page, as Sphinx wants it.
            place = "/" + pictures[0].relative_to(DOCS).as_posix()
            self.env.note_dependency(str(pictures[0]))
            figure += nodes.image(uri=place, alt=self.options["alt"], classes=[f"only-{theme}"])
            if "width" in self.options:
                figure[-1]["width"] = f"{self.options['width']}%"
        shown = nodes.literal(text=command)
        figure += nodes.caption("", "", shown)
        return [figure]


class Output(SphinxDirective):
    """A command and what it prints."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        command = " ".join(self.arguments[0].split())
        text = (run(command) / "output.txt").read_text(encoding="utf-8").rstrip()
        block = nodes.literal_block(text=f"$ {command}\n{text}", language="none", classes=["output"])
        return [block]


def commands_in(text: str) -> list[str]:
    """Every command that the directives of a page run."""
    found: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        for name in ("```{made} ", "```{output} "):
            if stripped.startswith(name):
                command = " ".join(stripped.removeprefix(name).split())
                found += [f"{command} --theme {t}" for t in ("light", "dark")] if "made" in name else [command]
    return found


def make_all(app: Any) -> None:
    """Run what is not there yet, two at a time; remove what no page shows any more."""
    pages = [p for p in DOCS.rglob("*.md") if not any(part.startswith("_") for part in p.relative_to(DOCS).parts)]
    wanted = list(dict.fromkeys(c for page in pages for c in commands_in(page.read_text(encoding="utf-8"))))
    with ThreadPoolExecutor(max_workers=2) as pool:
        folders = {folder.name for folder in pool.map(run, wanted)}
    for folder in KEPT.glob("*"):
        if folder.name not in folders:
            shutil.rmtree(folder, ignore_errors=True)


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("made", Made)
    app.add_directive("output", Output)
    app.connect("builder-inited", make_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
