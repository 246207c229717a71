"""A world as differences from another: rows added, replaced, removed; its files, digest and copy."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from world_parts import copy_tables, rewrite, write_differences

from countermarket.reading.errors import InputError
from countermarket.world.folders import Counts, read_folder
from countermarket.world.load import load_world, read_evidence, write_world
from countermarket.world.tables import WorldError

ABOUT = "title: The public world and Norway\nbased_on: public\n"
NORWAY = {"jurisdiction": "NOR", "name": "Norway", "latitude": "59.917", "longitude": "10.75"}
LEG = {"leg": "M001", "layer": "cocaine", "origin": "SWE", "destination": "NOR", "mode": "land", "distance_km": "400"}
WANTED = {"layer": "cocaine", "jurisdiction": "NOR"}
PRICE = {**WANTED, "quantity": "price", "value": "90000", "low": "1", "high": "1e6", "unit": "USD per kg"}
ADDED = {"jurisdictions": [NORWAY], "legs": [LEG], "demand": [WANTED, PRICE]}


def test_a_world_without_differences_is_its_base_under_another_name(tmp_path: Path) -> None:
    world, public = load_world(write_differences(tmp_path / "mine", ABOUT)), load_world()
    assert (world.name, world.title) == ("mine", "The public world and Norway")
    assert world.digest != public.digest
    assert world.leg_names == public.leg_names
    for field in ("jurisdictions", "layers", "markets", "legs", "laundering"):
        assert (getattr(world, field) == getattr(public, field)).all(), field


def test_rows_are_added(tmp_path: Path) -> None:
    home = write_differences(tmp_path / "norway", ABOUT, **ADDED)
    world, public = load_world(home), load_world()
    assert world.jurisdiction_names == (*public.jurisdiction_names, "NOR")
    assert set(world.leg_names) - set(public.leg_names) == {"M001"}
    assert world.jurisdictions[-1]["latitude"] == 59.917
    assert len(world.demands) == len(public.demands) + 1
    assert read_folder(home).changes == {
        "jurisdictions.csv": Counts(1, 0, 0),
        "legs.csv": Counts(1, 0, 0),
        "demand.csv": Counts(2, 0, 0),
    }


def test_a_row_with_the_same_key_is_replaced_in_its_place(tmp_path: Path) -> None:
    row = {"low": "1", "value": "2", "high": "3"}  # cocaine wanted in Britain, the table's first row
    home = write_differences(tmp_path / "dry", ABOUT, demand=[row])
    assert load_world(home).demands["volume"][0] == pytest.approx(2 / 12)
    assert read_folder(home).changes == {"demand.csv": Counts(0, 1, 0)}


def test_what_is_removed_takes_along_what_names_it(tmp_path: Path) -> None:
    home = write_differences(tmp_path / "less", ABOUT + "remove: {markets: [firearms, heroin], legs: [L096]}\n")
    world = load_world(home)
    assert "heroin" not in world.layer_names
    assert len(world.market_names) == 5
    assert "L096" not in world.leg_names
    tables = read_folder(home).tables
    for file in ("prices.csv", "roles.csv"):
        assert not [row for row in tables[file] if row.texts["market"] in ("heroin", "firearms")]
    assert {"supply.csv", "demand.csv", "layers.csv"} < set(read_folder(home).changes)
    assert all(row.texts["market"] != "heroin" for row in read_evidence("prices.csv", home))


def test_a_place_goes_with_its_legs(tmp_path: Path) -> None:
    world = load_world(write_differences(tmp_path / "less", ABOUT + "remove: {jurisdictions: [BOL]}\n"))
    assert "BOL" not in world.jurisdiction_names
    assert len(world.jurisdiction_names) == len(world.jurisdictions) == world.enabler_weights.shape[1]


@pytest.mark.parametrize(
    ("remove", "said"),
    [
        ("{layers: [precursors]}", "unknown input layer 'precursors'"),
        ("{markets: [herion]}", "remove.markets: there is no market 'herion'. Did you mean heroin?"),
        ("{jurisdictions: [COL, PER, BOL]}", "layer 'cocaine' has no source in supply.csv; less/world.yaml rem"),
        ("{layers: [smuggling_europe]}", r"lie on no path from a source to a destination; less/world.yaml removes"),
        ("{places: [GBR]}", "Allowed: jurisdictions, legs, markets, layers"),
        ("{legs: L001}", "remove.legs: L001 stands where a list [of, names] is needed"),
        ("{legs: [1]}", "1 is not a name"),
        ("[GBR]", "a list stands where a map (key: value) is needed"),
    ],
)
def test_what_breaks_by_a_removal_is_said(tmp_path: Path, remove: str, said: str) -> None:
    home = write_differences(tmp_path / "less", ABOUT + f"remove: {remove}\n")
    with pytest.raises((WorldError, InputError)) as caught:
        load_world(home)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("based_on: public\n", "world.yaml:1: title: is missing"),
        ("title: a\nbased_on: nowhere\n", "world.yaml:2: based_on: there is no folder"),
        ("title: a\nbased_on: 3\n", "3 is neither `public` nor the path of a world's folder"),
        ("title: a\nbased_on: .\n", "more than 8 worlds stand on one another; is it a circle?"),
        ("title: a\nbasedon: public\n", "basedon: may not stand here. Did you mean based_on?"),
        ("title: a\nremove: {legs: [L001]}\n", "only a world that is `based_on` another can remove"),
        ("title: a\n", "source_codes.csv, constants.csv"),
        ("title: a\nbased_on: public\nparameters_like: {ivory: 3}\n", "parameters_like.ivory: 3 is not a name"),
    ],
)
def test_a_fault_in_world_yaml_is_named(tmp_path: Path, about: str, said: str) -> None:
    with pytest.raises((WorldError, InputError)) as caught:
        load_world(write_differences(tmp_path / "mine", about))
    assert said in str(caught.value)


def test_a_fault_in_a_row_names_the_world_it_is_from(tmp_path: Path) -> None:
    leg = {**LEG, "destination": "NRO"}
    with pytest.raises(WorldError) as caught:
        load_world(write_differences(tmp_path / "norway", ABOUT, **{**ADDED, "legs": [leg]}))
    assert str(caught.value).startswith(
        "norway/legs.csv, line 2, column destination: unknown jurisdiction 'NRO' (nearest known name: NOR)"
    )
    with pytest.raises(WorldError, match=r"^cited/legs.csv, line 2, column source: unknown source code 'NOWHERE'"):
        load_world(write_differences(tmp_path / "cited", ABOUT, **{**ADDED, "legs": [{**LEG, "source": "NOWHERE"}]}))
    with pytest.raises(WorldError, match=r"^idle/legs.csv, line 2, column mode: 'sea' is not one of"):
        load_world(write_differences(tmp_path / "idle", ABOUT, legs=[{**LEG, "mode": "sea"}]))


def test_one_thing_is_not_said_in_two_ways(tmp_path: Path) -> None:
    about = ABOUT + "remove: {jurisdictions: [BOL]}\n"
    row = {"jurisdiction": "BOL", "name": "Bolivia"}
    with pytest.raises(WorldError, match=r"^mine/jurisdictions.csv, line 2.*names what world.yaml removes"):
        load_world(write_differences(tmp_path / "mine", about, jurisdictions=[row]))


@pytest.mark.parametrize("name", ["leg.csv", "parameter.yaml"])
def test_a_misspelt_table_is_not_passed_over(tmp_path: Path, name: str) -> None:
    home = write_differences(tmp_path / "mine", ABOUT)
    (home / name).write_text("", encoding="utf-8")
    with pytest.raises(WorldError, match=rf"{name}: no file of a world has this name.*nearest known name: "):
        load_world(home)


def test_roles_and_prices_are_checked_too(tmp_path: Path) -> None:
    folder = copy_tables(tmp_path / "tables")
    rewrite(folder, "prices.csv", lambda rows: rows[0].update(market="cocane"))
    with pytest.raises(WorldError, match=r"prices.csv, line 2, column market: unknown market 'cocane'.*cocaine"):
        load_world(folder)
    folder = copy_tables(tmp_path / "more")
    rewrite(folder, "roles.csv", lambda rows: rows[0].update(jurisdiction="GBX"))
    with pytest.raises(WorldError, match=r"roles.csv, line 2, column jurisdiction: unknown jurisdiction 'GBX'"):
        load_world(folder)


def test_a_table_of_evidence_may_be_empty(tmp_path: Path) -> None:
    folder = copy_tables(tmp_path / "tables")
    for file in ("prices.csv", "roles.csv", "anchors.csv"):
        rewrite(folder, file, lambda rows: rows.clear())
    assert load_world(folder).leg_names == load_world().leg_names


def test_the_digest_covers_all_that_is_read(tmp_path: Path) -> None:
    folder = copy_tables(tmp_path / "tables")
    digests = {load_world(folder).digest}
    assert digests == {load_world().digest}
    rewrite(folder, "prices.csv", lambda rows: rows[0].update(note="another"))
    digests.add(load_world(folder).digest)
    (folder / "parameters.yaml").write_text("n_groups: {value: 900, source: 'assumption: few'}\n", encoding="utf-8")
    digests.add(load_world(folder).digest)
    (folder / "world.yaml").write_text("title: Mine\n", encoding="utf-8")
    digests.add(load_world(folder).digest)
    assert load_world(folder).title == "Mine"
    home = write_differences(tmp_path / "mine", "title: a\nbased_on: ../tables\n")
    digests.add(load_world(home).digest)
    rewrite(folder, "anchors.csv", lambda rows: rows.pop())
    digests |= {load_world(folder).digest, load_world(home).digest}
    assert len(digests) == 7


def test_a_copy_of_a_world_is_that_world(tmp_path: Path) -> None:
    write_differences(tmp_path / "norway", ABOUT, **ADDED)
    about = "# a comment\ntitle: More\nbased_on: ../norway\nremove: {legs: [L096]}\n"
    home = write_differences(tmp_path / "more", about)
    for folder in (home, tmp_path / "norway", copy_tables(tmp_path / "tables")):
        world = load_world(folder)
        copy = tmp_path / "study" / folder.name / "world"
        write_world(world, copy)
        again = load_world(copy)
        assert again.digest == world.digest
        assert again.files == world.files
        assert (again.title == world.title) == (folder.name != "tables")
        assert again.leg_names == world.leg_names
        assert pickle.loads(pickle.dumps(world)).files == world.files
    assert (tmp_path / "study" / "more" / "world" / "base" / "world.yaml").is_file()


def test_a_base_that_a_copy_could_not_change_is_refused(tmp_path: Path) -> None:
    write_differences(tmp_path / "norway", ABOUT, **ADDED)
    home = write_differences(tmp_path / "more", "{title: More, based_on: ../norway}\n")
    with pytest.raises(InputError, match="based_on: must stand on a line of its own"):
        load_world(home)


def test_the_packaged_world_has_no_files_to_keep(tmp_path: Path) -> None:
    assert load_world().files == ()
    write_world(load_world(), tmp_path / "world")
    assert not (tmp_path / "world").exists()
