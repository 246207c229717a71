"""Scenario files: what is accepted, what is refused and how, and what ships."""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from countermarket.declared.levers import LEVERS
from countermarket.declared.vocabulary import DOMAINS, MARKETS, MODES, SERVICES
from countermarket.policy.baseline import load_baseline
from countermarket.policy.courses import lever_at
from countermarket.policy.reading import advice, load_scenario, parse_scenario
from countermarket.policy.scenario import Scenario, reference_of
from countermarket.policy.shipped import shipped_folder, shipped_names
from countermarket.reading.errors import InputError
from countermarket.world.load import read_evidence
from countermarket.world.names import load_names

PARTS = ("sanctions_only", "enablers_only", "logistics_chokepoints", "technology_only", "reinvestment")


def parse(text: str | bytes) -> Scenario:
    data = text.encode() if isinstance(text, str) else text
    return parse_scenario(data, "test.yaml", load_names(), load_baseline())


def with_change(line: str) -> str:
    return f"title: Test\nchanges:\n  2027-01:\n    {line}\n"


def refused(text: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        parse(text)
    return caught.value


# --- what is accepted --------------------------------------------------------------------------------------


def test_the_example_of_the_manual() -> None:
    scenario = parse("""
title: Full alliance
question: What does the alliance as proposed add to today's bilateral cooperation?
changes:
  2027-01:
    alliance.members: [GBR, USA, CAN, AUS, NZL]
    alliance.data_sharing_share: 0.6
    alliance.channel: federated
    agencies.powers: {GBR: 0.6, members: 0.3}
  2029-01:
    alliance.sanctions_coordination: 0.9
    alliance.reinvestment_share: {value: 0.5, ramp_months: 12}
shocks:
  - {kind: trust_breach, start: 2030-06, pair: [GBR, USA], domain: maritime, size: 0.6}
""")
    assert [change.month for change in scenario.changes] == [12, 12, 12, 12, 36, 36]
    assert scenario.changes[0].value == ("GBR", "USA", "CAN", "AUS", "NZL")
    assert scenario.changes[3].value == {"GBR": 0.6, "members": 0.3}
    assert scenario.changes[-1].ramp_months == 12
    assert scenario.shocks[0].start == 53
    assert set(scenario.policy) == set(LEVERS)


def test_relative_dates_count_from_the_first_reported_month() -> None:
    assert parse("title: T\nchanges: {m+12: {agencies.powers: 1}}").changes[0].month == 12


@pytest.mark.parametrize(
    ("written", "read"), [("1e-3", 0.001), (".5", 0.5), ("0x1", 1), ("1.", 1), ("+1", 1), ("-0.0", 0)]
)
def test_numbers_of_the_core_schema(written: str, read: float) -> None:
    assert parse(with_change(f"agencies.powers: {written}")).changes[0].value == read


@pytest.mark.parametrize("word", ["NO", "no", "yes", "on", "2027-01-01", "12:30:45", "1_000", "0o8"])
def test_text_stays_text(word: str) -> None:
    assert parse(f"title: {word}\nchanges: {{m+0: {{agencies.powers: 1}}}}").title == word


def test_a_leg_cut_into_layers_stands_for_all_of_them() -> None:
    whole = next(leg.partition("/")[0] for leg in load_names().legs if "/" in leg)
    value = (
        parse(with_change(f"alliance.chokepoints: {{{whole}: 0.5, BEL:container: 0.4, small_boat: 0.1}}"))
        .changes[0]
        .value
    )
    assert isinstance(value, dict)
    assert {leg for leg in value if leg.startswith(whole + "/")} == {
        leg for leg in load_names().legs if leg.startswith(whole + "/")
    }
    assert value["BEL:container"] == 0.4


def test_a_market_alone_counts_everywhere() -> None:
    assert parse(with_change("agencies.severity: {cocaine: 2, GBR: 3}")).changes[0].value == {
        "default": {"cocaine": 2.0},
        "GBR": 3.0,
    }


# --- groups of states --------------------------------------------------------------------------------------


def test_a_group_stands_for_its_members() -> None:
    members = parse(with_change("alliance.members: [five_eyes, JPN, g7]")).changes[0].value
    assert isinstance(members, tuple)
    assert members[:6] == ("GBR", "USA", "CAN", "AUS", "NZL", "JPN")
    assert set(members) == {*members[:6], "FRA", "DEU", "ITA"}
    assert len(members) == 9
    assert parse(with_change("alliance.blackout_zone: [fatf_black]")).changes[0].value == ("IRN", "MMR")


def test_whoever_is_named_alone_keeps_that_value() -> None:
    powers = parse(with_change("agencies.powers: {FRA: 0.5, eu: 0.4}")).changes[0].value
    assert isinstance(powers, dict)
    assert (powers["FRA"], powers["BEL"], len(powers)) == (0.5, 0.4, 12)
    severity = parse(with_change("agencies.severity: {fatf_black: {cocaine: 2}, IRN: 1.5}")).changes[0].value
    assert severity == {"MMR": {"cocaine": 2.0}, "IRN": 1.5}
    ports = parse(with_change("agencies.border_control: {eu:container: 0.3, BEL:container: 0.5}")).changes[0].value
    assert isinstance(ports, dict)
    assert (ports["BEL:container"], ports["NLD:container"], len(ports)) == (0.5, 0.3, 12)


def test_a_shock_may_hit_a_group() -> None:
    shock = "{kind: demand, start: m+1, size: 0.5, jurisdiction: [five_eyes, GBR]}"
    scenario = parse(f"title: T\nshocks: [{shock}]\neffect_of: shocks")
    assert scenario.shocks[0].jurisdiction == ("GBR", "USA", "CAN", "AUS", "NZL")


def test_groups_are_of_this_world_and_dated() -> None:
    groups = load_names().groups
    assert {"five_eyes", "eu", "schengen", "g7", "nato", "fatf_members", "fatf_grey", "fatf_black"} <= set(groups)
    assert all(set(members) <= set(load_names().jurisdictions) for members in groups.values())
    rows = [row.texts for row in read_evidence("groups.csv")]
    assert all(re.fullmatch(r"[12]\d{3}-\d{2}", row["since"]) and row["since"] <= "2026-01" for row in rows)
    assert "GBR" not in groups["eu"]


def test_all_bad_members_are_reported_and_each_with_what_was_meant() -> None:
    text = with_change("alliance.members: [EU, Kolumbia, GER, UK, cocaine, Turkey, Five Eyes]")
    with pytest.raises(InputError) as caught:
        parse(text)
    told = str(caught.value).splitlines()
    meant = ["the group eu?", "COL (Colombia)?", "DEU (Germany)?", "GBR (United Kingdom)?", "cocaine is a market"]
    meant += ["TUR (Türkiye)?", "the group five_eyes?"]
    assert len(told) == len(meant)
    assert [words for words, line in zip(meant, told, strict=True) if words not in line] == []


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("alliance.chanel: federated", "Did you mean alliance.channel?"),
        ("members: [GBR]", "Did you mean alliance.members?"),
        ("alliance.channel: federatd", "Did you mean federated?"),
        ("alliance.channel: 3", "3 is not allowed here"),
        ("alliance.members: GBR", "is not a list"),
        ("alliance.members: [GBR, UK]", "Did you mean GBR (United Kingdom)?"),
        ("alliance.members: [GBR, GBR]", "GBR is listed twice"),
        ("alliance.members: [GBR, 7]", "7 is not a known jurisdiction"),
        ("agencies.powers: 60", "did you mean 0.6?"),
        ("agencies.powers: 60%", "60% is 0.6"),
        ('agencies.powers: "0.6"', "leave out the quotation marks"),
        ("agencies.powers: true", "true is not a number"),
        ("agencies.powers: -0.1", "allowed: a number from 0 to 1"),
        ("agencies.powers: 1e400", "too large a number"),
        ("agencies.powers: .inf", "is not a finite number"),
        ("agencies.powers: .NaN", "is not a finite number"),
        ("agencies.powers: " + "9" * 5000, "too many digits"),
        ("agencies.powers: ~", "nothing is not a number"),
        ("agencies.powers: [0.5]", "a list is not a number"),
        ("agencies.powers: {}", "the map is empty"),
        ("agencies.powers: {GBR: 0.5, UK: 0.5}", "Did you mean GBR (United Kingdom)?"),
        ("agencies.powers: {GBR: 0.5, GBR: 0.6}", "written twice (first on line 4)"),
        ("agencies.powers: {cocaine: 0.5}", "not a known jurisdiction"),
        ("agencies.severity: {GBR: {cocain: 2}}", "Did you mean cocaine?"),
        ("agencies.severity: {cocaine: 2, default: {cocaine: 3}}", "has a value for cocaine already"),
        ("alliance.federated_data: {GBR: 0.5}", "a map is not a number"),
        ("alliance.enabler_targeting: {financ: 0.5}", "Did you mean finance?"),
        ("alliance.private_partners: {banks: 0.5}", "no such partner"),
        ("alliance.private_partners: 0.5", "is not a map"),
        ("alliance.chokepoints: {BLE:container: 0.5}", "Did you mean BEL:container?"),
        ("alliance.chokepoints: {Antwerp: 0.5}", "Did you mean BEL:container?"),
        ("alliance.chokepoints: {EU:container: 0.5}", "Did you mean eu:container?"),
        ("agencies.powers: {EU: 0.5}", "Did you mean the group eu?"),
        ("agencies.powers: {eu: 0.5, nato: 0.4}", "FRA is in eu and in nato; say what holds for FRA"),
        ("alliance.chokepoints: {BEL:contaner: 0.5}", "Did you mean BEL:container?"),
        ("alliance.chokepoints: {L9999: 0.5}", "no such leg or port or mode"),
        ("alliance.channel: {value: federated, ramp_months: 12}", "a word cannot be ramped"),
        ("alliance.members: {value: [GBR], ramp_months: 12}", "a name cannot be ramped"),
        ("agencies.powers: {value: 0.5, ramp_months: 1.5}", "whole number from 0"),
        ("agencies.powers: {value: 0.5, ramp_months: -1}", "whole number from 0"),
        ("agencies.powers: {ramp_months: 12}", "needs a value"),
        ("agencies.powers: {value: 0.5, GBR: 0.6}", "put the map under value"),
        ("agencies.interdiction_share: 0.7\n    agencies.finance_share: 0.4", "sum to 1.1"),
        ("agencies.powers: &a 0.5", "anchors and aliases"),
        ("agencies.powers: *a", "anchors and aliases"),
        ("agencies.powers: !!float 0.5", "tags are not allowed"),
        ("<<: {agencies.powers: 0.5}", "merge keys"),
        ("? [a]\n    : 1", "a key must be a word"),
    ],
)
def test_a_faulty_change_is_explained_with_its_line(line: str, said: str) -> None:
    error = refused(with_change(line))
    assert said in error.render()
    assert error.file == "test.yaml"
    assert error.line is not None
    assert 3 <= error.line <= 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("just words", "stands where a map"),
        ("- a\n- b", "stands where a map"),
        ("title: T\n", "nothing differs from the baseline"),
        ("title: T\nchanges: {}\nshocks: []", "nothing differs from the baseline"),
        ("changes: {2027-01: {agencies.powers: 1}}", "title: is missing"),
        ("title: 3\nchanges: {2027-01: {agencies.powers: 1}}", "3 is not text"),
        ("title: T\nchanges: 3", "3 stands where a map"),
        ("title: T\nchange: {2027-01: {agencies.powers: 1}}", "Did you mean changes?"),
        ("title: T\nchanges: {2027-13: {agencies.powers: 1}}", "is not a month"),
        ("title: T\nchanges: {2025-12: {agencies.powers: 1}}", "is outside the months"),
        ("title: T\nchanges: {m+5000: {agencies.powers: 1}}", "is outside the months"),
        (
            "title: T\nchanges: {m+12: {agencies.powers: 1}, 2027-01: {agencies.powers: 0.5}}",
            "is set twice in 2027-01",
        ),
        ("title: T\nshocks: 3\nchanges: {2027-01: {agencies.powers: 1}}", "is not a list"),
        ("title: T\nshocks: [{kind: leak, start: m+1, size: 1}]", "there is no policy to measure"),
        ("title: T\neffect_of: shocks\nchanges: {m+1: {agencies.powers: 1}}", "no shocks whose effect"),
        ("title: T\neffect_of: both\nchanges: {m+1: {agencies.powers: 1}}", "one of policy, shocks, all"),
        ("title: T\n---\ntitle: U", "a second document"),
        ("title: T\n\tchanges: 3", "cannot be read as YAML"),
        ("title: [", "cannot be read as YAML"),
        ('title: "\\e[31mred"', "control characters"),
        ("title: \u202eT", "control characters"),
        ("a: " + "[" * 30 + "]" * 30, "nested deeper than 20"),
        ("a: [" + "1, " * 20_001 + "]", "more than 20,000 values"),
        ("#" * 1_000_001, "larger than 1,000,000 bytes"),
        (b"title: \xff\xfe", "not UTF-8"),
        (b"title: T\x00", "cannot be read as YAML"),
    ],
)
def test_a_faulty_file_is_explained(text: str | bytes, said: str) -> None:
    assert said in refused(text).render()


