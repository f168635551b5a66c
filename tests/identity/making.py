"""Records in a line."""

from survey.identity import merge
from survey.records import Paper, Part

ABSTRACT = "We measure forty owls in the dark of the night and find that the error of a strike falls by a third when the rain is loud. " * 2


def record(reader: object = "bibtex", path: object = "refs.bib", place: object = "entry 1", **facts: object) -> Paper:
    text = str(facts.get("text", ""))
    parts = (Part(heading="", kind="abstract", start=0, end=len(text)),) if text and "parts" not in facts else ()
    return Paper.model_validate({"parts": parts, "sources": ({"path": path, "place": place, "reader": reader},), **facts})


def together(*records: Paper) -> bool:
    return len(merge(records)) == 1
