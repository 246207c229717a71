"""The Mesa face of the model: a mesa.Model that steps through the very run that `simulate` makes.

    model = CriminalMarketModel("alliance", seed=1)
    while model.running:
        model.step()
    model.datacollector.get_model_vars_dataframe()
"""

from __future__ import annotations

import inspect
import operator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector
from numpy.typing import NDArray

from countermarket.declared.calendar import dated, month_name
from countermarket.declared.vocabulary import SERVICES
from countermarket.mesa.sets import RowAgents, agents_of
from countermarket.mesa.views import KINDS, Group, RowAgent, active_rows, table
from countermarket.model.recording.invariants import worst_residuals
from countermarket.model.recording.layout import Layout
from countermarket.model.running.model import MODEL, Model
from countermarket.model.running.simulate import Outcome, advance, layout, start, values_of
from countermarket.model.state.codes import COMPONENTS, CONFISCATED, EFFORTS, OVERHEADS
from countermarket.model.state.tables import State
from countermarket.policy.scenario import Scenario
from countermarket.reading.spelling import nearest
from countermarket.sweeps.point import load, with_factors

if TYPE_CHECKING:
    import pandas as pd

    from countermarket.parameters.load import Parameters
    from countermarket.world.structure import World

BY_MARKET = (
    "cost_of_illicit_activity", "units_delivered", "price", "members", "groups", "seizure_rate", "recovery",
    "violence", "harm", "arrests",
)  # fmt: skip
OF_WORLD = (
    "community_vulnerability", "alliance_trust", "alliance_members", "backlog", "technology_gap",
    "innocent_actions", "compliance_cost", "public_cost_states", "public_cost_alliance",
)  # fmt: skip


class CriminalMarketModel(mesa.Model):  # type: ignore[misc]
    """Criminal markets against enforcement, a month a step; spun up when made.

    `scenario` is a path, a shipped name or a Scenario (the baseline if left out). `seed` and `replicate` say
    which replicate of `countermarket run --seed` this is; an integer `rng` is another name for `seed`, and
    None means 0. Further keywords are levers and parameters: `CriminalMarketModel(capital_rate=0.02)` or
    `**{"alliance.data_sharing_share": 0.5}`.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario | None = None,
        seed: int | None = 0,
        replicate: int = 0,
        rng: int | None = None,
        *,
        months: int = 120,
        world: World | None = None,
        model: Model | None = None,
        parameters: Parameters | None = None,
        **factors: Any,
    ) -> None:
        from countermarket.parameters.load import with_own
        from countermarket.parameters.of_world import parameters_for
        from countermarket.runs.warm_up import compile_kernels
        from countermarket.world.load import load_world
        from countermarket.world.names import names_of

        if months < 1:
            raise ValueError(f"months must be at least 1, not {months}")
        compile_kernels()
        chosen = whole_seed(seed, rng)
        # Not passed on: a scenario (Mesa 3.5 would want its .rng), nor seed= (it warns).
        super().__init__(rng=chosen)
        self.world, self.simulated_model = world or load_world(), model or MODEL
        self.months, self.replicate, self.chosen_seed = months, operator.index(replicate), chosen
        self.simulated_scenario, self.parameters = with_factors(
            load(scenario, world, model),
            with_own(parameters or parameters_for(self.world), self.simulated_model.parameters),
            factors,
            names_of(world, model),
        )
        self.simulation = start(
            self.world, self.parameters, self.simulated_scenario, chosen, self.replicate, months, self.simulated_model
        )
        self.month = 0
        self._monitor = monitored(
            layout(self.world, months, self.simulated_model), tuple(one.name for one in self.simulated_model.measures)
        )
        self.datacollector = DataCollector(
            model_reporters={name: partial(reported, name=name) for name in self._monitor}
        )

    @property
    def scenario(self) -> None:
        """None: what is simulated is `simulated_scenario`.

        Mesa 3.5 keeps a scenario of its own here, and its page hands it to the constructor when it is reset.
        """
        return None

    @scenario.setter
    def scenario(self, mesas: Any) -> None:
        """Mesa's own scenario is not used."""

    # --- time -----------------------------------------------------------------------------------------

    def step(self) -> None:
        """One reported month: what happens in it, its record, and what the data collector keeps of it."""
        if self.month >= self.months:
            last = month_name(self.simulated_scenario.begins + self.months - 1)
            raise RuntimeError(f"{last}, the last of {self.months} months, has been run; raise months=")
        advance(self.simulation)
        self.month += 1
        self.values_now = self.values()
        self.datacollector.collect(self)
        self.running = self.month < self.months

    @property
    def date(self) -> str:
        """The last month that was run, YYYY-MM; the month before the first if none was."""
        return month_name(self.simulated_scenario.begins + self.month - 1)

    # --- what the run leaves --------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Every table of the model, live."""
        return self.simulation.state

    def values(self) -> NDArray[np.float64]:
        """The recorded rows, those that `simulate` gives; zero in months that have not been run. (rows,)"""
        return values_of(self.simulation)

    def outcome(self) -> Outcome:
        """The rows and how well the books balance: what `simulate` returns."""
        return Outcome(self.values(), worst_residuals(self.simulation.books, self.state), None)

    def series(self) -> pd.DataFrame:
        """The recorded rows of the months run so far, with their keys."""
        import pandas as pd

        begins = self.simulated_scenario.begins
        keys = dated(layout(self.world, self.months, self.simulated_model).keys, begins)
        run = keys["month"] <= self.date if self.month else np.zeros(len(keys["month"]), bool)
        columns = {name: column[run] for name, column in keys.items()}
        return pd.DataFrame({**columns, "value": self.values()[run]})

    # --- agents ---------------------------------------------------------------------------------------

    @property
    def agents(self) -> RowAgents:
        """All groups, enablers and agencies now in the model."""
        return agents_of(self, *KINDS)

    @property
    def agents_by_type(self) -> dict[type[RowAgent], RowAgents]:
        """The same by kind."""
        return {kind: agents_of(self, kind) for kind in KINDS}

    @property
    def agent_types(self) -> list[type[RowAgent]]:
        """Group, Enabler and Agency."""
        return list(KINDS)

    def register_agent(self, agent: Any) -> None:
        """Refused: agents are rows of the model's tables."""
        raise TypeError("agents are rows of the model's tables and enter by its own rules; none can be added")

    def deregister_agent(self, agent: Any) -> None:
        """Refused, like `register_agent`."""
        raise TypeError("agents are rows of the model's tables and leave by its own rules")

    def snapshot(self, kind: type[RowAgent] = Group, columns: list[str] | None = None) -> pd.DataFrame:
        """Columns of all agents of a kind now, with names for numbers: far quicker than agent reporters."""
        import pandas as pd

        rows = table(self, kind)
        known = rows.dtype.names or ()
        for name in columns or ():
            if name not in known:
                raise AttributeError(f"{kind.__name__} has no column {name!r}.{nearest(name, known)}")
        here = np.flatnonzero(active_rows(self, kind))
        by_column: dict[str, Any] = {"date": np.full(len(here), self.date), "row": here}
        for name in columns or known:
            by_column |= spread(name, named(self.world, name, rows[name][here]), self.world)
        return pd.DataFrame(by_column)


