"""Charts of a study: each a finding, a picture for desk and telephone, a table and a text alternative."""

from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countermarket.analysis.comparison import Compared
    from countermarket.charts.chart import Chart
    from countermarket.charts.material import Material


def draw_all(source: "Compared | Path | str") -> list[Path]:
    """Draw every chart of a study, given its folder or as compared, into its `figures` folder; the files written."""
    from countermarket.analysis.comparison import compared
    from countermarket.charts.chart import save_chart
    from countermarket.charts.material import material

    study, document = compared(source) if isinstance(source, Path | str) else source
    charts = all_charts(material(study, document))
    return [path for chart in charts for path in save_chart(chart, study.path / "figures")]


MAKERS = (
    ("ranking", "ranking"),
    ("cost_over_time", "over_time"),
    ("cost_components", "components"),
    ("cost_and_throughput", "throughput"),
    ("beside_cost", "beside"),
    ("displacement", "moved"),
    ("countries", "countries"),
    ("flow_map", "flows"),
    ("alliance_trust", "over_time"),
    ("alliance_members", "over_time"),
)
"""Every chart, made by the function of its name in a module of this folder, in the order a brief shows them."""


def all_charts(source: "Material", names: "Collection[str] | None" = None) -> list["Chart"]:
    """Every chart, or those named, that the study has the numbers for, in the order of `MAKERS`."""
    chosen = [maker for maker in MAKERS if names is None or maker[0] in names]
    makers = (getattr(import_module(f"{__name__}.{module}"), name) for name, module in chosen)
    return [chart for maker in makers if (chart := maker(source)) is not None]
