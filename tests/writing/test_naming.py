import pytest

from survey.records import Theme
from survey.writing import inside, survey_title
from survey.writing.naming import short_name


@pytest.mark.parametrize(
    ("label", "within"),
    [
        ("Rain noise", "rain noise"),
        ("EEG signals", "EEG signals"),
        ("3D pose", "3D pose"),
        ("A", "a"),
        ("Audio Spectrogram Transformer", "Audio Spectrogram Transformer"),
    ],
)
def test_a_label_within_a_sentence_keeps_its_names(label: str, within: str) -> None:
    assert inside(label) == within


def test_a_theme_of_two_terms_is_called_by_the_first() -> None:
    assert short_name("Rain noise and frog calls") == "rain noise"
    assert short_name("Issue and solution") == "issue and solution"


def test_a_title_is_the_topic_or_the_largest_themes() -> None:
    def theme(name: str) -> Theme:
        return Theme(id=name, name=name, terms=(), papers=())

    themes = [theme(name) for name in ("Frog calls, rain", "EEG", "Cells", "Toads")]
    assert survey_title("pond life", themes) == "Pond life"
    assert survey_title("", themes) == "Frog calls, EEG and cells"
    assert survey_title("", themes[1:2]) == "EEG"
    assert survey_title("", []) == "Survey"
