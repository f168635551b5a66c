import json

from survey.records import Survey
from survey.render.evidence import evidence_jsonl, survey_json

from .small_survey import small_survey


def test_one_line_per_sentence_keys_in_order() -> None:
    survey = small_survey()
    lines = [json.loads(line) for line in evidence_jsonl(survey).splitlines()]
    assert [line["sentence"] for line in lines] == [sentence.text for _, sentence in survey.sentences]
    assert {tuple(line) for line in lines} == {("section", "sentence", "kind", "citekeys", "quotes", "verdict")}
    assert lines[1]["quotes"][0]["page"] == 4


def test_the_record_comes_back() -> None:
    data = json.loads(survey_json(small_survey()))
    assert next(iter(data)) == "format"
    assert data.pop("format") == 3
    assert Survey.model_validate(data) == small_survey()