def test_every_faulty_line_is_told_at_once() -> None:
    text = with_change("agencies.powers: 2\n    alliance.channel: x\n    nonsense: 1") + "effect_of: x\n"
    told = refused(text).render().splitlines()
    assert [line.split(":")[1] for line in told] == ["4", "5", "6", "7"]


def test_shares_may_not_exceed_one_on_the_way() -> None:
    first = "  2027-01: {agencies.interdiction_share: 0.2, agencies.finance_share: 0.8}\n"
    ramp = "agencies.finance_share: {value: 0.2, ramp_months: 12}"
    swap = f"  2028-01: {{agencies.interdiction_share: 0.8, {ramp}}}\n"
    assert "in 2028-01 sum to 1.55" in refused(f"title: T\nchanges:\n{first}{swap}").message


def with_effort(effort: str, *lines: str) -> str:
    return with_change("\n    ".join(lines)).replace("changes:", f"effort: {effort}\nchanges:", 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (with_effort("adds", "agencies.finance_share: 0.2"), "adds is not allowed; write shift (the same officers"),
        (with_effort("[add]", "agencies.finance_share: 0.2"), "is not allowed; write shift"),
        (with_effort("add", "agencies.powers: 1"), "no share of effort is set, so nothing is shifted or added"),
        (
            with_effort("add", "agencies.interdiction_share: {GBR: 0.2}", "agencies.finance_share: 0.1"),
            "GBR would have 0.88 times its officers in 2027-01, and effort: add takes none away; write effort: shift",
        ),
        (
            with_effort("shift", "agencies.interdiction_share: 0.7", "agencies.finance_share: 0.4"),
            "share the rest. With effort: add they bring officers of their own",
        ),
    ],
)
def test_what_setting_a_share_means_is_explained_where_it_cannot_be(text: str, said: str) -> None:
    assert said in refused(text).render()


