"""Papers and statements in a few words, for the tests of the stages."""

from survey.passages import split_sentences
from survey.records import Paper, Part, Role, Statement

ROLES: tuple[Role, ...] = ("improvable", "purpose", "result", "limitation")


def paper(key: str, text: str, title: str = "", date: str = "", authors: tuple[str, ...] = ("Ada Roe",)) -> Paper:
    parts = (Part(heading="", kind="abstract", start=0, end=len(text)),)
    return Paper(key=key, title=title or f"On {key}", authors=authors, date=date, text=text, parts=parts)


def statements(of: Paper, roles: tuple[Role, ...] = ROLES, weight: float = 0.5) -> list[Statement]:
    """The sentences of the paper as statements of these roles, in turn."""
    return [
        Statement(id=f"{of.key}#{s.number}", role=role, quote=of.quote(s.start, s.end), weight=weight)
        for s, role in zip(split_sentences(of), roles, strict=False)
    ]
