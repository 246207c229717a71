"""Tables are declared by the classes of their rows, and what is annotated with them is checked."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest
from clone import ROOT
from mypy import api

from countermarket.declared.levers import EFFORT_SHARES
from countermarket.declared.slots import MARKET_SLOTS
from countermarket.model.law import technology
from countermarket.model.month import MONTH
from countermarket.model.state.codes import EFFORTS
from countermarket.model.state.crime import Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.row import columns, table
from countermarket.model.state.tables import State


def test_a_column_has_the_type_and_place_that_its_class_gives_it() -> None:
    made = columns(Group)
    assert list(made.names) == list(Group.__annotations__)
    assert made["members"] == np.float64
    assert made["skill"].shape == (MARKET_SLOTS,)
    assert columns(Group, 9)["skill"].shape == (9,)
    assert not table(Group, 3)["active"].any()


def test_efforts_are_the_levers_shares_in_their_order() -> None:
    assert tuple(f"agencies.{effort}_share" for effort in EFFORTS) == EFFORT_SHARES, (
        "a share of effort was added or moved among the levers: give it its place in EFFORTS, in model/state/codes.py"
    )


@pytest.mark.parametrize("mechanism", MONTH, ids=lambda mechanism: f"{mechanism.__module__}.{mechanism.__name__}")
def test_mechanisms_say_what_they_read_so_that_a_misspelt_column_is_found(mechanism: object) -> None:
    function = inspect.unwrap(getattr(mechanism, "py_func", mechanism))  # type: ignore[arg-type]
    given = function.__annotations__
    assert (given["state"], given["levers"]) == (State, Levers), (
        f"write `state: State` and `levers: Levers` in {function.__module__}.{function.__name__}"
    )


@pytest.mark.parametrize(("right", "wrong"), [("agency.officers", "agency.oficers"), ("].active", "].actve")])
def test_a_misspelt_column_is_found_by_the_type_checker(right: str, wrong: str, tmp_path: Path) -> None:
    source = inspect.getsource(technology)
    assert right in source
    copy = tmp_path / "misspelt.py"
    copy.write_text(source.replace(right, wrong, 1), encoding="utf-8")
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path), "--follow-imports=silent"]
    found, _, status = api.run([*options, str(copy)])
    assert status == 1
    assert f'has no attribute "{wrong.rpartition(".")[2]}"' in found
