"""A line that was typed as words, as a shell takes them."""


def split(text: str) -> list[str]:
    """Its words; quotes hold spaces together. Raises ValueError: one sentence, where something is left open."""
    import shlex  # not before the first frame

    try:
        return shlex.split(text)
    except ValueError as error:
        if "escaped" in str(error):
            raise ValueError("A \\ stands at the end: put another one before it, or leave it out") from None
        raise ValueError("A quote is opened and never closed: close it, or put a \\ before it") from None
