"""What is kept of each record of a paper."""

from survey.identity import merge
from survey.records import Cited, Page, Part

from .making import ABSTRACT, record


def test_facts_come_from_the_most_trusted_and_the_text_from_the_fullest() -> None:
    authors = ("Ada Byron", "Bo Chen")
    bib = record("bibtex", key="byron2020owls", title="On Owls at {Night}", authors=authors, date="2020", doi="10.1/a", text="Short.")
    pdf = record("pdf", "x.pdf", "", title="ON OWLS AT NIGHT", authors=("Ada Byron",), date="2020-03", text="A long text. " * 50,
                 pages=(Page(number=1, start=0, end=650),))  # fmt: skip
    text = record("text", "x.txt", "", title="On Owls at Night", text="A long text. " * 55)
    (paper,) = merge([text, pdf, bib])
    assert (paper.key, paper.title, paper.authors) == ("byron2020owls", "On Owls at {Night}", ("Ada Byron", "Bo Chen"))
    assert (paper.date, paper.doi) == ("2020-03", "10.1/a")
    assert paper.text == pdf.text and paper.pages == pdf.pages and paper.parts == pdf.parts
    assert [s.path for s in paper.sources] == ["refs.bib", "x.pdf", "x.txt"]


def test_a_shortened_list_of_authors_gives_way_to_the_full_one() -> None:
    listing = record("listing", "p.txt", title="On Owls at Night", authors=("Ada Byron", "Bo Chen"), more_authors=True)
    pdf = record("pdf", "x.pdf", "", title="On Owls at Night", authors=("A. Byron", "B. Chen", "C. Young"))
    (paper,) = merge([listing, pdf])
    assert (paper.authors, paper.more_authors) == (("A. Byron", "B. Chen", "C. Young"), False)


def test_the_words_that_stood_for_a_title_go_when_there_is_one() -> None:
    page = record("listing", "page.txt", note="We measure forty owls in the …", text=ABSTRACT)
    listing = record("listing", "list.txt", title="On Owls at Night", text=ABSTRACT)
    (paper,) = merge([page, listing])
    assert (paper.title, paper.note, len(paper.sources)) == ("On Owls at Night", "", 2)


A = ("Ada Byron",)


def test_a_publication_is_cited_as_such_and_as_a_whole() -> None:
    title = "On Owls at Night and in Rain"
    preprint = record(
        "bibtex", title=title, authors=A, date="2017", arxiv="1701.00001", venue="arXiv preprint arXiv:1701.00001", kind="misc"
    )
    published = record("crossref", "c.json", title=title, authors=A, date="2018-05", doi="10.1/a", venue="Owl Studies", volume="7",
                       page_range="1-9", publisher="Owl Press", kind="article")  # fmt: skip
    guess = record("pdf", "x.pdf", "", title=title, authors=A, date="2017", venue="Owls and Their Ways", number="3")
    (paper,) = merge([guess, preprint, published])
    assert (paper.venue, paper.volume, paper.page_range, paper.publisher, paper.kind) == ("Owl Studies", "7", "1-9", "Owl Press", "article")
    assert (paper.date, paper.doi, paper.arxiv) == ("2018-05", "10.1/a", "1701.00001")


def test_the_users_own_word_on_a_publication_stands() -> None:
    own = record("bibtex", title="On Owls at Night", authors=A, date="2019", doi="10.1/a", venue="Owl Studies")
    register = record("openalex", "o.json", title="On owls at night.", authors=A, date="2018", doi="10.1/a", venue="OWL STUD", volume="7")
    (paper,) = merge([register, own])
    assert (paper.title, paper.venue, paper.date, paper.volume) == ("On Owls at Night", "Owl Studies", "2019", "7")


def test_the_talk_and_the_article_made_of_it_share_no_volume() -> None:
    talk = record("bibtex", title="On Owls at Night", authors=A, date="2018", venue="Proceedings of the Owl Conference")
    article = record(
        "crossref", "c.json", title="On Owls at Night", authors=A, date="2019", venue="Owl Studies", volume="7", page_range="1-9"
    )
    listed = record("openalex", "o.json", title="On Owls at Night", authors=A, date="2018-06-02", page_range="55-60")
    (paper,) = merge([talk, article, listed])
    assert (paper.venue, paper.volume, paper.page_range, paper.date) == (talk.venue, "", "55-60", "2018-06-02")


def test_the_number_of_an_arxiv_doi_is_told() -> None:
    by_doi = record("crossref", "c.json", title="On Owls at Night", doi="10.48550/arxiv.2001.00001")
    by_title = record("bibtex", title="On Owls at Night", doi="10.1/a")
    (paper,) = merge([by_doi, by_title])
    assert (paper.doi, paper.arxiv) == ("10.1/a", "2001.00001")


def test_identifiers_files_and_notices_are_gathered() -> None:
    one = record("bibtex", title="On Owls at Night", authors=A, ids=("pmcid:PMC1",), files=("a.pdf",))
    other = record("openalex", "o.json", title="On Owls at Night", authors=A, ids=("openalex:W1", "pmcid:PMC1"), notice="Retraction")
    (paper,) = merge([other, one])
    assert (paper.ids, paper.files, paper.notice) == (("pmcid:PMC1", "openalex:W1"), ("a.pdf",), "Retraction")


def _with_text(reader: str, text: str, entries: int, parts: int = 2) -> dict[str, object]:
    cited = tuple(Cited(printed=text[i : i + 3], start=i, end=i + 3) for i in range(entries))
    made = tuple(Part(heading=f"{i}", kind="other", start=0, end=5) for i in range(parts))
    return {"reader": reader, "path": f"x.{reader}", "place": "", "title": "On Owls at Night", "text": text, "cited": cited, "parts": made}


def test_structured_text_goes_before_the_pdf_unless_it_is_a_stub() -> None:
    pdf = record(**_with_text("pdf", "The text of the pages. " * 40, entries=4))
    whole = record(**_with_text("jats", "The text of the file. " * 30, entries=3))
    stub = record(**_with_text("html", "The abstract alone.", entries=0))
    assert merge([pdf, whole])[0].text == whole.text
    assert merge([pdf, stub])[0].text == pdf.text


def test_a_reference_list_of_another_text_has_no_place_in_the_kept_one() -> None:
    pdf = record(**_with_text("pdf", "The text of the pages. " * 40, entries=12))
    whole = record(**_with_text("jats", "The text of the file. " * 30, entries=3))
    near = record(**_with_text("jats", "The text of the file. " * 30, entries=10))
    (paper,) = merge([pdf, whole])
    assert [entry.printed for entry in paper.cited] == [entry.printed for entry in pdf.cited]
    assert {(entry.start, entry.end) for entry in paper.cited} == {(None, None)}
    assert merge([pdf, near])[0].cited == near.cited