# Mesa 3.5's batch_run overwrites a parameter called seed with its own; without the name it uses rng instead,
# and parameters={"seed": [1, 2]} means the same in every version.
_signature = inspect.signature(CriminalMarketModel)
CriminalMarketModel.__signature__ = _signature.replace(
    parameters=[one for name, one in _signature.parameters.items() if name != "seed"]
)


def whole_seed(seed: Any, rng: Any) -> int:
    """The seed meant by `seed` and `rng`: whole, not negative; None means 0."""
    if rng is not None and seed not in (None, 0, rng):
        raise ValueError(f"seed={seed!r} and rng={rng!r} are two names for one thing; give one")
    chosen = seed if rng is None else rng
    try:
        number = 0 if chosen is None else operator.index(chosen)
    except TypeError:
        message = f"the seed must be a whole number, not {chosen!r}: luck is keyed by it, not drawn from it"
        raise TypeError(message) from None
    if number < 0:
        raise ValueError(f"the seed must be 0 or more, not {number}")
    return number


def monitored(rows: Layout, own: tuple[str, ...] = ()) -> dict[str, NDArray[np.int64]]:
    """Rows of each measure that the data collector keeps, month by month: `price.cocaine`, `backlog`.

    `own` are the measures of a model's own mechanisms.
    """
    return _monitored(_ById(rows), own)


class _ById:
    """Rows that are equal when they are the same object, so that what is found in them can be kept."""

    def __init__(self, rows: Layout) -> None:
        self.rows = rows

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.rows is self.rows


@lru_cache(maxsize=4)
def _monitored(box: _ById, own: tuple[str, ...]) -> dict[str, NDArray[np.int64]]:
    keys = box.rows.keys
    whole = np.isin(keys["component"], ("", "total")) & (keys["period"] == "month")
    for column in ("jurisdiction", "role", "leg", "service"):
        whole &= keys[column] == ""
    of_market = whole & (keys["market"] != "") & np.isin(keys["measure"], (*BY_MARKET, *own))
    of_world = whole & (keys["market"] == "") & np.isin(keys["measure"], (*OF_WORLD, *own))
    by_name: dict[str, list[int]] = {}
    for row in np.flatnonzero(of_market | of_world).tolist():
        by_name.setdefault(f"{keys['measure'][row]}.{keys['market'][row]}".rstrip("."), []).append(row)
    return {name: np.array(sorted(rows, key=keys["month"].__getitem__)) for name, rows in by_name.items()}


def reported(model: CriminalMarketModel, name: str) -> float:
    """A monitored measure of the month just run."""
    return float(model.values_now[model._monitor[name][model.month - 1]])


def named(world: World, column: str, values: NDArray[Any]) -> NDArray[Any]:
    """Row numbers as the names they stand for, "" for none; other values as they are."""
    names = {
        "home": world.jurisdiction_names, "jurisdiction": world.jurisdiction_names,
        "presence": world.jurisdiction_names, "market": world.market_names, "leg": world.leg_names,
        "service": world.service_names,
    }.get(column)  # fmt: skip
    return values if names is None else np.array([*names, ""])[values]


def spread(column: str, values: NDArray[Any], world: World) -> dict[str, NDArray[Any]]:
    """A column, or one for each place of a column that holds several: `skill.cocaine`, `leg.0`."""
    if values.ndim == 1:
        return {column: values}
    labels = {
        "skill": world.market_names, "severity": world.market_names, "effort": EFFORTS, "enabler": SERVICES,
        "backup": SERVICES, "fee": SERVICES, "pending": COMPONENTS[CONFISCATED : CONFISCATED + OVERHEADS],
    }.get(column, tuple(str(place) for place in range(values.shape[1])))  # fmt: skip
    return {f"{column}.{label}": values[:, place] for place, label in enumerate(labels)}
