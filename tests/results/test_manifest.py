"""The manifest says enough of a world that nobody who reads a study needs it again."""

from __future__ import annotations

from pathlib import Path

from world_parts import write_differences

from countermarket.results.manifest import describe_world
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
    assert said["units"] == {
        "cocaine": "kg", "synthetic": "kg", "firearms": "piece", "human_trafficking": "victim-month",
        "migrant_smuggling": "person", "cyber_fraud": "USD 1,000",
    }  # fmt: skip


def test_made_up_places_go_by_their_codes() -> None:
    world = synthetic_world(3)
    said = describe_world(world)
    assert [place["name"] for place in said["places"].values()] == list(world.jurisdiction_names)
    assert said["title"] == world.name
