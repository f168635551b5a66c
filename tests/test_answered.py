from survey.answered import find_answers
from survey.records import Issue, Link, LinkKind, Statement
from tests.stating import paper, statements

RAISING = statements(paper("raises", "Noise."), ("improvable",))
SOLVING = statements(paper("solves", "Noise. We hush it."), ("improvable", "resolved"))
DOING = statements(paper("does", "Noise. We hush it."), ("improvable", "method"))
LEAVING = statements(paper("leaves", "Noise. We hush it."), ("limitation", "resolved"))


def answered(*raised: Statement, links: tuple[Link, ...] = ()) -> list[tuple[str, LinkKind]]:
    issue = Issue(id="i", label="Noise", statements=raised)
    answers = find_answers([issue], links, [*RAISING, *SOLVING, *DOING, *LEAVING])
    return [(answer.key, answer.kind) for answer in answers.get("i", ())]


def link(by: str, kind: LinkKind, score: float = 0.5, issue: str = "i") -> Link:
    (later,) = statements(paper(by, "We hush it."), ("purpose",))
    return Link(id=f"{by}-{kind}", kind=kind, earlier=RAISING[0], later=later, issue=issue, score=score)


def test_later_papers_answer_wholly_first_then_the_surest_each_once() -> None:
    links = (
        link("weak", "partly_resolves", 0.4),
        link("sure", "partly_resolves", 0.9),
        link("whole", "resolves", 0.3),
        link("whole", "partly_resolves", 0.8),
        link("again", "restates"),
        link("beside", "resolves", issue="other"),
    )
    assert answered(RAISING[0], links=links) == [("whole", "resolves"), ("sure", "partly_resolves"), ("weak", "partly_resolves")]


def test_who_names_a_shortcoming_answers_it_as_far_as_it_says_and_who_leaves_it_open_does_not() -> None:
    assert answered(RAISING[0]) == []
    assert answered(SOLVING[0]) == [("solves", "resolves")]
    assert answered(DOING[0]) == [("does", "partly_resolves")]
    assert answered(LEAVING[0]) == []
    assert answered(DOING[0], SOLVING[0], links=(link("later", "partly_resolves"),)) == [
        ("solves", "resolves"),
        ("later", "partly_resolves"),
        ("does", "partly_resolves"),
    ]
