"""The one exception that users see: a mistake they can mend, in one line."""


class UserError(Exception):
    """Names the file or key, what is wrong with it and what to do; shown without a traceback."""
