"""The machine's copy of a survey: every sentence with its evidence, and the whole record."""

import json
import re

from pydantic import ValidationError

from survey.hiding import json_escaped
from survey.records import Quote, Survey
from survey.render.sheets import sheet

FORMAT = 3  # of survey.json; a change that an older reader would misread raises it


def evidence_jsonl(survey: Survey) -> str:
    """One line per sentence, in reading order. Offsets count characters of the paper's stored text, end exclusive."""
    lines = (
        {
            "section": section.title,
            "sentence": sentence.text,
            "kind": sentence.kind,
            "citekeys": list(sentence.citekeys),
            "quotes": [_quote(quote) for quote in sentence.quotes],
            "verdict": sentence.verdict,
        }
        for section, sentence in survey.sentences
    )
    return "".join(json_escaped(json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)


def _quote(quote: Quote) -> dict[str, str | int | None]:
    return {"citekey": quote.key, "text": quote.text, "start": quote.start, "end": quote.end, "page": quote.page}


def survey_json(survey: Survey) -> str:
    """The record, with its format number first."""
    return json_escaped(json.dumps({"format": FORMAT, **survey.model_dump(mode="json")}, ensure_ascii=False, indent=2)) + "\n"


_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_survey_json(text: str, only: int | None = None) -> Survey:
    """The record again. Raises :class:`ValueError`, which says why it is none of this version; or of a format other than ``only``."""
    try:
        data = json.loads(text)
        if _HALF.search(text):  # of a character, unless the other half stands beside it
            json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is no whole JSON: {error}") from error
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")
    version = data.pop("format", 0)
    if only is not None and version != only:
        raise ValueError(f"it is of format {version}")
    if isinstance(version, int) and version > FORMAT:
        raise ValueError(f"a newer version of the program wrote it: format {version}, here {FORMAT}")
    try:
        return Survey.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        older = f"; an older version of the program wrote it: format {version}, here {FORMAT}" if version != FORMAT else ""
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}{older}") from error


def part_json(survey: Survey, *fields: str) -> str:
    """Some fields of the record, as they stand in ``survey.json``, with what the survey is of."""
    part = survey.model_dump(mode="json", include={"title", "topic", *fields})
    return json_escaped(json.dumps({"format": FORMAT, **part}, ensure_ascii=False, indent=2)) + "\n"


def evidence_csv(survey: Survey) -> str:
    """One row a sentence and quote, of tables a row and quote; of a sentence that quotes nothing one row for each paper that it cites, or
    one without a paper."""
    header = ("section", "sentence", "kind", "verdict", "citekey", "page", "start", "end", "quote")
    rows: list[tuple[str | int | None, ...]] = []
    for title, block in ((section.title, block) for section in survey.sections for block in section.blocks):
        for sentence in (sentence for item in block.items for sentence in item):
            told = (title, sentence.text, sentence.kind, sentence.verdict)
            quoted = {quote.key for quote in sentence.quotes}
            rows += [(*told, *_place(quote)) for quote in sentence.quotes]
            rows += [(*told, key, None, None, None, None) for key in sentence.citekeys if key not in quoted]
            if not sentence.citekeys:
                rows.append((*told, None, None, None, None, None))
        for row, quotes in zip(block.rows, block.evidence, strict=False):
            rows += [(title, " | ".join(row), "table", None, *_place(quote)) for quote in quotes]
    return sheet(header, rows)


def _place(quote: Quote) -> tuple[str | int | None, ...]:
    return quote.key, quote.page, quote.start, quote.end, quote.text
