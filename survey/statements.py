"""Which sentences of a paper say what problem is raised, what is done about it, what came out, what is left open."""

from collections.abc import Sequence

from survey.records import Paper, PartKind, Role, SourceSentence, Statement
from survey.settings import Settings
from survey.tasks import FindStatements, Model, PaperSentence

# Where a full paper speaks of itself; its methods and its account of others' work are not searched.
_SPEAKING_PARTS: frozenset[PartKind] = frozenset({"abstract", "introduction", "discussion", "conclusion", "other"})


def find_statements(paper: Paper, sentences: Sequence[SourceSentence], model: Model, settings: Settings) -> list[Statement]:
    """The plainest statements of one paper, in the order of its text; ids that the model made up are dropped."""
    handed: dict[str, SourceSentence] = {}
    numbered: list[PaperSentence] = []
    for sentence in sentences:
        part = paper.part_of(sentence.start)
        kind: PartKind = part.kind if part else "other"
        if kind in _SPEAKING_PARTS:
            handed[str(sentence.number)] = sentence
            numbered.append(PaperSentence(id=str(sentence.number), text=paper.text[sentence.start : sentence.end], part=kind))
    if not numbered:
        return []
    reply = model.reply(FindStatements(title=paper.title, sentences=tuple(numbered)))
    by_role: dict[Role, list[Statement]] = {}
    said: set[str] = set()
    for found in sorted(reply.found, key=lambda f: (-f.weight, int(f.id) if f.id.isdigit() else 0)):
        at = handed.get(found.id)
        if at is None or paper.text[at.start : at.end] in said:
            continue
        most = settings.problems_per_paper if found.role == "problem" else settings.statements_per_role
        kept = by_role.setdefault(found.role, [])
        if len(kept) < most:
            quote = paper.quote(at.start, at.end)
            said.add(quote.text)
            kept.append(Statement(id=f"{paper.key}#{at.number}", role=found.role, quote=quote, weight=found.weight))
    return sorted((s for kept in by_role.values() for s in kept), key=lambda s: s.quote.start)
