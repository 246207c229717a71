"""Peak memory of one run, measured in a process of its own: `python -m benchmarks.memory ours 1000`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MONTHS = 3
MEBIBYTE = 2**20
SIDES = ("nothing", "ours", "twin")
"""`nothing` runs no month: what the interpreter and the libraries take."""


def peak_memory(side: str, groups: int) -> float:
    """Most memory a new process held while it ran a few months. MiB."""
    words = [sys.executable, "-m", __name__, side, str(groups)]
    done = subprocess.run(words, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    return float(done.stdout)


def high_water() -> float:
    """Most memory this process has held. MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1024.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MEBIBYTE if sys.platform == "darwin" else most / 1024.0


def run_months(side: str, groups: int) -> None:
    """A few months of one side."""
    from benchmarks.sizes import begun, parameters_for
    from countermarket.model.running.simulate import advance

    if side == "nothing":
        return
    simulation = begun(parameters_for(groups, spin_up_months=MONTHS), MONTHS)
    if side == "ours":
        for _ in range(MONTHS):
            advance(simulation)
    else:
        from twin.model import TwinModel

        twin = TwinModel(simulation)
        for _ in range(MONTHS):
            twin.step()


if __name__ == "__main__":
    run_months(sys.argv[1], int(sys.argv[2]))
    print(high_water())
