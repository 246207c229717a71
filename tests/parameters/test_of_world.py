"""Parameters of a world of one's own: stated, borrowed, and all that is missing named at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from world_parts import write_differences

from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.parameters.load import ParameterError, load_parameters, pack
from countermarket.parameters.of_world import ensemble_for, parameters_for
from countermarket.reading.errors import InputError
from countermarket.runs.experiment import Experiment
from countermarket.world.load import load_world, write_world
from countermarket.world.structure import World
from countermarket.world.synthetic import synthetic_world

ABOUT = "title: Ivory too\nbased_on: public\n"
LAYER = {"layer": "ivory", "market": "ivory"}
LEG = {"leg": "M001", "layer": "ivory", "origin": "NGA", "destination": "VNM", "distance_km": "11000"}
MADE = {"layer": "ivory", "jurisdiction": "NGA", "value": "20000", "low": "1", "high": "1e6"}
COST = {**MADE, "quantity": "unit_cost", "unit": "USD per kg", "value": "100"}
WANTED = {"layer": "ivory", "jurisdiction": "VNM", "value": "10000", "low": "1", "high": "1e6"}
PRICE = {**WANTED, "quantity": "price", "unit": "USD per kg", "value": "1000"}


def ivory(home: Path, about: str = ABOUT, parameters: str = "") -> World:
    """The public world with a market for ivory."""
    write_differences(
        home, about, markets=[{"market": "ivory", "kind": "goods"}], layers=[LAYER], legs=[LEG],
        supply=[MADE, COST], demand=[WANTED, PRICE],
    )  # fmt: skip
    if parameters:
        (home / "parameters.yaml").write_text(parameters, encoding="utf-8")
    return load_world(home)


def test_worlds_without_parameters_of_their_own_have_the_packaged_ones() -> None:
    for world in (load_world(), synthetic_world(4)):
        assert parameters_for(world).digest == load_parameters().digest


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    world = ivory(tmp_path / "ivory")
    for call in (lambda: parameters_for(world), lambda: pack(load_parameters(), world)):
        with pytest.raises(ParameterError) as caught:
            call()
        said = str(caught.value)
        assert "world ivory: no parameter value for labour (ivory); mode_labour (ivory); transport_cost" in said
        assert "purity (ivory)" in said
        assert "parameters.yaml" in said
        assert "parameters_like: {NAME: cocaine}" in said


def test_a_market_borrows_the_values_of_another(tmp_path: Path) -> None:
    parameters = "labour: {value: {ivory: 3.1}, source: 'assumption: heavy'}\n"
    world = ivory(tmp_path / "ivory", ABOUT + "parameters_like: {ivory: cocaine}\n", parameters)
    found = parameters_for(world)
    assert found["labour"]["ivory"] == 3.1
    assert found["labour"]["cocaine"] == load_parameters()["labour"]["cocaine"]
    assert found["transport_cost"]["ivory"] == found["transport_cost"]["cocaine"]
    assert found["service_need"]["ivory"] == found["service_need"]["cocaine"]
    assert found.records["labour"].source.endswith("; assumption: heavy")
    row = pack(found, world)
    assert row["labour"][0, world.layer_names.index("ivory")] == 3.1
    assert found.digest != load_parameters().digest


def test_parameters_come_with_the_world_below_and_with_a_copy(tmp_path: Path) -> None:
    ivory(tmp_path / "ivory", ABOUT + "parameters_like: {ivory: cocaine}\n",
          "labour: {value: {ivory: 3.1}, source: 'assumption: heavy'}\n")  # fmt: skip
    home = write_differences(tmp_path / "more", "title: More\nbased_on: ../ivory\n")
    (home / "parameters.yaml").write_text(
        "n_groups: {value: 900, low: 800, high: 1000, source: 'assumption: fewer'}\n"
        "transport_cost: {value: {ivory: {air: 5}}, source: 'assumption: light'}\n", encoding="utf-8"
    )  # fmt: skip
    found = parameters_for(load_world(home))
    assert (found["n_groups"], found["labour"]["ivory"]) == (900, 3.1)
    assert found["transport_cost"]["ivory"] == {**found["transport_cost"]["cocaine"], "air": 5.0}
    assert found.records["n_groups"].low == 800
    write_world(load_world(home), tmp_path / "study")
    assert parameters_for(load_world(tmp_path / "study")).digest == found.digest
    less = write_differences(tmp_path / "less", "title: Less\nbased_on: ../more\nremove: {markets: [ivory]}\n")
    assert parameters_for(load_world(less))["n_groups"] == 900


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("labor: {value: 1, source: s}\n", ":1: labor: may not stand here. Did you mean labour?"),
        ("labour: {value: {ivry: 1}, source: s}\n", "this world has no layer 'ivry'. Did you mean ivory?"),
        ("labour: {value: {ivory: -1}, source: s}\n", "labour: -1 is not a number from 0 to 100"),
        ("labour: {value: {ivory: much}, source: s}\n", "labour: much is not a number"),
        ("labour: {value: 3, source: s}\n", "3 stands where a map (key: value) is needed"),
        ("labour: {value: {ivory: 3}}\n", "source: is missing"),
        ("labour: {source: s}\n", "labour: is missing its value"),
        ("labour: {value: {ivory: 3}, low: 1, source: s}\n", "this parameter has factor_low and factor_high, not low"),
        ("labour: {value: {ivory: 3}, factor_low: 3, source: s}\n", "factor_low 3 lies above factor_high 2"),
        ("transport_cost: {value: {ivory: {sea: 3}}, source: s}\n", "this world has no mode 'sea'."),
        ("n_groups: {value: 9, source: s}\n", "9 lies outside 500 to 2000; write the low and high you mean"),
    ],
)
def test_a_fault_in_the_parameters_is_named(tmp_path: Path, parameters: str, said: str) -> None:
    world = ivory(tmp_path / "ivory", ABOUT + "parameters_like: {ivory: cocaine}\n", parameters)
    with pytest.raises(InputError) as caught:
        parameters_for(world)
    assert caught.value.file == "ivory/parameters.yaml"
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("like", "said"),
    [
        ("{ivry: cocaine}", "this world has no market or layer 'ivry'. Did you mean ivory?"),
        ("{ivory: cocane}", "no parameter has a value for 'cocane'. Did you mean cocaine?"),
    ],
)
def test_a_fault_in_what_is_borrowed_is_named(tmp_path: Path, like: str, said: str) -> None:
    world = ivory(tmp_path / "ivory", ABOUT + f"parameters_like: {like}\n")
    with pytest.raises(InputError, match=said.replace(".", r"\.").replace("?", r"\?")):
        parameters_for(world)


def test_draws_leave_alone_what_a_world_states(tmp_path: Path) -> None:
    """Else a number that somebody wrote down would be replaced by those fitted in another world."""
    text = (
        "price_speed: {value: 0.3, source: 'assumption: slow'}\n"
        "labour: {value: {cocaine: 2}, source: 'assumption: more'}\n"
    )
    home = write_differences(tmp_path / "slow", "title: Slow\nbased_on: public\n")
    (home / "parameters.yaml").write_text(text, encoding="utf-8")
    above = write_differences(tmp_path / "above", "title: Above\nbased_on: ../slow\n")
    shipped = shipped_ensemble()
    assert shipped is not None
    for folder in (home, above):
        found = Experiment("baseline", world=load_world(folder)).ensemble
        assert found == ensemble_for(load_world(folder), shipped)
        assert set(shipped.names) - set(found.names) == {"price_speed"}
        assert dict(found.overrides(3)).items() <= dict(shipped.overrides(3)).items()
        assert len(found.overrides(3)) == len(shipped.names) - 1
    assert ensemble_for(load_world(), shipped) == shipped
