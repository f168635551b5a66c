"""Papers as BibTeX (UTF-8, as biber, pandoc and reference managers read it)."""

import re
from collections.abc import Sequence

from survey.records import Reference, family_name
from survey.render.text import arxiv_address, citekey, doi_address, plain, pmid_address

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: "\\" + char for char in "&%$#_"},
}
# A word whose capitals a style must not lower: BERT, mRNA, COVID-19, CO2, vitamin-D (a plain capitalised word may be lowered).
_KEPT_WORD = re.compile(r"\w[A-Z]|[A-Z]\d|-[A-Z]$")
_MEETING = re.compile(r"proceedings|conference|workshop|symposium|\b(?:proc|conf)\.", re.IGNORECASE)
_SAFE_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#&=+,;@!()*-]+")  # no "%", which some readers take for a comment


def references_bib(papers: Sequence[Reference]) -> str:
    """One entry per paper, in the order given."""
    return "\n".join(_entry(paper) for paper in papers)


def _entry(paper: Reference) -> str:
    fields = {name: value for name, value in _fields(paper).items() if value}
    width = max(map(len, fields), default=0)
    lines = "".join(f"  {name:<{width}} = {{{value}}},\n" for name, value in fields.items())
    return f"@{_kind(paper)}{{{citekey(paper.key)},\n{lines}}}\n"


def _kind(paper: Reference) -> str:
    if not paper.venue:
        return "misc"
    return "inproceedings" if _MEETING.search(paper.venue) else "article"


def _fields(paper: Reference) -> dict[str, str]:
    kind = _kind(paper)
    year = paper.date[:4] if paper.year else ""
    month = paper.date[5:7] if year else ""
    return {
        "author": " and ".join([*map(_author, paper.authors), *(["others"] if paper.more_authors else [])]),
        "title": _title(paper.name),
        "booktitle" if kind == "inproceedings" else "journal": latex(paper.venue) if kind != "misc" else "",
        "year": year,
        "month": str(int(month)) if month.isdigit() else "",
        # these four are read verbatim, so they are well formed or left out, and not escaped
        "doi": paper.doi if doi_address(paper.doi) else "",
        "eprint": paper.arxiv if arxiv_address(paper.arxiv) else "",
        "archivePrefix": "arXiv" if arxiv_address(paper.arxiv) else "",
        "pmid": paper.pmid if pmid_address(paper.pmid) else "",
        "url": paper.url if _SAFE_ADDRESS.fullmatch(paper.url) else "",
        "keywords": ", ".join(map(latex, paper.keywords)),
        "note": latex(paper.note) if paper.title else "",
    }


def latex(text: str) -> str:
    """``text`` with every character that LaTeX acts upon escaped."""
    return "".join(_SPECIAL.get(char, char) for char in plain(text))


def _title(title: str) -> str:
    words = [f"{{{latex(word)}}}" if _KEPT_WORD.search(word) else latex(word) for word in plain(title).split(" ")]
    return " ".join(words)


def _author(author: str) -> str:
    """ "Family, Given"; a name that holds a comma or "and" of its own is braced, as BibTeX would split it."""
    family = family_name(author)
    given = author.split(",", 1)[1].strip() if "," in author else author.strip().removesuffix(family).strip()
    return f"{_name(family)}, {_name(given)}" if given else _name(family)


def _name(part: str) -> str:
    text = latex(part)
    return f"{{{text}}}" if re.search(r",|\band\b", text, re.IGNORECASE) or text.casefold() == "others" else text
