"""The only error that a command shows without a stack trace."""


class Unusable(ValueError):
    """A file or an option that the user gave can't be used. The message says why."""
