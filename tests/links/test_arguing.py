import pytest

from survey.links.arguing import cause_and_effect, denies, is_contrary


@pytest.mark.parametrize(
    ("sentence", "cause", "effect"),
    [
        ("Frogs fell silent because rain noise masks their calls.", "rain noise masks their calls", "Frogs fell silent"),
        ("The price is high, mainly because of discarded plates: it doubles.", "discarded plates", "The price is high"),
        ("Owing to heavy rain noise, few calls were heard.", "heavy rain noise", "few calls were heard"),
        ("Dust from open roofs leads to bad plates everywhere.", "Dust from open roofs", "bad plates everywhere"),
        ("Few calls are heard for want of microphones.", "", ""),
        ("Rain noise masks calls.", "", ""),
    ],
)
def test_a_stated_cause_is_told_from_its_effect(sentence: str, cause: str, effect: str) -> None:
    parts = cause_and_effect(sentence)
    assert (parts or ("", "")) == ((cause, effect) if effect else ("", ""))


@pytest.mark.parametrize(
    ("sentence", "contrary", "denied"),
    [
        ("We find no relation between rain and calls.", False, True),
        ("Calls did not change after rain.", False, True),
        ("Contrary to Roe (2019), calls fell silent.", True, True),
        ("In contrast to Roe et al., calls fell silent.", True, True),
        ("In contrast to dry ponds, wet ponds have frogs.", False, False),
        ("The filter removes noise.", False, False),
    ],
)
def test_what_goes_against_others_is_told(sentence: str, contrary: bool, denied: bool) -> None:
    assert (is_contrary(sentence), denies(sentence)) == (contrary, denied)
