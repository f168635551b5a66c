"""Does a quotation of a draft stand in a paper that it cites? Word for word; where it leaves words out, piece by piece."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from survey.passages import split_sentences
from survey.records import Paper, Quote, family_name
from survey.render.draft import DraftQuote
from survey.support import denial_left_out, find_quote, find_quotes, quotation_pieces

_LABEL_WORDS = 7
_STOPPED = re.compile(r"[.?!][”\"’')\]]*$")


def quotation_fault(quote: DraftQuote, papers: Mapping[str, Paper], stood: Callable[[str, str], bool]) -> str:
    """ "" where the words stand in the text or the title of a cited paper, on a page that the citation names. ``papers``: those that are
    cited, by what the draft calls them. ``stood``: whether the words did, by citekey, when the survey was written."""
    cited = list({paper.key: paper for paper in papers.values()}.values())
    pages = [(papers[citation.key].key, citation) for citation in quote.citations if citation.key in papers]
    words = _without_name(quote, cited)
    whole = len(quotation_pieces(words)) < 2
    if whole and any(place.key == key and citation.names(place.page) for place in _places(words, cited) for key, citation in pages):
        return ""  # most do, and are found without folding the whole paper
    if any(find_quote(words, _title_page(paper)) for paper in cited):
        return ""
    named, keys = f"the quotation “{_begun(quote.text)}”", ", ".join(f"@{paper.key}" for paper in cited)
    found = {paper.key: list(find_quotes(words, paper)) for paper in cited}
    if not any(found.values()):
        then = next((paper.key for paper in cited if stood(words, paper.key)), "")
        since = ": it did when the survey was written, and the paper's text has changed since"
        return f"{named} does not stand in @{then} any more{since}" if then else f"{named} does not stand in {keys}"
    denied = {paper.key: denial_left_out(words, paper.text) for paper in cited if found[paper.key]}
    if all(denied.values()):
        return f"{named} leaves out “{next(iter(denied.values()))}”, which turns its meaning"
    near = {paper.key: found[paper.key] for paper in cited if not denied.get(paper.key) and _is_near(words, paper)}
    if not any(near.values()):
        return f"{named} joins what stands far apart in {keys}"
    on_page = any(citation.names(place.page) for key, citation in pages for place in near.get(key, ()))
    return "" if on_page else f"{named} stands in {keys}, but not on the page given"


def _places(words: str, cited: Sequence[Paper]) -> Iterator[Quote]:
    return (place for paper in cited for place in find_quotes(words, paper))


def _is_near(words: str, paper: Paper) -> bool:
    """Whether what a quotation leaves out is little. Pieces that read on as one sentence ("a net … hears toads") stand in one; between
    others at most one whole sentence is missing."""
    return all(
        any(
            _sentences(place.text) <= _sentences(one) + _sentences(other) + _most(one, other)
            for place in find_quotes(f"{one} … {other}", paper)
        )
        for one, other in pairwise(quotation_pieces(words))
    )


def _most(one: str, other: str) -> int:
    reads_on = not _STOPPED.search(one) and not other[:1].isupper()
    return -1 if reads_on else 1


def _sentences(text: str) -> int:
    return len(split_sentences(Paper(text=text)))


def _begun(text: str) -> str:
    words = text.split()
    return text if len(words) <= _LABEL_WORDS else f"{' '.join(words[:_LABEL_WORDS])} …"


def _title_page(paper: Paper) -> Paper:
    return paper.model_copy(update={"text": paper.name, "pages": (), "parts": ()})


def _without_name(quote: DraftQuote, cited: Sequence[Paper]) -> str:
    """A block quotation may end in a dash and the name of who says it."""
    words, _, name = quote.text.rpartition("—")
    families = [family_name(author) for found in cited for author in found.authors]
    short = len(name.split()) <= _LABEL_WORDS
    return words if quote.mark == ">" and words and short and any(family in name for family in families) else quote.text
