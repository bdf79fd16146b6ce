"""What went wrong in an explorer, in words."""

EXPECTED = ValueError, ConnectionError, MemoryError  # errors that a sentence explains fully


def sentence(error):
    """An error as a sentence beside the controls."""
    text = str(error).partition(", or use weights=")[0]
    if isinstance(error, KeyboardInterrupt):
        text = "interrupted: this is what was shown before"
    elif isinstance(error, MemoryError):
        text = "there was not enough memory for this: what was shown before is still here"
    elif not isinstance(error, EXPECTED):
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        text = f"this failed, and what was shown before is still here ({what})"
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
