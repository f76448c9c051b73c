"""The pages of docs/ and the README: their Python runs, their commands are the program's, their links lead somewhere."""

import argparse
import doctest
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    page for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if "_" not in {p[0] for p in page.parts}
)
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
#: Code that is run: what needs other packages, or is a part of a file, is in ```{code-block} python instead.
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_CODE = [page for page in PAGES if CODE.search(page.read_text(encoding="utf-8"))]


def run(page: Path) -> doctest.TestResults:
    """Run the Python of a page, in order, in one namespace: with prompts as a doctest, else as it stands."""
    names: dict[str, object] = {"__name__": "docs"}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for number, code in enumerate(CODE.findall(page.read_text(encoding="utf-8"))):
        if ">>>" in code:
            test = doctest.DocTestParser().get_doctest(code, names, f"{page.name}-{number}", str(page), 0)
            runner.run(test, clear_globs=False)
            names = test.globs
        else:
            exec(compile(code, str(page), "exec"), names)
    return runner.summarize(verbose=False)


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: str(page.relative_to(ROOT)))
@pytest.mark.slow
def test_the_python_of_a_page_runs(page: Path) -> None:
    assert run(page).failed == 0
