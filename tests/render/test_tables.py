import csv
import io
import json

from survey.records import Alone, Answered, Reported, Survey, Theme
from survey.render.chains import chains_markdown
from survey.render.tables import gaps_csv, gaps_json, gaps_markdown, links_csv, reported_csv, themes_csv
from tests.growing import issue_of, link
from tests.stating import paper, statements

from .small_survey import CHILDREN, HALVED, LOST, small_survey

TEXT = "Rain | noise masks frog calls. A denoiser is proposed. It detects frogs in rain. Toads remain untested."
PAPERS = [paper(key, TEXT, date=date) for key, date in (("roe2018", "2018"), ("lan2020", "2020"), ("mo2021", "2021"))]
SAID = [statements(p) for p in PAPERS]
OPEN = issue_of(SAID[0][0], SAID[2][0], label="=Rain | noise").model_copy(
    update={"status": "partly", "answers": (Answered(key="lan2020", kind="partly_resolves", quote=SAID[1][2].quote),)}
)
ANSWER = link(SAID[0][0], SAID[1][2], "partly_resolves", OPEN.id)
SURVEY = Survey(title="Frogs", papers=tuple(p.reference for p in PAPERS), issues=(OPEN,), links=(ANSWER,))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_link_is_a_row_with_the_words_at_its_ends_and_those_of_chains_come_first() -> None:
    chain = small_survey().chains[0]
    beside = link(SAID[0][0], SAID[1][0], "restates")
    both = small_survey().model_copy(update={"links": (beside, chain.links[0])})
    first, second = rows(links_csv(both))
    assert first["chain"] == chain.id
    assert (first["earlier"], first["earlier_year"], first["later"], first["kind"]) == ("phan2019", "2019", "roe2021", "partly_resolves")
    assert (first["earlier_words"], first["later_words"]) == (LOST.text, HALVED.text)
    assert (second["chain"], second["kind"], second["cites"]) == ("", "restates", "no")


def test_gaps_say_who_raised_them_since_when_how_often_and_who_came_nearest() -> None:
    (row,) = rows(gaps_csv(SURVEY))
    assert row["issue"] == "'=Rain | noise"  # no formula
    assert (row["status"], row["papers"], row["since"]) == ("partly", "2", "2018")
    assert (row["raised_by"], row["nearest"]) == ("roe2018; mo2021", "lan2020 (in part)")
    assert row["words"] == "Rain | noise masks frog calls."
    data = json.loads(gaps_json(SURVEY))
    assert data["format"] == 3
    assert data["gaps"][0]["nearest"][0]["quote"]["text"] == "It detects frogs in rain."
    assert "| \\=Rain \\| noise | ◐ partly resolved | 2 | 2018 | [@roe2018; @mo2021] | [@lan2020] (in part) |" in gaps_markdown(SURVEY)


def test_every_paper_is_a_row_of_its_theme_or_alone() -> None:
    theme = Theme(
        id="t",
        name="Frogs",
        terms=(),
        papers=("roe2018", "lan2020"),
        subthemes=(Theme(id="s", name="Rain", terms=(), papers=("roe2018",)),),
    )
    survey = SURVEY.model_copy(update={"themes": (theme,), "alone": (Alone(key="mo2021", nearest="t", similarity=0.3),)})
    told = [(row["paper"], row["theme"], row["subtheme"], row["nearest_theme"]) for row in rows(themes_csv(survey))]
    assert told == [("roe2018", "Frogs", "Rain", ""), ("lan2020", "Frogs", "", ""), ("mo2021", "", "", "Frogs")]


def test_chains_as_a_list_tell_each_paper_below_the_one_it_takes_up() -> None:
    lines = chains_markdown(small_survey()).splitlines()
    at = lines.index("## Chain 1")
    assert lines[at + 2 : at + 5] == [
        f"- [@phan2019]: “{LOST.text}”",
        f"  - taken up in part by [@roe2021]: “{HALVED.text}”",
        f"    - left open: “{CHILDREN.text}”",
    ]


def test_every_figure_is_a_row_with_the_place_of_its_words() -> None:
    words = SAID[1][2].quote
    figure = Reported(key="lan2020", measure="=recall", value="-2.1", unit="%", change=True, against="the baseline", quote=words)
    (row,) = rows(reported_csv(SURVEY.model_copy(update={"reported": (figure,)})))
    assert (row["paper"], row["year"], row["measure"], row["value"], row["change"]) == ("lan2020", "2020", "'=recall", "'-2.1", "yes")
    assert (row["words"], row["start"], row["page"]) == (words.text, str(words.start), "")
