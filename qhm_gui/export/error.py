"""What an export says when it cannot be made."""


class ExportError(ValueError):
    """A figure that cannot be made; ``str()`` is one sentence for the user."""
