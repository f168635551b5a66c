import random
from pathlib import Path

import pytest

from bench.adversarial import ATTACKS, PAPERS, Adversary, adversarial, claims, names_another, written
from survey.checking import check_file
from survey.outputs import write_outputs


def test_of_a_thousand_drafts_no_other_paper_is_cited_and_no_sentence_that_stands_is_lost() -> None:
    counts = adversarial()
    assert counts.foreign_citations == 0
    assert counts.valid_lost == 0
    assert counts.generated >= 1000
    assert counts.generated == counts.kept + counts.flagged + counts.dropped
    assert min(counts.kept, counts.dropped) > 100  # both kinds were there


@pytest.mark.parametrize("seed", range(3))
def test_what_came_out_passes_the_check_of_a_written_survey(seed: int, tmp_path: Path) -> None:
    survey = written(Adversary(random.Random(seed)))

    write_outputs(survey, tmp_path, {}, {})
    assert [finding for finding in check_file(tmp_path, PAPERS.get) if finding.fault] == []


def test_the_measure_sees_a_foreign_name_where_there_is_one() -> None:
    survey = written(Adversary(random.Random(0)))
    sentence = next(s for s in claims(survey) if s.citekeys == ("roe2019",))
    assert not names_another(sentence)
    for text in (f"Volt says: {sentence.text}", f"{sentence.text} volt2023", "Whales sing."):
        assert names_another(sentence.model_copy(update={"text": text}))
    assert names_another(sentence.model_copy(update={"citations": ()}))
    assert len(ATTACKS) > 40
