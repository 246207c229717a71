"""Pages with generated parts: each stands between `<!-- begin NAME -->` and `<!-- end NAME -->`."""

import re
from collections.abc import Iterable, Mapping, Sequence

MARKED = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def renewed(page: str, blocks: Mapping[str, str]) -> str:
    """A page with its generated parts replaced. Raises KeyError for a part that nobody makes."""
    return MARKED.sub(lambda match: f"{match[1]}{blocks[match[2]]}\n{match[3]}", page)


def rise(value: float) -> str:
    """A change as a signed percentage, to a tenth."""
    return f"{100.0 * value:+.1f}%"


def share(value: float) -> str:
    """A share as a percentage, to a tenth."""
    return f"{100.0 * value:.1f}%"


def whole(value: float) -> str:
    """A number without decimals, in thousands groups."""
    return f"{value:,.0f}"


def thousands(value: float) -> str:
    """Persons, to a hundred."""
    return f"{round(value, -2):,.0f}"
