"""How a command ends: its exit code, and what it says of wrong input and of runs that failed."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130
NO_SUCH_NAME = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP)
"""What the system says of a path that can name nothing: it was typed wrong."""


@contextmanager
def reported() -> Iterator[None]:
    """Turn wrong input into a message and code 2, what the system refuses into one and code 1, an interruption 130."""
    from countermarket.reading.errors import InputError

    try:
        yield
    except InputError as error:
        refuse(error.render())
    except KeyboardInterrupt:
        print("interrupted; nothing half-written is left", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:
        from countermarket.cli.output import flush, spoken

        with suppress(OSError):
            flush()
        print(f"error: {spoken(error)}", file=sys.stderr)
        raise SystemExit(WRONG_INPUT if error.errno in NO_SUCH_NAME else FAILED) from None
    except ValueError as error:
        from countermarket.cli.checks import is_wrong_input

        if not is_wrong_input(error):
            raise
        refuse(str(error))


def refuse(message: str) -> None:
    """Print what is wrong with the input and stop with code 2."""
    from countermarket.cli.console import say

    say("error: " + message.replace("\n", "\nerror: "))
    raise SystemExit(WRONG_INPUT)


def end_with(failed: Sequence[str]) -> None:
    """Name the runs that failed, the first few, and end with code 1 if any did."""
    from countermarket.cli.console import say
    from countermarket.reading.wording import shown

    for failure in failed[:10]:
        say(f"failed: {shown(failure, 300)}")
    if failed:
        say(f"{len(failed)} runs failed; the others are counted")
        raise SystemExit(FAILED)
