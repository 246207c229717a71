"""The page: what is known of a sweep as one document, and that document with its script as one HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from countermarket.declared.calendar import PRESENT, month_name, reported_months
from countermarket.explore.answers import answer, apart, runs_of
from countermarket.explore.controls import controls_of, described
from countermarket.explore.marks import marked, marks_of
from countermarket.explore.outcomes import DELIVERED, LANDED
from countermarket.explore.surface import one_thread
from countermarket.pages.page import page as render
from countermarket.policy.reading import load_scenario, read_effort
from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged
from countermarket.reading.yaml_reader import expect_map, read_bytes
from countermarket.results.folders import replace_text
from countermarket.results.studies import plain, read_manifest
from countermarket.sweeps.design import DEFAULT_START
from countermarket.world.names import names_of

if TYPE_CHECKING:
    from countermarket.world.structure import World

PAGE = "explore.html"
POLICY = "PAGE-POLICY"
"""What stands in the template for the hashes of its own style and script."""
RANKED_MONTHS = 36


def explore_page(folder: Path, out: Path | None = None, world: World | None = None) -> Path:
    """Fit an emulator on a finished sweep and write the page: everything in one file, nothing fetched."""
    place = folder / PAGE if out is None else out / PAGE if out.is_dir() else out
    return replace_text(place, page(document(folder, world)))


def document(folder: Path, world: World | None = None) -> dict[str, Any]:
    """All that the page knows. InputError if the folder is no finished sweep of levers."""
    manifest = read_manifest(folder, "sweep")
    names, baseline = names_of(world), load_scenario("baseline", world=world)
    controls = controls_of(folder, manifest, names, baseline)
    runs, outcomes = runs_of(folder, manifest, controls)
    with one_thread():
        answers = [told for outcome in outcomes if (told := answer(runs, outcome)) is not None]
    months = reported_months(manifest["months"])
    return {
        "title": manifest["title"],
        "question": manifest["question"],
        "start": month_name(PRESENT + DEFAULT_START),
        "effort": _effort_of(manifest),
        "window": [months[-min(RANKED_MONTHS, len(months))], months[-1]],
        "rows": [[round(float(cell), 4) for cell in row] for row in runs.rows],
        "run": len(runs.points),
        "replicates": manifest["replicates"],
        "is_drawn": bool(manifest["draws"]),
        "anchored": runs.anchor is not None,
        "apart": round(apart(runs.rows), 4),
        "controls": [described(control) for control in controls],
        "outcomes": answers,
        "marks": marks_of(folder, controls, outcomes, marked(world), names, manifest),
        "code": manifest["hashes"]["code"][:12],
        "live": False,
    }


def _effort_of(manifest: Mapping[str, Any]) -> str:
    """What setting a share of effort meant in the sweep."""
    try:
        top = expect_map(read_bytes(str(manifest["texts"]["study"]).encode(), "study"), "", None)
        return read_effort(top) or "shift"
    except InputError:
        return "shift"


def page(held: Mapping[str, Any]) -> str:
    """The whole page; its policy lets nothing run and nothing look otherwise than what is in it."""
    script = packaged("pages", "templates", "explore.js").read_text(encoding="utf-8")
    text = render(
        "explore.html",
        held=held,
        number=significant,
        groups=_groups(held["outcomes"]),
        script=Markup(script),
        data=Markup(_as_script(held)),
        style=Markup(packaged("pages", "templates", "explore.css").read_text(encoding="utf-8")),
    )
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src {_digests('style', text)}",
            f"script-src {_digests('script', text)}",
            "font-src data:",
            "img-src data:",
            *(["connect-src 'self'"] if held["live"] else []),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return text.replace(POLICY, policy, 1)


def _as_script(held: Mapping[str, Any]) -> str:
    """The document as a script of data may hold it: it cannot end the script."""
    text = json.dumps(plain(dict(held)), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c")


def significant(value: float) -> str:
    """A size in three digits, large ones in words."""
    for by, word in ((1e9, " bn"), (1e6, " m")):
        if abs(value) >= by:
            return f"{value / by:.3g}{word}"
    return f"{value:.3g}"


def _groups(outcomes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Outcomes under their headings, with their places in the list; markets come last."""
    names = dict.fromkeys(one["group"] for one in outcomes)
    return [
        {
            "name": name,
            "by_market": name in (DELIVERED, LANDED),
            "rows": [(place, one) for place, one in enumerate(outcomes) if one["group"] == name],
        }
        for name in names
    ]


def _digests(tag: str, text: str) -> str:
    """The hash of each style or script in a page, as a content security policy names it."""
    inside = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inside]
    return " ".join(f"'sha256-{digest}'" for digest in digests)
