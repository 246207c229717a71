"""Charts of a study: each a finding, a picture for desk and telephone, a table and a text alternative."""

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


def all_charts(source: "Material") -> list["Chart"]:
    """Every chart that the study has the numbers for, in the order a brief shows them."""
    from countermarket.charts.beside import beside_cost
    from countermarket.charts.components import cost_components
    from countermarket.charts.flows import flow_map
    from countermarket.charts.moved import displacement
    from countermarket.charts.over_time import alliance_members, alliance_trust, cost_over_time
    from countermarket.charts.ranking import ranking
    from countermarket.charts.throughput import cost_and_throughput

    makers = (
        ranking,
        cost_over_time,
        cost_components,
        cost_and_throughput,
        beside_cost,
        displacement,
        flow_map,
        alliance_trust,
        alliance_members,
    )
    return [chart for maker in makers if (chart := maker(source)) is not None]
