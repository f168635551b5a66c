import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.support import evidence_faults, missing_numbers
from survey.support.measures import measures, other_count, other_unit

VALUES = st.one_of(st.integers(1, 99_999).map(str), st.decimals("0.1", "99", places=1).map(str))
UNITS = ["%", "percentage points", "ms", "s", "minutes", "hours", "days", "kg", "mg", "dB", "kHz", "million", "billion", "°C", "x", "GB"]


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("5%", "5 percent"),
        ("5 per cent", "5 %"),
        ("2 percentage points", "2 pp"),
        ("20 µs", "20 microseconds"),
        ("5ms", "5 milliseconds"),
        ("30 km/h", "30 km per hour"),
        ("3,000 words", "3000 words"),
        ("10 hours", "a 10-hour recording"),
        ("16 times", "16x"),
        ("5-fold", "5 times"),
        ("3 ms", "3, 5 and 7 ms"),
        ("1.5%", "1.5–2.5%"),
        ("92.1%", "an accuracy (%) of 92.1"),
        ("$5 million", "5 million dollars"),
        ("2.5 Prozentpunkte", "2.5 percentage points"),
        ("7B parameters", "7 billion parameters"),
        ("28.4 BLEU", "a BLEU score of 28.4"),
        ("three ponds", "3 ponds"),
        ("1.2 million calls", "1,200,000 calls"),
        ("12 toads", "twelve toads"),
        ("CIFAR-10", "10 ms on CIFAR-10"),
        ("1.200 Frösche", "1,200 frogs"),
    ],
)
def test_a_number_with_its_unit_stands_in_any_form(said: str, quoted: str) -> None:
    assert missing_numbers(said, [quoted]) == []
    assert other_unit(said, [quoted]) == ""
    assert other_count(said, [quoted]) == ""


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("5 s", "5 ms"),
        ("5%", "5 percentage points"),
        ("5 points", "5%"),
        ("3 million", "3 billion"),
        ("3 calls", "3 million calls"),
        ("92.1%", "a score of 92.1"),
        ("10 minutes", "10 hours of calls and 5 minutes of rain"),
        ("3 kHz", "3 and 5 Hz"),
        ("30 m/h", "30 m/s"),
        ("5 mg", "5 g"),
    ],
)
def test_another_unit_is_seen(said: str, quoted: str) -> None:
    assert other_unit(said, [quoted])
    assert "unit" in [fault.check for fault in evidence_faults(f"{said} of rain", [f"{quoted} of rain"])]


@given(VALUES, st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_a_swapped_unit_is_always_seen_and_the_same_one_never(value: str, unit: str, other: str) -> None:
    assert other_unit(f"The net takes {value} {unit} of rain.", [f"In rain, {value} {unit} are taken."]) == ""
    assume(other != unit)
    assert other_unit(f"The net takes {value} {other} of rain.", [f"In rain, {value} {unit} are taken."])


@given(VALUES, st.data())
def test_a_changed_digit_is_always_seen(value: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([n for n, char in enumerate(value) if char.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != value[at]]))
    changed = value[:at] + digit + value[at + 1 :]
    faults = evidence_faults(f"They count {changed} calls.", [f"We count {value} calls."])
    assert [fault.check for fault in faults] == ["number"]


@pytest.mark.parametrize(
    ("said", "quoted", "told"),
    [
        ("three ponds", "Five ponds", "three"),
        ("two toads in six ponds", "Three toads in six ponds of two farms", "two"),
        ("6 toads in two ponds", "2 toads in 6 ponds", "6"),
    ],
)
def test_the_same_is_counted_by_another_number(said: str, quoted: str, told: str) -> None:
    assert other_count(said, [quoted]) == told


def test_a_unit_stands_behind_its_number_or_before_it_or_at_the_end_of_its_row() -> None:
    found = {measure.written: [sorted(unit) for unit in measure.units] for measure in measures("$5, then 3, 4 and 7 ms, 30 km/h in 2019")}
    assert found == {"5": [["dollar"]], "3": [["millisecond"]], "4": [["millisecond"]], "7 ms": [["millisecond"]]} | {
        "30 km/h": [["kilometre"], ["per hour"]],
        "2019": [],
    }
