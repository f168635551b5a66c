"""Question → Answer: claims, each with its quotes, or that the collection does not say.

A question is made whole by the talk before it; what is asked of the graph of issues is answered from there, what compares gets a table; all
else is answered from passages. What a model writes of them is checked before anybody sees it, and numbered afterwards by code.
"""

from survey.answering.abstaining import is_weak, missing, nearest
from survey.answering.asked import understood
from survey.answering.claims import grouped, weighed
from survey.answering.compared import compared
from survey.answering.desk import Desk
from survey.answering.evidence import Evidence, gather
from survey.answering.following import made_whole
from survey.answering.graph import from_graph
from survey.answering.topics import about
from survey.drafts import Drafts
from survey.records import Answer, Scope, Sentence, Talk, in_order
from survey.tasks import AnswerQuestion

__all__ = ["Desk", "about", "answer"]

MOST_SENTENCES = 3
"""Of an answer, as its prompt asks."""


def answer(question: str, talk: Talk, scope: Scope, desk: Desk) -> Answer:
    """What the collection says to ``question`` within ``scope``; ``found`` is False where it does not say."""
    whole = made_whole(question, talk, desk)
    asked = understood(whole)
    given = None
    if asked.kind == "compare":
        given = compared(asked, scope, desk)
    elif asked.kind != "passages":
        given = from_graph(asked, scope, desk)
    given = given or from_passages(whole, scope, desk)
    cited = desk.papers([quote.key for quote in given.evidence])
    references = tuple(in_order(paper.reference for paper in cited.values()))
    return given.model_copy(update={"question": question, "asked": whole, "scope": scope, "papers": references})


def from_passages(question: str, scope: Scope, desk: Desk) -> Answer:
    evidence = gather(question, scope, desk)
    known = Answer(question=question, found=False, searched=evidence.searched, strength=evidence.strength, nearest=nearest(evidence))
    if not evidence.sentences:
        return known.model_copy(update={"reason": "empty"})
    if is_weak(evidence):
        return known.model_copy(update={"reason": "weak"})
    kept = _written(question, evidence, desk)
    if not kept:
        return known.model_copy(update={"reason": "unverified"})
    claims, differ = weighed(grouped(kept, evidence.papers), evidence.papers)
    for claim in claims:
        desk.heard(claim)
    return known.model_copy(
        update={"found": True, "claims": claims, "differences": differ, "missing": missing(claims, evidence, scope, desk), "nearest": ()}
    )


def _written(question: str, evidence: Evidence, desk: Desk) -> list[Sentence]:
    """The sentences that stood the checks."""
    drafts = Drafts(evidence.papers, {key: paper.byline for key, paper in evidence.papers.items()}, desk.model, desk.judged)
    (kept,) = drafts.write([(AnswerQuestion(question=question, sentences=evidence.sentences), evidence.quotes)], MOST_SENTENCES)
    return kept
