"""What a survey is called, and names within a sentence."""

from collections.abc import Sequence

from survey.records import Theme


def survey_title(topic: str, themes: Sequence[Theme], most: int = 3) -> str:
    """The topic, or the names of the largest themes."""
    if topic:
        return topic[0].upper() + topic[1:]
    names = [_first_term(theme.name) for theme in themes[:most]]
    return listed([name if n == 0 else inside(name) for n, name in enumerate(names)]) or "Survey"


def _first_term(name: str) -> str:
    """Of a name made of several: "rain noise" of "rain noise and frog calls", but "issue and solution" as it is."""
    name = name.split(",", maxsplit=1)[0]
    first = name.split(" and ")[0]
    return first if " " in first else name


def inside(label: str) -> str:
    """A label within a sentence: small first letter, unless its first word is a name or an acronym."""
    first, *rest = label.split()
    named = bool(rest) and rest[0][0].isupper() and rest[0][1:].islower()  # "Audio Spectrogram Transformer"
    return label if named or any(c.isupper() or c.isdigit() for c in first[1:]) else label[0].lower() + label[1:]


def short_name(name: str) -> str:
    """What a sentence calls a theme: its first term, as it stands within a sentence."""
    return inside(_first_term(name))


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
