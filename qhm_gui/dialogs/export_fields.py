"""What can be chosen of an export: the options that mean something for its format, and the dialog's own choices."""

from __future__ import annotations

from qhm_gui.export import EXPORTERS
from qhm_gui.export.options import LAYERS, ExportOptions
from qhm_gui.export.scene import Scene
from qhm_gui.views import VIEWS
from qhm_math.declared import Declared, declared_fields

_LANGUAGES = (("en", "English"), ("ja", "日本語"))
#: How the texts that are typed are meant.
_READINGS = (("typed", "as typed"), ("markup", "markup"))
_SCALES = tuple((str(times), f"{times}×") for times in range(1, 5))


def export_fields(options: ExportOptions, scene: Scene, view: str, views: int) -> dict[str, Declared]:
    """The fields of the dialog for ``scene``, from top to bottom.

    ``view`` is the card that the export was asked for ('' for none), ``views`` how many its page has.
    """
    declared = declared_fields(options)
    exporter = EXPORTERS[options.kind]
    names = ["size", *(("width", "height", "unit") if options.size == "custom" else ())]
    names += ["theme", "ground", "type_scale"]
    if any(shown.legend for shown in scene.views):
        names.append("legend")
    names += LAYERS
    if options.kind == "svg":
        names.append("text")
    fields = {name: declared[name] for name in names}
    if exporter.scaled:
        fields["scale"] = Declared("pixels per unit", kind="choice", choices=_SCALES)
    fields["language"] = Declared("language", kind="choice", choices=_LANGUAGES)
    fields["reading"] = Declared(
        "title, caption", kind="choice", choices=_READINGS, help="Markup: *x* is italic, _{x} an index."
    )
    if view and views > 1:
        scopes = (("view", VIEWS[view].title), ("page", "the page"))
        fields = {"scope": Declared("picture", kind="choice", choices=scopes), **fields}
    return fields
