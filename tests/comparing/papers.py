"""Papers of a few sentences, invented for these tests."""

from survey.comparing import find_reported
from survey.passages import split_sentences
from survey.records import Paper, Part, PartKind, Reported, Role, SourceSentence, Statement


def paper(key: str, sentence: str, kind: PartKind = "results", title: str = "On ponds", date: str = "2020") -> Paper:
    return Paper(key=key, title=title, date=date, text=sentence, parts=(Part(heading="", kind=kind, start=0, end=len(sentence)),))


def reported(*papers: Paper, role: Role | None = None) -> list[Reported]:
    """What is found in them; ``role``: of every sentence."""
    sentences: dict[str, list[SourceSentence]] = {one.key: split_sentences(one) for one in papers}
    said = [
        Statement(id=f"{one.key}#{s.number}", role=role, quote=one.quote(s.start, s.end))
        for one in papers
        for s in sentences[one.key]
        if role
    ]
    return find_reported(papers, sentences.__getitem__, said)
