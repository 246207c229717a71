"""The commented scenario that `countermarket new` writes."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import wrap

from countermarket.cli.listings import spoken_value
from countermarket.declared.lever import Lever
from countermarket.declared.levers import LEVERS
from countermarket.declared.shocks import SHOCKS
from countermarket.policy.baseline import Baseline
from countermarket.reading.errors import InputError
from countermarket.reading.wording import shown

EXAMPLES = {
    "market": "market: cocaine",
    "mode": "mode: small_boat",
    "service": "service: finance",
    "pair": "pair: [GBR, USA]",
    "jurisdiction": "jurisdiction: COL",
}
EXAMPLES = {
    "market": "market: cocaine",
    "mode": "mode: small_boat",
    "service": "service: finance",
    "pair": "pair: [GBR, USA]",
    "jurisdiction": "jurisdiction: COL",
}
GOOD_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\Z")
HEAD = """\
# A scenario is a set of dated differences from the baseline. Edit, then:
#   countermarket check {name}.yaml
#   countermarket run {name}.yaml
#
# Dates are YYYY-MM, or m+12 for 12 months after 2026-01. A value is a number, a word, a list, or a map such
# as {{GBR: 0.6, members: 0.3, default: 0}}: the most specific wins, what is left out keeps its value.
# {{value: 0.6, ramp_months: 12}} moves a number over 12 months. `countermarket levers NAME` says more.
title: {title}
question: What does this policy add to today's cooperation?
# A scenario that sets a share of effort (agencies.finance_share, ...) says at whose expense:
#   effort: shift    the same officers: shares that are not set make room
#   effort: add      more officers, who are paid: all others stay where they are

changes:
  2027-01:
    alliance.data_sharing_share: {{value: 0.5, ramp_months: 12}}

    # Every lever with its baseline value; remove the # before one to change it.
"""


def new_scenario(name: str, baseline: Baseline) -> Path:
    """Write a commented scenario beside nothing else: an existing file is never touched."""
    path = Path(name if name.endswith(".yaml") else f"{name}.yaml")
    if not GOOD_STEM.match(path.stem) or path.stem == "baseline":
        message = "is no good name for a scenario; use letters, digits, - and _ (`baseline` is taken)"
        raise InputError(shown(path.stem), None, "", message)
    try:
        stream = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise InputError(shown(path, 200), None, "", "exists already; choose another name") from None
    except OSError as problem:
        raise InputError(shown(path, 200), None, "", f"cannot be written: {problem.strerror}") from None
    try:
        with stream:
            stream.write(template(path.stem, baseline))
    except OSError as problem:
        path.unlink(missing_ok=True)  # a full disk leaves no half of a file
        raise InputError(shown(path, 200), None, "", f"cannot be written: {problem.strerror}") from None
    return path


def template(name: str, baseline: Baseline) -> str:
    """Return the text of a new scenario."""
    levers = [line for lever in LEVERS.values() for line in lever_lines(lever, baseline)]
    return "\n".join(
        [HEAD.format(name=name, title=name.replace("_", " ").capitalize()), *levers, "", *shock_lines()]
    )


def lever_lines(lever: Lever, baseline: Baseline) -> list[str]:
    """Return a lever's comment: what it is, what is allowed, its baseline value."""
    value = spoken_value(baseline.levers[lever.name].value)
    comment = f"{lever.meaning}. Allowed: {lever.allowed()}"
    about = wrap(comment, width=104, initial_indent="    # ", subsequent_indent="    # ")
    return [*about, f"    # {lever.name}: {value}", ""]


def shock_lines() -> list[str]:
    """Return the comment that shows how shocks are written."""
    lines = [
        "# Shocks are what the world does; the scenario is paired with the baseline under the same shocks."
    ]
    lines += [
        "# With effect_of: shocks the effect of the shocks is measured, with effect_of: all that of both."
    ]
    lines += ["# shocks:"]
    for name, kind in SHOCKS.items():
        selector = "".join(f"{EXAMPLES[key]}, " for key in kind.needs[-1:])
        lines.append(f"#   - {{kind: {name}, start: 2029-06, {selector}size: 0.5}}   # {kind.size.meaning}")
    return [*lines, ""]
