"""Standard output as it may be: closed, full, a pipe that nobody reads, a terminal without some letters."""

from __future__ import annotations

import errno
import os
import sys
from io import TextIOBase, TextIOWrapper


class Closed(TextIOBase):
    """Stands for a standard output that is closed: whoever writes to it is told."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Refuse."""
        raise OSError(errno.EBADF, "standard output is closed")


def prepare_streams() -> None:
    """A letter that the terminal cannot show becomes a question mark; a closed stream is not taken for an open file."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)  # else the next file opened would have the stream's number
            setattr(sys, name, Closed() if name == "stdout" else os.fdopen(nowhere, "w", encoding="utf-8"))
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def flush() -> None:
    """Write out what is printed; OSError where that fails."""
    try:
        sys.stdout.flush()
    except OSError as problem:
        # The interpreter flushes once more when it ends, and would say so again.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        reason = "nobody reads it any more" if isinstance(problem, BrokenPipeError) else problem.strerror
        raise OSError(problem.errno, f"standard output: {reason}") from None


def spoken(problem: OSError) -> str:
    """An error of the operating system in a line: which file, and why."""
    from countermarket.reading.wording import shown

    files = [shown(file, 200) for file in (problem.filename, problem.filename2) if file is not None]
    reason = shown(problem.strerror or str(problem) or type(problem).__name__, 500)
    return f"{' to '.join(files)}: {reason}" if files else reason
