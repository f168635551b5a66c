from survey.passages import split_sentences
from survey.records import Paper, Part, PartKind, Role, Statement
from survey.settings import Settings
from survey.statements import every_role, find_statements
from survey.tasks import FindStatements, Found, StatementsFound
from tests.fakes import ScriptedModel

FROGS = [f"{number} frogs were heard in the rain noise of a pond." for number in ("Zero", "One", "Two", "Three", "One")]
TEXT = " ".join(FROGS[:4]) + f"\n\n{FROGS[4]}\n\n{'A method sentence. ' * 300}\n\nA cited work."
ABSTRACT, METHOD, REFERENCES = TEXT.index("Zero"), TEXT.index("A method"), TEXT.index("A cited")
PAPER = Paper(
    key="p",
    title="Counting",
    text=TEXT,
    parts=(
        Part(heading="", kind="abstract", start=ABSTRACT, end=METHOD),
        Part(heading="", kind="method", start=METHOD, end=REFERENCES),
        Part(heading="", kind="references", start=REFERENCES, end=len(TEXT)),
    ),
)


def found_by(*found: tuple[str, Role, float], settings: Settings | None = None) -> list[Statement]:
    reply = StatementsFound(found=tuple(Found(id=name, role=role, weight=weight) for name, role, weight in found))
    with ScriptedModel(reply) as model:
        return list(find_statements([(PAPER, split_sentences(PAPER))], model, settings or Settings())[0])


def test_only_the_parts_in_which_a_paper_speaks_of_itself_are_handed_over() -> None:
    with ScriptedModel(StatementsFound(found=())) as model:
        assert find_statements([(PAPER, split_sentences(PAPER))], model, Settings()) == [()]
    task = model.asked[0]
    assert isinstance(task, FindStatements)
    assert [s.text for s in task.sentences] == FROGS
    assert {s.part for s in task.sentences} == {"abstract"}


def test_a_paper_without_such_parts_costs_no_call() -> None:
    method = PAPER.model_copy(update={"parts": (Part(heading="", kind="method", start=0, end=len(TEXT)),)})
    with ScriptedModel() as model:
        assert find_statements([(method, split_sentences(method))], model, Settings()) == [()]


def test_papers_are_asked_about_together_and_a_foolish_reply_costs_its_own_paper_alone() -> None:
    other = PAPER.model_copy(update={"key": "q"})
    method = PAPER.model_copy(update={"key": "m", "parts": (Part(heading="", kind="method", start=0, end=len(TEXT)),)})
    foolish = StatementsFound(
        found=(Found(id="q#0", role="limitation", weight=float("nan")), Found(id="0", role="limitation", weight=9e99))
    )
    with ScriptedModel(foolish, StatementsFound(found=(Found(id="[2]", role="result"),))) as model:
        found = find_statements([(p, split_sentences(p)) for p in (PAPER, method, other)], model, Settings())
    assert [[(s.id, s.weight) for s in statements] for statements in found] == [[("p#0", 1.0)], [], [("q#2", 1.0)]]


def test_what_stands_first_and_last_in_the_abstract_is_worth_most_and_what_cannot_be_quoted_nothing() -> None:
    with ScriptedModel(StatementsFound(found=())) as model:
        text = "Detecting frog calls in rain noise remains a difficult problem.\n\nIt is so.\n\n" * 5
        parts = (Part(heading="", kind="abstract", start=0, end=200), Part(heading="", kind="other", start=200, end=len(text)))
        long = Paper(key="p", title="T", text=text, parts=parts)
        find_statements([(long, split_sentences(long))], model, Settings())
        task = model.asked[0]
        assert isinstance(task, FindStatements)
        whole = [s for s in task.sentences if s.text.startswith("Detecting")]
        assert {s.worth for s in task.sentences if s not in whole} <= {0.0}
        assert max(whole, key=lambda s: s.worth) == whole[0]
        assert min(s.worth for s in whole if s.part == "abstract" and s.worth) > max(s.worth for s in whole if s.part == "other")


def test_statements_are_quotes_in_the_order_of_the_text() -> None:
    found = found_by(("3", "limitation", 0.2), ("0", "improvable", 0.9), ("1", "result", 0.5))
    assert [(s.id, s.role) for s in found] == [("p#0", "improvable"), ("p#1", "result"), ("p#3", "limitation")]
    assert all(PAPER.text[s.quote.start : s.quote.end] == s.quote.text for s in found)


def test_ids_that_were_not_handed_over_are_dropped() -> None:
    assert [
        s.id
        for s in found_by(
            ("5", "improvable", 1.0),
            ("6", "improvable", 1.0),
            ("999", "limitation", 1.0),
            ("x", "limitation", 1.0),
            ("2", "limitation", 0.1),
        )
    ] == ["p#2"]


def test_the_same_words_are_one_statement_and_a_sentence_has_one_role() -> None:
    assert [(s.id, s.role) for s in found_by(("1", "improvable", 0.5), ("4", "improvable", 0.4), ("1", "limitation", 0.3))] == [
        ("p#1", "improvable")
    ]


def test_what_has_no_role_is_no_statement() -> None:
    assert [(s.id, s.role) for s in found_by(("0", "result", 1.0), ("1", "other", 1.0))] == [("p#0", "result")]


def test_a_structured_abstract_is_read_whole() -> None:
    kinds: tuple[PartKind, ...] = ("related", "method", "results", "conclusion")
    starts = [TEXT.index(frog) for frog in FROGS[:4]]
    parts = [Part(heading=kind, kind=kind, start=start, end=start + len(FROGS[0])) for kind, start in zip(kinds, starts, strict=True)]
    short = PAPER.model_copy(update={"text": TEXT[:METHOD], "parts": tuple(parts)})
    assert [one.part for one in every_role(short, split_sentences(short))][:4] == ["abstract", "abstract", "abstract", "conclusion"]


def test_a_background_is_an_introduction_where_there_is_none() -> None:
    background = Part(heading="Background", kind="related", start=0, end=METHOD)
    paper = PAPER.model_copy(update={"parts": (background, *PAPER.parts[1:])})
    assert {one.part for one in every_role(paper, split_sentences(paper))} == {"introduction"}
    introduced = paper.model_copy(
        update={"parts": (*paper.parts[:2], Part(heading="", kind="introduction", start=REFERENCES, end=len(TEXT)))}
    )
    assert [one.sentence.start for one in every_role(introduced, split_sentences(introduced))] == [REFERENCES]


def test_every_sentence_of_the_telling_parts_has_a_role() -> None:
    judged = every_role(PAPER, split_sentences(PAPER))
    assert [TEXT[one.sentence.start : one.sentence.end] for one in judged] == FROGS
    assert all(0 < one.confidence <= 1 for one in judged)
    assert every_role(PAPER, []) == []


def test_the_plainest_are_kept_up_to_the_number_wanted() -> None:
    settings = Settings(problems_per_paper=2, statements_per_role=1)
    found = found_by(
        ("0", "improvable", 0.1), ("1", "improvable", 0.3), ("2", "improvable", 0.2), ("3", "limitation", 0.1), settings=settings
    )
    assert [s.id for s in found] == ["p#1", "p#2", "p#3"]