def test_added_shares_may_exceed_one() -> None:
    lines = ("agencies.interdiction_share: 0.7", "agencies.finance_share: 0.4")
    assert parse(with_effort("add", *lines)).adds_officers


def test_a_file_that_does_not_say_what_its_shares_mean_is_taken_as_a_shift_and_warned() -> None:
    unsaid = parse(with_change("agencies.finance_share: 0.2"))
    assert not unsaid.adds_officers
    assert [line for line in advice(unsaid, 120) if "taken as effort: shift. Write effort: shift (" in line]
    said = parse(with_effort("shift", "agencies.finance_share: 0.2"))
    assert advice(said, 120) == []
    assert unsaid.digest == said.digest != parse(with_effort("add", "agencies.finance_share: 0.2")).digest


def test_every_shipped_scenario_that_sets_shares_says_what_they_mean() -> None:
    files = [path for path in shipped_folder().rglob("*.yaml") if path.parent.name != "studies"]
    unsaid = [path.stem for path in files if (one := load_scenario(path)).sets_effort and not one.effort]
    assert unsaid == []
    assert {load_scenario(name).effort for name in ("shifted_effort", "added_effort")} == {"shift", "add"}


def test_all_six_shares_must_use_all_effort() -> None:
    lines = "\n    ".join(
        f"agencies.{name}_share: 0.1"
        for name in ("interdiction", "investigation", "finance", "digital", "enablers", "prevention")
    )
    assert "all six must sum to 1" in refused(with_change(lines)).message


