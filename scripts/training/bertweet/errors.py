"""The one error that a command tells its user without a stack trace."""


class Unusable(ValueError):
    """A file or an option that the user gave can't be used. The message says why."""
