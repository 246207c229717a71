"""Many runs on several processes: results in the order asked for, whatever the number of workers.

One run that fails never stops the others, not even when it takes its process with it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from countermarket.runs.job import Job, Result, Runner, _failed, run_job

ONE_THREAD = {
    name: "1"
    for name in (
        "NUMBA_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
}
"""BLAS results differ with the number of threads, and runs are the parallel thing: one thread everywhere."""

MOST_IN_A_BATCH = 16
"""Runs of a batch at most: none is in hand, and lost with a kill, before all of them are done."""
BATCHES_AHEAD = 2
"""Batches each worker has waiting, so that none is idle and few are lost when one dies."""


def run_all(runner: Runner, jobs: Sequence[Job], workers: int = 1) -> Generator[Result]:
    """Results of the jobs in their order; here if one worker, or one batch, is all there is."""
    batches = batches_of(jobs, workers)
    if workers <= 1 or len(batches) < 2:
        yield from (run_job(runner, job) for job in jobs)
    else:
        yield from _in_processes(runner, batches, min(workers, len(batches)))


def batches_of(jobs: Sequence[Job], workers: int) -> deque[list[Job]]:
    """Runs sent to a worker at once: neighbours that share a spin-up, as many as leave each worker some batches."""
    most = min(MOST_IN_A_BATCH, max(1, len(jobs) // (2 * workers)))
    batches: deque[list[Job]] = deque()
    for job in jobs:
        if batches and _spin_up(batches[-1][0]) == _spin_up(job) and len(batches[-1]) < most:
            batches[-1].append(job)
        else:
            batches.append([job])
    return batches


def _spin_up(job: Job) -> tuple[int, int, tuple[tuple[str, float], ...]]:
    """What the months before the first reported one depend on."""
    return job.seed, job.replicate, job.overrides


def default_workers() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_here: list[Runner] = []
"""The runner of this worker process, set once when it starts."""


def _start(parent: int, runner: Runner | None) -> None:
    """Prepare a worker of this parent; an interrupt is for the parent, which stops the workers itself.

    The parent says who it is: a worker that asked might, if it is dead by then, be told of whoever adopts it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    _here[:] = [] if runner is None else [runner]


def _leave_with_parent(parent: int) -> None:
    """End this worker when the process that started it is gone, killed without a word perhaps."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _run_batch(jobs: Sequence[Job]) -> list[Result]:
    """The results of a batch in a worker."""
    return [run_job(_here[0], job) for job in jobs]


@contextmanager
def pool_of(
    workers: int, runner: Runner | None = None, environment: Mapping[str, str] = ONE_THREAD
) -> Iterator[Any]:
    """A pool of fresh processes, each with one thread; they end with the block, however it ends, and with us."""
    from loky import ProcessPoolExecutor

    started = (os.getpid(), runner)
    pool = ProcessPoolExecutor(workers, initializer=_start, initargs=started, env={**ONE_THREAD, **environment})
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, kill_workers=True)


def _in_processes(runner: Runner, batches: deque[list[Job]], workers: int) -> Iterator[Result]:
    """Results in order from a pool that is rebuilt when a worker dies."""
    while batches:
        with pool_of(workers, runner) as pool:
            yield from _drain(pool, batches, workers * BATCHES_AHEAD)
        if batches:
            yield from _one_by_one(runner, batches.popleft())


def _drain(pool: Any, batches: deque[list[Job]], ahead: int) -> Iterator[Result]:
    """Results of batches in order until none is left or a worker dies with the first in hand."""
    from concurrent.futures.process import BrokenProcessPool

    waiting: deque[Any] = deque()
    sent = 0
    while batches:
        try:
            while sent < len(batches) and len(waiting) < ahead:
                waiting.append(pool.submit(_run_batch, batches[sent]))
                sent += 1
            results = waiting.popleft().result()
        except BrokenProcessPool:
            return
        batches.popleft()
        sent -= 1
        yield from results


def _one_by_one(runner: Runner, jobs: Sequence[Job]) -> Iterator[Result]:
    """Each run in a process of its own, so that the one that kills its process is known."""
    from concurrent.futures.process import BrokenProcessPool

    for job in jobs:
        with pool_of(1, runner) as pool:
            try:
                yield pool.submit(_run_batch, [job]).result()[0]
            except BrokenProcessPool:
                yield _failed("the process of this run died (killed, or out of memory)", 0.0)