def many_changes(block: str, count: int = 1_200) -> str:
    return "title: T\nchanges:\n" + "".join(f"  m+{month}: {block}\n" for month in range(count))


def test_hostile_files_are_refused_quickly() -> None:
    hostile = [
        "[" * 400_000,
        "{a: " * 200_000,
        "a:\n" + "- " * 400_000,
        "? " * 400_000,
        '"' + "\\\n" * 400_000,
        "a: |\n" + " x\n" * 300_000,
        many_changes("{agencies.powers: 2}"),
        many_changes("{agencies.finance_share: {value: 1.0, ramp_months: 240}, agencies.powers: {GBR: 0.1}}"),
        "effort: add\n" + many_changes("{agencies.finance_share: {GBR: 0.4, USA: 0.3}}", 990)
        + "  m+1000: {agencies.finance_share: 0.01}",
        many_changes("{agencies.finance_share: {GBR: 0.4}}", 990) + "  m+1000: {agencies.digital_share: 0.9}",
    ]
    started = time.process_time()
    for text in hostile:
        refused(text[:1_000_000])
    assert time.process_time() - started < 10


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_scenario_or_an_input_error(data: bytes) -> None:
    scenario_or_error(data)


YAML_BITS = st.sampled_from(
    [
        "title: T\n",
        "changes:\n",
        "  2027-01:\n",
        "  m+3:\n",
        "    alliance.channel: federated\n",
        "    agencies.powers: ",
        "0.5\n",
        "{GBR: 0.5}\n",
        "[GBR, USA]\n",
        "{value: 0.5, ramp_months: 3}\n",
        "shocks:\n",
        "  - ",
        "{kind: leak, ",
        "start: m+4, ",
        "size: 0.5}\n",
        "effect_of: all\n",
        "levers:\n",
        "~",
        "- ",
        "? ",
        ": ",
        "\n",
        "'",
        '"',
        "&a ",
        "*a",
        "!!x ",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        "|\n",
        "\t",
        "\x85",
        "NO",
        "1e3",
        "\u2028",
        "%YAML 1.2\n---\n",
    ]
)


