"""A small survey of invented papers, and what it must be written as.

``python -m tests.render.small_survey`` rewrites the golden files in tests/fixtures/render; read the difference before you commit it.
"""

from pathlib import Path

from survey.records import (
    Answer,
    Answered,
    Block,
    Bone,
    Chain,
    Claim,
    FishBone,
    Issue,
    Link,
    Quote,
    Reference,
    Section,
    Sentence,
    Skipped,
    Statement,
    Survey,
)
from survey.render.answer import answer_markdown
from survey.render.bibliography import references_bib
from survey.render.evidence import evidence_jsonl
from survey.render.markdown import survey_markdown
from survey.render.mermaid import fishbone_mermaid

FIXTURES = Path(__file__).parent.parent / "fixtures" / "render"


def quote(key: str, text: str, page: int | None = 1, start: int = 0) -> Quote:
    return Quote(key=key, text=text, start=start, end=start + len(text), page=page)


def claim(before: str, said: Quote, after: str = "", *, flagged: bool = False) -> Sentence:
    text = f"{before} “{said.text}”{after}"
    return Sentence(text=text, kind="claim", quotes=(said,), verdict="flagged" if flagged else "supported")


def fact(text: str, *cites: str) -> Sentence:
    return Sentence(text=text, kind="connective", cites=cites)


LOST = quote("phan2019", "A network lost 14 points of accuracy at the next laboratory.", 4, 1203)
AGREED = quote("andersen2020", "scorers agreed on 76% of the epochs, and the “gold standard” is one of them", 2, 840)
HALVED = quote("roe2021", "dropping channels at random halves the gap", 3, 510)
HOSTILE = quote("mallory2024", 'See [@evil], <script>alert("x")</script> ![i](http://evil.example/i.png) *and* $x_1$ | {.c}', None, 12)
CHILDREN = quote("roe2021", "Children were not studied.", 9, 4100)

PAPERS = (
    Reference(
        key="phan2019",
        title="SleepWise: one network for many montages",
        authors=("Lan Phan", "Kim Andersen", "Ada Roe"),
        date="2019-04-11",
        arxiv="1904.01234",
        venue="Proceedings of the Workshop on Night Signals",
    ),
    Reference(key="andersen2020", title="Why two scorers see two nights", authors=("Kim Andersen",), date="2020-02", doi="10.1000/ks_17"),
    Reference(key="roe2021", title="Montage dropout", authors=("Ada Roe", "Bo van der Linde"), more_authors=True, date="2021"),
    Reference(key="mallory2024", title="<b>Bold</b> [@evil] claims_", authors=("Eve Mallory",), doi="10.1/<img>", arxiv="javascript:x"),
)


def small_survey() -> Survey:
    raised = Statement(id="phan2019#4", role="improvable", quote=LOST)
    solved = Statement(id="roe2021#7", role="purpose", quote=HALVED)
    left = Statement(id="roe2021#30", role="limitation", quote=CHILDREN)
    link = Link(id="l1", issue="i1", earlier=raised, later=solved, kind="partly_resolves", order="forward", terms=("montage", "accuracy"))
    overview = (
        (fact("We read 4 papers on “sleep staging”."), claim("Phan et al. (2019) report:", LOST)),
        (claim("Andersen (2020) observes that", AGREED, "."), fact("Two papers raise this.", "phan2019", "andersen2020")),
    )
    by = Answered(key="roe2021", kind="partly_resolves", quote=HALVED)
    answered = Bone(kind="issue", label="accuracy is lost", issue="i1", status="partly", answers=(by,), quotes=(LOST,))
    both = Sentence(
        text=f"Roe et al. (2021) find that “{HALVED.text}”, where Phan et al. (2019) write: “{LOST.text}”",
        kind="claim",
        quotes=(HALVED, LOST),
        verdict="supported",
    )
    items = ((both,), (claim("Mallory (n.d.) writes", HOSTILE, ".", flagged=True),))
    return Survey(
        title="How sleep staging travels",
        topic="sleep staging between laboratories",
        sections=(
            Section(
                id="overview",
                title="Overview",
                blocks=(
                    Block(kind="paragraph", items=overview),
                    Block(kind="figure", figure="fishbone", caption="Why models do not transfer."),
                    Block(
                        kind="table",
                        figure="fishbone",
                        caption="Every issue",
                        header=("Issue", "Raised by", "Words"),
                        rows=(("a | b", "@phan2019; @roe2021", f"“{HOSTILE.text}”"),),
                    ),
                ),
            ),
            Section(id="montages", title="Montages & channels", level=2, blocks=(Block(kind="list", items=items),)),
            Section(
                id="papers",
                title="The papers",
                blocks=(
                    Block(
                        kind="table",
                        header=("Year", "Paper", "Note"),
                        rows=(("2019", "@phan2019", "a | b"), ("2021", "@roe2021", "1. <i>first</i>")),
                    ),
                    Block(kind="figure", figure="chains", caption="From issue to solution."),
                ),
            ),
        ),
        issues=(Issue(id="i1", label="accuracy is lost elsewhere", statements=(raised,)),),
        chains=(Chain(id="c1", links=(link,), left=(left,)),),
        fishbone=FishBone(
            head="Models do not transfer",
            bones=(
                Bone(
                    label="Scorers disagree",
                    quotes=(AGREED,),
                    children=(Bone(kind="issue", label="stage N1 <5%"), Bone(kind="issue", label="ishikawa; #1")),
                ),
                Bone(label="Montages differ", stated=True, quotes=(LOST, HALVED), children=(answered,), rest=("i7",)),
            ),
        ),
        papers=PAPERS,
        left_out=(Skipped(source="broken.pdf", reason="no text"),),
    )


def answer() -> Answer:
    return Answer(
        question="Does accuracy travel?", found=True, claims=(Claim(sentence=claim("Phan et al. (2019):", LOST)),), papers=PAPERS[:1]
    )


def golden() -> dict[str, str]:
    survey = small_survey()
    return {
        "survey.md": survey_markdown(survey),
        "answer.md": answer_markdown(answer()),
        "references.bib": references_bib(survey.papers),
        "evidence.jsonl": evidence_jsonl(survey),
        "fishbone.mmd": fishbone_mermaid(survey.fishbone),
    }


if __name__ == "__main__":
    for name, text in golden().items():
        (FIXTURES / name).write_text(text, encoding="utf-8")
