"""Lists: what a text finds in them, as tables at any width and as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from countermarket.cli.app import app
from countermarket.declared.levers import LEVERS
from countermarket.declared.measures import MEASURES
from countermarket.declared.parameters import PARAMETERS
from countermarket.declared.shocks import SHOCKS
from countermarket.model.running.model import MODEL
from countermarket.world.names import load_names

LISTS = {
    "levers": list(LEVERS),
    "shocks": list(SHOCKS),
    "measures": [measure.name for measure in MEASURES],
    "parameters": [quantity.name for quantity in PARAMETERS],
    "mechanisms": list(MODEL.summaries()),
    "places": [*load_names().jurisdictions, *load_names().groups],
}


def call(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def named(*words: str) -> list[str]:
    """The headings that a search prints in full."""
    in_full = call(*words).stdout.partition("Others that speak of ")[0]
    return [line for line in in_full.splitlines() if re.fullmatch(r"[a-z][\w.]+", line.strip())]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("levers", "sanctions"), "agencies.migration_sanctions"),
        (("levers", "border control"), "agencies.border_control"),
        (("shocks", "trust"), "trust_breach"),
        (("shocks", "ceasefire"), ""),
        (("measures", "violence"), "violence"),
        (("parameters", "loss_ceiling"), "loss_ceiling"),
        (("mechanisms", "sanctions"), "sanctions.designate"),
    ],
)
def test_part_of_a_name_is_enough(words: tuple[str, ...], first: str) -> None:
    told = named(*words)
    assert told[:1] == ([first] if first else [])
    assert call(*words).exit_code == (0 if first else 2)


def test_what_a_thing_is_about_finds_it() -> None:
    assert {"agencies.border_control", "alliance.chokepoints"} <= set(named("levers", "port"))
    assert "route_closure" in named("shocks", "closed")
    assert "Others that speak of members: " in call("levers", "members").stdout
    assert "Did you mean truce?" in call("shocks", "truze").stderr


def test_a_whole_name_finds_itself_alone() -> None:
    assert named("levers", "alliance.members") == ["alliance.members"]
    assert named("levers", "channel") == ["alliance.channel"]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_json_too(name: str) -> None:
    document = json.loads(call(name, "--json").stdout)
    assert [row["name"] for row in document] == LISTS[name]
    one = json.loads(call(name, LISTS[name][3], "--json").stdout)
    assert one[0] == document[3]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", LISTS)
def test_no_word_is_broken(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    whole = words_of(str(json.loads(call(name, "--json").stdout)).replace("\\n", " "))
    printed = [line for line in call(name).stdout.splitlines()[4:] if line.startswith(" ")]
    assert max(map(len, printed)) <= width
    assert set(LISTS[name]) <= {line.split()[0] for line in printed if line.strip()}
    assert {word for word in words_of(" ".join(printed)) if word.isalpha()} <= {*whole, "values"}


def words_of(text: str) -> set[str]:
    """The words of a text that are long enough to be broken."""
    return set(re.findall(r"\w{5,}", text))


def test_what_has_no_room_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "No room for unit and read by" in call("levers").stdout


@pytest.mark.parametrize("asked", ["BEL", "Belgium", "Antwerp"])
def test_a_place_is_shown_with_its_ports_and_groups(asked: str) -> None:
    told = call("places", asked).stdout
    assert told.startswith("BEL")
    for words in ("Belgium", "eu, schengen", "BEL:container", "L087 cocaine BEL-GBR land"):
        assert words in " ".join(told.split())


def test_a_group_is_shown_with_members_dates_and_sources() -> None:
    (group,) = [row for row in json.loads(call("places", "five_eyes", "--json").stdout) if row["kind"] == "group"][:1]
    assert [member["name"] for member in group["members"]] == ["GBR", "USA", "CAN", "AUS", "NZL"]
    assert all(member["since"] and member["source"] for member in group["members"])
    assert "Did you mean the group" not in call("places", "eu").stdout