@given(st.lists(YAML_BITS, max_size=25).map("".join) | st.text(max_size=200))
@settings(max_examples=250, deadline=None)
def test_any_text_gives_a_scenario_or_an_input_error(text: str) -> None:
    scenario_or_error(text.encode("utf-8", "surrogatepass"))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["GBR", "members"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["GBR", "default", "cocaine", "value", "ramp_months", "small_boat", "kind", "size"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(LEVERS)), VALUES, max_size=4), VALUES)
@settings(max_examples=250, deadline=None)
def test_any_values_give_a_scenario_or_an_input_error(levers: dict[str, object], shock: object) -> None:
    text = yaml.safe_dump({"title": "T", "changes": {"2027-01": levers}, "shocks": [shock]}, sort_keys=False)
    scenario_or_error(text.encode())


def scenario_or_error(data: bytes) -> None:
    try:
        outcome: Scenario | InputError = parse(data)
    except InputError as error:
        outcome = error
    if isinstance(outcome, InputError):
        assert outcome.render()
        assert not any(ord(letter) < 32 for letter in outcome.render().replace("\n", ""))


# --- the scenario object -----------------------------------------------------------------------------------


def test_a_scenario_is_one_value_for_mesa() -> None:
    scenario = load_scenario("alliance")
    assert not isinstance(scenario, Iterable)
    with pytest.raises(TypeError):
        iter(scenario)  # type: ignore[call-overload]
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert len({scenario, load_scenario("alliance")}) == 1


def test_the_digest_follows_what_bears_on_the_numbers() -> None:
    one, other = parse(with_change("agencies.powers: 0.5")), parse(with_change("agencies.powers: 0.6"))
    assert one.digest != other.digest
    assert parse("# a comment\n" + with_change("agencies.powers: 0.50")).digest == one.digest


def test_references_differ_by_what_is_measured() -> None:
    shocked = "shocks: [{kind: leak, start: 2028-01, size: 0.5}]\n"
    policy = parse(with_change("agencies.powers: 0.5") + shocked)
    assert reference_of(policy).changes == ()
    assert reference_of(policy).shocks == policy.shocks
    shocks = policy.model_copy(update={"effect_of": "shocks"})
    assert reference_of(shocks).changes == policy.changes
    assert reference_of(shocks).shocks == ()
    both = policy.model_copy(update={"effect_of": "all"})
    assert reference_of(both).is_baseline
    assert (
        reference_of(reference_of(policy)).name == "baseline_with_shocks_" + reference_of(policy).digest[:6]
    )


