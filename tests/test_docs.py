"""The pages of docs/ and the README: Python runs, commands are of the program, links lead somewhere."""

import doctest
import inspect
import json
import pydoc
import re
import shlex
import sys
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from qhm_gui.text.language import regrouped
from qhm_gui.text.version import VERSION

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("[!_]*.md"), *(ROOT / "docs").glob("[!_]*/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
#: Code that is run: what needs other packages, or is a part of a file, is in ```py instead.
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_CODE = [page for page in PAGES if CODE.search(page.read_text(encoding="utf-8"))]


#: The module in which the code of a page runs; its examples may name it.
MODULE = "page"


def run(page: Path) -> doctest.TestResults:
    """Run the Python of a page, in order, in one module: with prompts as a doctest, else as it stands."""
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    try:
        for number, code in enumerate(CODE.findall(page.read_text(encoding="utf-8"))):
            if ">>>" in code:
                test = doctest.DocTestParser().get_doctest(code, {}, f"{page.name}-{number}", str(page), 0)
                test.globs = vars(module)
                runner.run(test, clear_globs=False)
            else:
                exec(compile(code, str(page), "exec", dont_inherit=True), vars(module))
    finally:
        del sys.modules[MODULE]
    return runner.summarize(verbose=False)


@pytest.mark.parametrize("name", NAMES)
def test_digits_are_grouped_as_in_the_program(name: str) -> None:
    """A narrow space as ISO 80000 has it; a comma only in code."""
    text = re.sub(r"^( *)```.*?^\1```$", lambda code: "\n".join(re.findall(r"^ *:.*$", code[0], re.M)),
                  (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)  # fmt: skip
    prose = re.sub(r"`[^`]*`", "", re.sub(r"\n\n(?:    .*\n+)+", "\n\n", text))
    assert [line for line in prose.splitlines() if regrouped(line) != line] == []


@pytest.fixture
def as_before(qapp: object) -> Iterator[None]:
    """Every table is afterwards what it was."""
    from qhm_gui.views import VIEWS
    from qhm_math import LOSSES, METHODS

    losses, methods, views = dict(LOSSES), dict(METHODS), dict(VIEWS.rows)
    yield
    for table in (LOSSES, METHODS, VIEWS.rows):
        table.clear()
    LOSSES.update(losses)
    METHODS.update(methods)
    VIEWS.rows.update(views)


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: str(page.relative_to(ROOT)))
@pytest.mark.slow
def test_the_python_of_a_page_runs(page: Path, as_before: None) -> None:
    from qhm_gui.text.row_words import example_of
    from qhm_math import LOSSES, METHODS

    known = {*LOSSES.values(), *METHODS.values()}
    assert run(page).failed == 0
    for kind in {*LOSSES.values(), *METHODS.values()} - known:
        assert example_of(kind).key == kind.key  # what a menu makes of the page's row


#: A command of the program: on a line of its own, behind a prompt, in a directive, or in `code`.
COMMAND = re.compile(
    r"^(?: {4}|\$ |```\{(?:made|output)\} )?(python main\.py[^\n#`]*)|`(python main\.py[^`]*)`", re.MULTILINE
)


def commands() -> list[tuple[str, str]]:
    """(page, command), each once; the ellipsis of a command that is only spoken of is left out."""
    found = [
        (name, " ".join((first or second).split()))
        for page, name in zip(PAGES, NAMES, strict=True)
        for first, second in COMMAND.findall(page.read_text(encoding="utf-8"))
        if name != "CHANGELOG.md"
    ]
    return sorted({(name, command) for name, command in found if "…" not in command})


def wrong(command: str) -> str:
    """What the program would refuse about a command before it begins; '' for nothing."""
    from qhm_gui.commands.command_arguments import make_parser
    from qhm_gui.state.pages import PAGES as pages
    from qhm_gui.views import VIEWS

    words = shlex.split(command)[2:]
    if words[:1] in ([], ["--help"]):
        return ""
    try:
        options = make_parser(words[0]).parse_args(words)
    except SystemExit as ended:
        return "" if ended.code == 0 else "not understood"
    for name, table in (("view", VIEWS), ("page", pages)):
        value = getattr(options, name, None)
        if value is not None and value not in table and "angles" not in command:  # the example of a new view
            return f"--{name} {value} is unknown"
    return ""


@pytest.mark.parametrize(("page", "command"), commands())
def test_a_command_in_the_pages_is_one_of_the_program(page: str, command: str) -> None:
    assert wrong(command) == ""


def test_a_command_that_is_none_is_found() -> None:
    assert wrong("python main.py figures 1a --colour red") == "not understood"
    assert wrong("python main.py export 1a --view ratte") == "--view ratte is unknown"


LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and MyST make them."""
    titles = HEADING.findall(
        re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    )
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links(page: Path) -> list[str]:
    """Links of a page to files, or to headings, that are not there."""
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    dead = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        other = page.parent / path if path else page
        if not other.exists() or (anchor and anchor not in anchors(other)):
            dead.append(target)
    return dead


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert dead_links(page) == []


DOCUMENTED = re.compile(r"^\.\. auto\w+:: (\S+)\n((?: +:.*\n)*)", re.MULTILINE)


def unreferenced(reference: str) -> list[str]:
    """What docstrings of a reference call by its whole name as a function or class, and no page of it has."""
    shown, texts = set[str](), dict[str, str]()
    for name, options in DOCUMENTED.findall(reference):
        shown.add(name)
        texts[name] = inspect.getdoc(pydoc.locate(name)) or ""
        for members in re.findall(r":members: *(.*)", options):
            parts = [part.strip() for part in members.split(",") if part.strip()]
            parts = parts or [part for part in vars(pydoc.locate(name)) if not part.startswith("_")]
            for part in parts:
                shown.add(f"{name}.{part}")
                texts[f"{name}.{part}"] = inspect.getdoc(pydoc.locate(f"{name}.{part}")) or ""
    role = re.compile(r":(?:func|class|meth|data):`~?(qhm_math\.[\w.]+)`")
    return [f"{name}: {other}" for name, text in texts.items() for other in role.findall(text) if other not in shown]


def test_what_the_reference_calls_is_in_it() -> None:
    reference = "".join(page.read_text("utf-8") for page in sorted((ROOT / "docs" / "reference").glob("*.md")))
    assert len(DOCUMENTED.findall(reference)) > 50 and unreferenced(reference) == []
    lonely = reference.replace(".. autofunction:: qhm_math.expected_loss\n", "")
    assert any(fault.endswith(": qhm_math.expected_loss") for fault in unreferenced(lonely))


def tree_faults(docs: Path) -> list[str]:
    """Entries of the trees that are no page, and pages that no tree leads to from the first, as Sphinx goes."""
    faults, reached, wanted = [], set[Path](), [docs / "index.md"]
    while wanted:
        page = wanted.pop()
        if page in reached:
            continue
        reached.add(page)
        for tree in re.findall(r"^```\{toctree\}\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            for entry in (line.strip() for line in tree.splitlines() if line.strip() and not line.startswith(":")):
                found = sorted(page.parent.glob(f"{entry}.md"))
                faults += [] if found else [f"{page.relative_to(docs)}: {entry}"]
                wanted += found
    others = {path for path in docs.rglob("*.md") if not path.relative_to(docs).parts[0].startswith("_")} - reached
    return faults + sorted(f"in no tree: {path.relative_to(docs)}" for path in others)


def test_every_page_is_in_the_tree_of_pages(tmp_path: Path) -> None:
    assert tree_faults(ROOT / "docs") == []
    (tmp_path / "index.md").write_text("```{toctree}\n:hidden:\none\nnone\n```\n", encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").touch()
    assert tree_faults(tmp_path) == ["index.md: none", "in no tree: two.md"]


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One and two\n\n[a](page.md#one-and-two) [b](#three) [c](none.md) [d](https://a.b/c)\n", encoding="utf-8"
    )
    assert dead_links(page) == ["#three", "none.md"]


def test_the_citation_is_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {VERSION}" in citation
    assert f'abstract: "{project["description"]}"' in citation


#: What the guide says of a card stands behind the card's title: - **Title**: or - **Title** and **Title**:
CARD = re.compile(r"\*\*([^*]+)\*\*")


def card_titles(page: Path) -> list[str]:
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("- **")]
    return [title for line in lines for title in CARD.findall(line.partition(":")[0])]


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "guide"], ids=lambda page: page.name)
def test_the_guide_calls_a_card_as_the_window_does(page: Path) -> None:
    translations = ROOT / "resources" / "translations" / "ja.json"
    words = {key.replace("*", "") for key in json.loads(translations.read_text(encoding="utf-8"))}
    assert [title for title in card_titles(page) if title not in words] == []
