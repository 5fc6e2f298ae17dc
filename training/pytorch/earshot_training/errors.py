"""The one error of this package."""


class EarshotError(Exception):
    """What the world did wrong: a file, a setting, a loss. The text is a sentence for people."""