def test_the_reference_of_a_baseline_is_the_baseline() -> None:
    baseline = load_scenario("baseline")
    assert baseline.is_baseline
    assert reference_of(baseline).digest == baseline.digest
    assert reference_of(load_scenario("alliance")).digest == baseline.digest


def test_what_comes_after_the_last_month_is_said() -> None:
    scenario = parse("title: T\nchanges:\n  2027-01: {agencies.powers: 1}\n  2030-01: {agencies.powers: 0}")
    assert advice(scenario, 120) == []
    assert advice(scenario, 36) == [
        "test: agencies.powers in 2030-01 lies after 2028-12, the last month run, and has no effect"
    ]
    with pytest.raises(InputError, match="raise --months"):
        advice(scenario, 12)


# --- files -------------------------------------------------------------------------------------------------


def test_names_agree_with_the_world() -> None:
    names = load_names()
    assert (names.markets, names.modes, names.services, names.domains) == (MARKETS, MODES, SERVICES, DOMAINS)
    assert len(names.jurisdictions) == 53


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_load_and_start_together(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = load_scenario(name)
    assert scenario.title
    assert scenario.question
    assert advice(scenario, 120) == [] if scenario.changes else scenario.is_baseline
    assert min((change.month for change in scenario.changes), default=12) == 12


def test_the_parts_of_the_alliance_are_the_same_in_the_whole() -> None:
    whole = load_scenario("alliance").changes
    for part in PARTS:
        assert all(change in whole for change in load_scenario(part).changes), part
    assert load_scenario("trust_shock").changes == whole


def test_the_national_reforms_touch_one_country() -> None:
    changes = load_scenario("national_reforms").changes
    assert all(isinstance(change.value, dict) and set(change.value) == {"GBR"} for change in changes)


def test_a_baseline_beside_the_scenario_or_above_it_is_taken(tmp_path: Path) -> None:
    text = (shipped_folder() / "baseline.yaml").read_text(encoding="utf-8").replace("value: 40", "value: 77")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "mine.yaml").write_text(with_change("agencies.powers: 0.5"), encoding="utf-8")
    assert lever_at(load_scenario(inner / "mine.yaml"), "alliance.sanctions_per_year", 0) == 40
    (tmp_path / "baseline.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario(inner / "mine.yaml")
    assert lever_at(scenario, "alliance.sanctions_per_year", 0) == 77
    assert scenario.baseline_path == str(tmp_path.resolve() / "baseline.yaml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  alliance.stings:\n    value: 0\n", "", "missing: alliance.stings"),
        ("value: 0.33", "value: 0.34", "must sum to 1, not 1.01"),
        ("    value: leaders\n", "    value: leader\n", "Did you mean leaders?"),
        ('    source: "definition: present sentences"\n', "", "needs its source"),
        ("  alliance.stings:", "  alliance.sting:", "Did you mean alliance.stings?"),
    ],
)
def test_a_faulty_baseline_is_explained(old: str, new: str, said: str) -> None:
    text = (shipped_folder() / "baseline.yaml").read_text(encoding="utf-8")
    assert old in text
    if not new and "stings" in old:
        source = text[text.index(old) + len(old) :].split("\n", 1)[0] + "\n"
        old += source
    assert said in refused(text.replace(old, new)).render()


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    for name, said in (
        ("allianse", "Did you mean alliance?"),
        ("nowhere/alliance.yaml", "no such file"),
        (str(tmp_path), "no such file, and no shipped"),
        ("a\0b", "no such file"),
        ("x" * 5000, "no such file"),
        ("/dev/zero", "not a file"),
    ):
        with pytest.raises(InputError) as caught:
            load_scenario(name)
        assert said in caught.value.render(), name


def test_a_file_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    strange = tmp_path / "caf\udce9.yaml"
    strange.write_text("title: t\n", encoding="utf-8")
    with pytest.raises(InputError, match="rename"):
        load_scenario(strange)
