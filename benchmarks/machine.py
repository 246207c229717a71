"""The machine on which something was measured; no names of hosts or folders."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from countermarket.runs.processes import default_workers

LIBRARIES = ("mesa", "numba", "numpy", "pandas")


def processor() -> str:
    """The processor's own name for itself."""
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def load() -> str:
    """How many processes wanted a core of late, this one among them; empty where the system does not say."""
    return f"{os.getloadavg()[2]:.1f}" if hasattr(os, "getloadavg") else ""


def described() -> dict[str, str]:
    """Cores, how busy they are, processor, system, Python and libraries."""
    return {
        "processor": processor(),
        "cores": str(default_workers()),
        "load": load(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def sentence() -> str:
    """The same in words."""
    facts = described()
    libraries = ", ".join(f"{name} {facts[name]}" for name in LIBRARIES)
    busy = f"load {facts['load']} over the last quarter of an hour" if facts["load"] else "load unknown"
    cores = f"{facts['processor']}, {facts['cores']} cores, {busy}"
    return f"{cores}, {facts['system']}, Python {facts['python']}, {libraries}"
