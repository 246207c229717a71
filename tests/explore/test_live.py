"""Exact runs on this machine: the numbers of a run, bad input as a message, nothing without the token."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from small_model import small_runner

from countermarket.analysis.swept import read_swept
from countermarket.explore.exact import Exact
from countermarket.explore.outcomes import OVERALL
from countermarket.explore.server import LONGEST, server
from countermarket.reading.errors import InputError
from countermarket.sweeps.sweep import run_sweep

POLICY = "title: Ours\nchanges:\n  2027-01:\n    alliance.data_sharing_share: 0.9\n"
STUDY = """\
title: The same
factors:
  - {lever: alliance.data_sharing_share, low: 0.4, high: 0.9}
design: {kind: grid, levels: 2}
replicates: 2
months: 24
"""


@pytest.fixture(scope="module")
def exact() -> Exact:
    return Exact(small_runner(), OVERALL, months=24, seed=0, is_drawn=True)


@pytest.fixture(scope="module")
def address(exact: Exact) -> Iterator[Any]:
    made, address = server("<p>the page</p>", exact.answer)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield urlsplit(address)
    made.shutdown()
    made.server_close()


def ask(address: Any, method: str, path: str, body: Any = None, host: str | None = None) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", address.port, timeout=30)) as connection:
        connection.request(method, path, body, {"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_the_answer_is_that_of_the_same_pairs_in_a_sweep(exact: Exact, tmp_path: Path) -> None:
    told = exact.answer(POLICY, 2)["exact"]
    (tmp_path / "study.yaml").write_text(STUDY)
    swept = run_sweep(tmp_path / "study.yaml", workers=1, out=tmp_path / "sweep", runner=small_runner())
    pairs = read_swept(swept, "index").results[-1]
    assert told["index"][0] == pytest.approx(pairs.mean(), rel=1e-4)
    assert len(exact.references) == 2
    assert "moved_inside" not in told  # other states are inside for each policy


def test_what_is_wrong_with_a_policy_is_said(exact: Exact) -> None:
    with pytest.raises(InputError, match="there is no such lever"):
        exact.answer(POLICY.replace("alliance.data", "alliance.date"), 1)
    with pytest.raises(InputError, match="from 1 to 64"):
        exact.answer(POLICY, 1_000)


def test_the_page_and_its_answers_stand_behind_the_token(address: Any) -> None:
    assert ask(address, "GET", address.path) == (200, "<p>the page</p>")
    question = json.dumps({"scenario": POLICY, "pairs": 1})
    code, told = ask(address, "POST", address.path + "exact", question)
    assert code == 200
    assert json.loads(told)["exact"]["index"][0] > 105
    strange = ("/", "/exact", "/../../etc/passwd", "/" + "a" * 32 + "/")
    for path in (*strange, address.path + "..", address.path + "explore.html"):
        assert ask(address, "GET", path)[0] == 404
    assert ask(address, "POST", "/exact", question)[0] == 404
    assert ask(address, "GET", address.path, host="elsewhere.example")[0] == 404


@pytest.mark.parametrize(
    ("question", "code", "message"),
    [
        ("{", 400, "a question has a scenario"),
        ('{"scenario": 1, "pairs": 1}', 400, "a question has a scenario"),
        ('{"scenario": "title: [", "pairs": 1}', 400, "policy.yaml"),
        (json.dumps({"scenario": POLICY, "pairs": 0}), 400, "from 1 to 64"),
        (" " * (LONGEST + 1), 413, "at most"),
    ],
)
def test_bad_input_is_a_message(address: Any, question: str, code: int, message: str) -> None:
    answer = ask(address, "POST", address.path + "exact", question)
    assert answer[0] == code
    assert message in json.loads(answer[1])["message"]
    assert "/tmp" not in answer[1]
