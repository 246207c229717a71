"""The tables of the page: what each change moved, what changes do together, and what cannot be taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import sqrt
from typing import NamedTuple

from countermarket.evidence.ablations.measured import INDEX, LANDED, LEVELS
from countermarket.evidence.ablations.rows import Row
from countermarket.evidence.ablations.switches import ALL_OFF, ALL_ON, ALONE, WITHOUT, Change
from countermarket.evidence.replications.blocks import table
from countermarket.evidence.validation.judgement import INSIDE, MET, OUTSIDE, SHOWN, WEAK, WRONG

Told = Mapping[tuple[str, str], Mapping[str, Row]]
"""Rows by configuration and name."""
CARRIED = 2.0
"""Standard errors by which two effects differ before a change of verdict is more than luck. Assumption."""
MOST = 2
"""Rows named of those that a change moves most."""
NAMES = {"operations": "operations", "homicides": "homicides", "units_delivered": "units", "price": "price"}


class Turn(NamedTuple):
    """An experiment whose verdict a change turns."""

    row: str
    before: str
    after: str
    carried: bool
    """Whether its effect moves by more than luck."""


def by_configuration(rows: Sequence[Row]) -> Told:
    """Rows of each configuration that was run, by name."""
    return {
        (kind, change): {row.row: row for row in held}
        for (kind, change), held in groupby(rows, lambda row: (row.kind, row.change))
    }


def turns(before: Mapping[str, Row], after: Mapping[str, Row]) -> list[Turn]:
    """Experiments of which one configuration shows what was found, and the other does not."""
    both = [(before[name], row) for name, row in after.items() if row.verdict and name in before]
    return [
        Turn(row.row, old.verdict, row.verdict, is_carried(old, row))
        for old, row in both
        if (old.verdict in MET) != (row.verdict in MET)
    ]


def is_carried(old: Row, new: Row) -> bool:
    """Whether two effects differ by more than luck, or what their treatment moves lies outside the other's interval."""
    if apart(old, new) > CARRIED:
        return True
    if old.moved is None or new.moved is None or old.moved_low is None or old.moved_high is None:
        return False
    return not old.moved_low <= new.moved <= old.moved_high


def apart(old: Row, new: Row) -> float:
    """How many standard errors lie between two effects."""
    if old.value is None or new.value is None or old.error is None or new.error is None:
        return 0.0
    error = sqrt(old.error**2 + new.error**2)
    return abs(new.value - old.value) / error if error > 0.0 else 0.0


def changed_table(told: Told, changes: Sequence[Change]) -> str:
    """What each change moves: with all others there, and with none of them."""
    headings = ["Change", "Gained by it, all others on", "Lost by it, all others on", "Gained by it alone"]
    headings += ["Lost by it alone", "Moves most, without -> with"]
    rows = [
        [f"{one.title} (`{one.name}`)", *_moves(told, one.name), _moves_most(told, one.name)]
        for one in changes
        if (WITHOUT, one.name) in told
    ]
    return table(headings, rows)


def _moves(told: Told, name: str) -> Iterator[str]:
    """Experiments gained and lost by a change, beside all others and beside none."""
    sides = ((told[WITHOUT, name], told[ALL_ON, ""]), (told[ALL_OFF, ""], told[ALONE, name]))
    for before, after in sides:
        turned = turns(before, after)
        yield _listed([turn for turn in turned if turn.after in MET])
        yield _listed([turn for turn in turned if turn.after not in MET])


def _listed(turned: Sequence[Turn]) -> str:
    """Experiments with both verdicts, and how many more turned within luck."""
    said = [f"`{turn.row}` ({turn.before} -> {turn.after})" for turn in turned if turn.carried]
    lucky = sum(not turn.carried for turn in turned)
    if lucky:
        said.append(f"{lucky} within luck")
    return ", ".join(said) or "none"


def _moves_most(told: Told, name: str) -> str:
    """The effects that taking a change away moves most, in standard errors."""
    without, whole = told[WITHOUT, name], told[ALL_ON, ""]
    experiments = [row for row in whole if whole[row].verdict]
    ranked = sorted(experiments, key=lambda row: -apart(without[row], whole[row]))
    said = [
        f"`{row}` {_figure(without[row].value)} -> {_figure(whole[row].value)}"
        for row in ranked[:MOST]
        if apart(without[row], whole[row]) > CARRIED
    ]
    return ", ".join(said) or "nothing beyond luck"


def totals_table(told: Told) -> str:
    """Counts of the validation, the baseline's levels and the policy's index under each configuration."""
    headings = ["Configuration", "Shown", "Weak", "Wrong", "Within a factor of two", "No effect, as found"]
    headings += [f"Baseline {NAMES[name]}, %" for name in LEVELS] + ["Alliance: index", "Landed"]
    return table(headings, [[f"{kind} {change}".strip(), *_counts(held)] for (kind, change), held in told.items()])


def _counts(held: Mapping[str, Row]) -> Iterator[str]:
    """One configuration's counts, levels and indices."""
    effects = [row for row in held.values() if row.sign in ("1", "-1")]
    nulls = [row for row in held.values() if row.sign == "0"]
    for verdict in (SHOWN, WEAK, WRONG):
        yield str(sum(row.verdict == verdict for row in effects))
    figures = [row for row in effects if row.figure == "yes"]
    yield f"{sum(row.near == 'yes' for row in figures)} of {len(figures)}"
    wide = sum(row.verdict == OUTSIDE for row in nulls)
    yield f"{sum(row.verdict == INSIDE for row in nulls)} of {len(nulls)}, {wide} outside"
    yield from (_figure(held[name].value) for name in LEVELS)
    yield from (_figure(held[name].value, sign="") for name in (INDEX, LANDED))


def _figure(value: float | None, sign: str = "+") -> str:
    return "undefined" if value is None else format(value, f"{sign}.1f")


def switches_table(changes: Sequence[Change]) -> str:
    """What takes each change away, and what that means."""
    rows = [
        [one.title if not place else "", f"`{name}`", f"{value:g}", reason]
        for one in changes
        for place, ((name, value), reason) in enumerate(zip(one.off.items(), one.reasons, strict=False))
    ]
    return table(["Change", "Parameter", "Off", "What is then"], rows)


def fixed_table(changes: Sequence[Change]) -> str:
    """Changes that no parameter value takes away, and why."""
    return table(["Change", "Why"], [[one.title, one.reasons[0]] for one in changes if not one.off])


def results(rows: Sequence[Row], changes: Sequence[Change]) -> str:
    """What a study of ablations says: what each change moved, then what all do together."""
    told = by_configuration(rows)
    together = "Each configuration as a whole:"
    return f"{changed_table(told, changes)}\n\n{together}\n\n{totals_table(told)}"
