"""The page in Chromium: levers move numbers, policies are saved and load, links bring them back, nothing is fetched."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explored import small_document, small_sweep
from small_model import small_runner

from countermarket.explore.exact import Exact
from countermarket.explore.outcomes import OVERALL
from countermarket.explore.page import page
from countermarket.explore.server import server
from countermarket.policy.reading import load_scenario

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
QUICK = 50.0
"""Milliseconds an answer may take, the middle one of many: machines of CI are busy."""


class Opened:
    """A page in the browser, with what it asked of the network and what it complained of."""

    def __init__(self, browser: Any, address: str, width: int) -> None:
        self.tab = browser.new_page(viewport={"width": width, "height": 900}, accept_downloads=True)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.goto(address)

    def number(self, name: str = ".tile b") -> float:
        return float(self.tab.locator(name).first.inner_text())

    def slide(self, control: int, value: float) -> None:
        self.tab.locator(f'[data-control="{control}"] [type=range]').fill(str(value))

    def type(self, control: int, value: float) -> None:
        self.tab.locator(f'[data-control="{control}"] .typed').fill(str(value))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return small_document(small_sweep(tmp_path_factory.mktemp("explored")))


@pytest.fixture(scope="module")
def address(held: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("page") / "explore.html"
    file.write_text(page(held), encoding="utf-8")
    return file.as_uri()


def test_a_lever_moves_the_numbers_and_they_are_those_of_the_emulator(
    browser: Any, address: str, held: dict[str, Any]
) -> None:
    opened = Opened(browser, address, 1280)
    assert opened.number() == 100.0
    assert "exact" in opened.tab.locator("#standing").inner_text()
    opened.slide(0, 0.9)
    opened.tab.locator('[data-control="4"] [value="1"]').check()
    assert opened.number() == pytest.approx(expected(held, [0.9, 0.0, 0.06, 0, 1, 0]), abs=0.051)
    assert opened.number() > 105
    assert opened.tab.locator("#standing").inner_text() == "Within what was run."
    times = opened.tab.evaluate(
        """() => [...Array(21).keys()].map((i) => {
            const slider = document.querySelector('[data-control="0"] [type=range]');
            slider.value = i / 20;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            return Number(document.body.dataset.ms);
        })"""
    )
    assert np.median(times) < QUICK
    assert (opened.requests, opened.complaints) == ([address], [])


def expected(held: dict[str, Any], positions: list[float]) -> float:
    """What the emulator in Python says of the headline."""
    from countermarket.explore.surface import Surface, evaluate

    point = []
    for one, place in zip(held["controls"], positions, strict=True):
        words = len(one["words"])
        point += [float(place == k) for k in range(1, words)] if words else [
            (place - one["low"]) / (one["high"] - one["low"])
        ]
    told = held["outcomes"][0]["mean"]
    surface = Surface(told["family"], told, np.zeros(1), 0.0)
    value = evaluate(surface, np.array(held["rows"]), np.array([point]))[0]
    return 100 + 100 * float(np.expm1(value / 100))


def test_exact_runs_stand_beside_where_a_process_answers(browser: Any, held: dict[str, Any]) -> None:
    exact = Exact(small_runner(), OVERALL, months=24, seed=0, is_drawn=True)
    made, address = server(page({**held, "live": True}), exact.answer)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    with made:
        opened = Opened(browser, address, 1280)
        opened.slide(0, 0.9)
        opened.tab.locator("#exact").click()
        opened.tab.get_by_text("Exact numbers are of 20 pairs.").wait_for()
        told = float(opened.tab.locator("tr .exact").first.inner_text().split()[0])
        assert told == pytest.approx(opened.number(), abs=3)
        opened.slide(0, 0.5)
        assert not opened.tab.locator("tr .exact").first.is_visible()
        assert {request.rpartition("/")[0] + "/" for request in opened.requests} == {address}
        assert opened.complaints == []
        opened.tab.close()
        made.shutdown()


def test_what_lies_outside_what_was_run_is_said(browser: Any, address: str) -> None:
    opened = Opened(browser, address, 1280)
    opened.type(1, 0.95)
    assert "Outside what was run: Powers, members" in opened.tab.locator("#standing").inner_text()
    assert "outside what was run" in opened.tab.locator("tr .known").first.inner_text()
    opened.type(1, 7)
    assert "a number from 0 to 1" in opened.tab.locator("#said").inner_text()


def test_a_policy_is_saved_as_a_scenario_that_loads(browser: Any, address: str, tmp_path: Path) -> None:
    opened = Opened(browser, address, 1280)
    opened.tab.locator("#save").click()
    assert "Nothing is changed yet" in opened.tab.locator("#said").inner_text()
    opened.slide(0, 0.9)
    opened.slide(1, 0.5)
    opened.slide(2, 0.1)
    for control in (3, 4, 5):
        opened.tab.locator(f'[data-control="{control}"] [value="1"]').check()
    opened.tab.locator("#title").fill('Ours: "hard" & fast #1')
    with opened.tab.expect_download() as download:
        opened.tab.locator("#save").click()
    assert download.value.suggested_filename == "ours_hard_fast_1.yaml"
    download.value.save_as(tmp_path / "ours.yaml")
    scenario = load_scenario(tmp_path / "ours.yaml")
    assert (scenario.title, scenario.effort) == ('Ours: "hard" & fast #1', "add")
    assert {change.month for change in scenario.changes} == {12}
    assert {change.lever: change.value for change in scenario.changes} == {
        "alliance.data_sharing_share": 0.9,
        "agencies.powers": {"members": 0.5},
        "agencies.enablers_share": {"members": 0.1},
        "alliance.channel": "federated",
        "alliance.members": ("GBR", "USA", "CAN", "AUS", "NZL", "COL", "ECU"),
        "alliance.chokepoints": {"GBR:container": 0.6, "small_boat": 0.3},
    }


def test_a_link_brings_the_policy_back(browser: Any, address: str) -> None:
    opened = Opened(browser, address, 1280)
    opened.tab.locator("#mark").select_option(label="Full alliance")
    opened.slide(0, 0.7)
    opened.tab.locator("#copy").click()
    told, link = opened.number(), opened.tab.url
    again = Opened(browser, link, 390)
    assert again.number() == told
    assert again.tab.locator('[data-control="0"] .typed').input_value() == "0.7"
    assert again.tab.locator("#mark option:checked").inner_text() == "Full alliance"
    strange = Opened(browser, address + "#alliance.data_sharing_share=9e9&nothing=1&alliance.members=7", 1280)
    assert strange.number() == 100.0


def test_a_narrow_screen_shows_all_without_moving_sideways(browser: Any, address: str) -> None:
    opened = Opened(browser, address, 390)
    assert opened.tab.evaluate("document.documentElement.scrollWidth") == 390
    assert opened.tab.locator("#strip").is_visible()
    opened.tab.emulate_media(media="print")
    assert not opened.tab.locator("#save").is_visible()
    assert opened.tab.locator('[data-control="0"] output').inner_text() == "0.2 (baseline)"


def test_the_keyboard_is_enough_and_everything_has_a_name(browser: Any, address: str) -> None:
    opened = Opened(browser, address, 1280)
    opened.tab.locator('[data-control="0"] [type=range]').focus()
    for _ in range(5):
        opened.tab.keyboard.press("ArrowRight")
    assert opened.tab.locator('[data-control="0"] .typed').input_value() == "0.25"
    assert opened.number() > 100.0
    nameless = opened.tab.evaluate(
        "[...document.querySelectorAll('input, select, button')].filter((one) => "
        "!one.labels?.length && !one.getAttribute('aria-label') && !one.textContent.trim()).length"
    )
    assert nameless == 0
