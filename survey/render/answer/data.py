"""An answer for programs: the record, and beside it what is derived from it: the numbered quotes, and the numbers that each claim, sentence
and row cites. Read back, what is derived is left aside."""

import json
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from survey.hiding import json_escaped
from survey.records import Answer, Talk
from survey.render.answer.words import bylines, table_rows

FORMAT = 1  # a change that an older reader would misread raises it


def answer_json(answer: Answer) -> dict[str, Any]:
    """``evidence``: the quotes in the order of their numbers, with the byline of the paper. ``citations``, of each claim, sentence and row
    of the table: the numbers of its quotes."""
    record = Answer.model_validate({name: getattr(answer, name) for name in Answer.model_fields})
    data = record.model_dump(mode="json")
    number = {quote: n for n, quote in enumerate(answer.evidence, start=1)}
    names = bylines(answer)
    for claim, told in zip(answer.claims, data["claims"], strict=True):
        told["citations"] = sorted({number[quote] for quote in claim.quotes})
        for sentence, said in zip(claim.sentences, [told["sentence"], *told["likewise"]], strict=True):
            said["citations"] = sorted({number[quote] for quote in sentence.quotes})
    if answer.table is not None:
        data["table"]["citations"] = [list(numbers) for _, numbers in table_rows(answer)[1:]]
    evidence = [{"number": n, "byline": names.get(quote.key, ""), **quote.model_dump(mode="json")} for quote, n in number.items()]
    return {"format": FORMAT, **data, "evidence": evidence}


def read_json(data: dict[str, Any]) -> Answer:
    """The inverse of :func:`answer_json`. Raises :class:`ValueError`."""
    try:
        return Answer.model_validate(_stored(data))
    except (AttributeError, TypeError, ValidationError) as error:
        raise ValueError("it is no answer, or was changed") from error


def talk_json(talk: Talk) -> str:
    data = {"format": FORMAT, "answers": [answer_json(answer) for answer in talk.answers], "scope": talk.scope.model_dump(mode="json")}
    return json_escaped(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def is_talk_json(text: str) -> bool:
    """Whether a JSON file is of answers."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and "sections" not in data and ("answers" in data or {"question", "found"} <= data.keys())


def read_talk_json(text: str) -> Talk:
    """The inverse of :func:`talk_json`; of one answer a talk of this one. Raises :class:`ValueError`."""
    try:
        data = json.loads(text)
        several = isinstance(data, dict) and "answers" in data
        return Talk(answers=tuple(map(read_json, data["answers"])), scope=data["scope"]) if several else Talk(answers=(read_json(data),))
    except (KeyError, TypeError, RecursionError, ValidationError) as error:
        raise ValueError("it is no talk, or was changed") from error


def _stored(data: dict[str, Any]) -> dict[str, Any]:
    """Without what is derived."""
    if data.get("format") != FORMAT:
        raise ValueError(f"its format is {data.get('format')!r}, and only {FORMAT} is known")
    kept = deepcopy({name: value for name, value in data.items() if name not in ("format", "evidence")})
    for claim in kept.get("claims", ()):
        for told in (claim, claim.get("sentence", {}), *claim.get("likewise", ()), kept.get("table") or {}):
            told.pop("citations", None)
    return kept
