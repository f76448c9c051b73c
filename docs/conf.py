"""How Sphinx builds these pages: `make docs`.

Sphinx and not MkDocs: the docstrings are numpydoc's, their links are Sphinx's roles (:func:, :meth:), and a link or an
anchor that leads nowhere stops the build. Formulas are drawn while building (_extensions/formulas.py): the pages, their
search and their formulas work from a file, without a network.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "_extensions")]

project = "QHM Explorer"
author = "The QHM Explorer authors"
copyright = "The QHM Explorer authors, MIT licence"
exclude_patterns = ["_build", "_made", "_extensions"]

extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc", "myst_parser", "docstrings", "formulas", "made"]

default_role = "code"  # what stands in single backticks in docstrings
# Every link must lead somewhere; with -W a warning ends the build.
nitpicky = True

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist", "smartquotes"]
myst_heading_anchors = 3
math_number_all = False

# Shapes, units and ranges stand in the docstrings; signatures stay short.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
add_module_names = False
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "furo"
html_title = "QHM Explorer"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "default"
pygments_dark_style = "github-dark"
