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
from survey.answering.following import bounded, made_whole
from survey.answering.graph import from_graph
from survey.answering.topics import about
from survey.drafts import Drafts
from survey.records import Answer, Claim, Scope, Talk, in_order
from survey.tasks import AnswerQuestion

__all__ = ["Desk", "about", "answer"]

MOST_SENTENCES = 3
"""Of an answer, as its prompt asks."""


def answer(question: str, talk: Talk, scope: Scope, desk: Desk) -> Answer:
    """What the collection says to ``question`` within ``scope``; ``found`` is False where it does not say."""
    followed = made_whole(question, talk, desk.model)
    scope, desk = bounded(followed, talk, scope, desk)
    asked = understood(followed.question)
    given = None
    if asked.kind == "compare":
        given = compared(asked, scope, desk)
    elif asked.kind != "passages":
        given = from_graph(asked, scope, desk)
    given = given or from_passages(followed.sought, scope, desk)
    references = tuple(in_order(paper.reference for paper in desk.papers(given.keys).values()))
    return given.model_copy(update={"question": question, "asked": followed.question, "scope": scope, "papers": references})


def from_passages(question: str, scope: Scope, desk: Desk) -> Answer:
    evidence = gather(question, scope, desk)
    known = Answer(question=question, found=False, searched=evidence.searched, strength=evidence.strength, nearest=nearest(evidence))
    if not evidence.sentences:
        return known.model_copy(update={"reason": "empty"})
    if is_weak(evidence):
        return known.model_copy(update={"reason": "weak"})
    written = _written(question, evidence, desk)
    if not written:
        return known.model_copy(update={"reason": "unverified"})
    claims, differ = weighed(written, evidence.papers, desk)
    return known.model_copy(
        update={"found": True, "claims": claims, "differences": differ, "missing": missing(claims, evidence, scope, desk), "nearest": ()}
    )


def _written(question: str, evidence: Evidence, desk: Desk) -> tuple[Claim, ...]:
    """What stood the checks, as it was told: what a language model writes sentence by sentence, while it writes, and then what papers say
    to the contrary; what is quoted by rules is there at once, and is grouped before it is told."""
    drafts = Drafts(evidence.papers, {key: paper.byline for key, paper in evidence.papers.items()}, desk.model, desk.judged)
    task = AnswerQuestion(question=question, sentences=evidence.sentences)
    told: list[Claim] = []

    def tell(claim: Claim) -> None:
        told.append(claim)
        desk.heard(claim)

    if drafts.by_rules:
        kept = drafts.answer(task, evidence.quotes, MOST_SENTENCES)
    else:
        kept = drafts.answer(task, evidence.quotes, MOST_SENTENCES, lambda sentence: tell(Claim(sentence=sentence)))
    said = {sentence.text for claim in told for sentence in claim.sentences}
    for claim in grouped(question, kept, evidence, desk) if kept else ():
        if said.isdisjoint(sentence.text for sentence in claim.sentences):
            tell(claim)
    return tuple(told)
