"""Patterns for LIKE."""


def containing(text: str | None) -> str | None:
    r"""Return the pattern of what contains the text, in which every character means itself; None stays None.

    The escape character is the backslash, PostgreSQL's default.
    """
    if text is None:
        return None
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
