"""The manifest says enough of a world that nobody who reads a study needs it again."""

from __future__ import annotations

from pathlib import Path

from clone import ROOT
from world_parts import write_differences

from countermarket.declared.calendar import month_name
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.world.load import load_world
from countermarket.world.synthetic import synthetic_world


def test_titles_names_and_units_are_those_of_the_world(tmp_path: Path) -> None:
    renamed = {"jurisdiction": "GBR", "name": "Great Britain"}
    home = write_differences(
        tmp_path / "mine", "title: Mine\nbased_on: public\nremove: {markets: [heroin]}\n", jurisdictions=[renamed]
    )
    said = describe_world(load_world(home))
    assert (said["name"], said["title"]) == ("mine", "Mine")
    assert said["places"]["GBR"]["name"] == "Great Britain"
    assert said["places"]["COL"]["name"] == "Colombia"
    assert "heroin" not in said["markets"]
    assert said["kinds"]["migrant_smuggling"] == "consent"
    assert list(said["units"]) == said["markets"]
    assert said["units"] == {
        "cocaine": "kg", "synthetic": "kg", "firearms": "piece", "human_trafficking": "victim-month",
        "migrant_smuggling": "person", "cyber_fraud": "USD 1,000",
    }  # fmt: skip


def test_made_up_places_go_by_their_codes() -> None:
    world = synthetic_world(3)
    said = describe_world(world)
    assert [place["name"] for place in said["places"].values()] == list(world.jurisdiction_names)
    assert said["title"] == world.name


def test_sanctions_on_smugglers_single_out_the_markets_of_their_kind() -> None:
    change = Change(month=12, lever="agencies.migration_sanctions", value={"CIM": 0.5})
    two = load_world(ROOT / "docs" / "examples" / "worlds" / "two_markets")
    for world, market in ((two, "passage"), (load_world(), "migrant_smuggling")):
        scenario = load_scenario("baseline", world=world).model_copy(update={"changes": (change,)})
        said = describe_scenario(scenario, {}, [month_name(month) for month in range(24)], describe_world(world))
        assert said["inside"]["markets"] == (market,)
