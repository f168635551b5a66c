"""Reference lists of LaTeX documents: thebibliography and what BibTeX and biber write, and the user's .bib limited to what is cited."""

import re
from collections.abc import Callable, Iterable

from survey.readers.cleaning import one_line
from survey.readers.entries import parse_entry
from survey.readers.facts import doi, iso_date
from survey.readers.latex.source import uncommented
from survey.readers.names import turned
from survey.records import Cited, Paper, Reference, Skipped, family_name

Plain = Callable[[str], str]
_ITEM = re.compile(r"\\bibitem[ \t]*%?\s*")
_ENTRY = re.compile(r"\\entry\{([^{}]*)\}\{([^{}]*)\}(.*?)\\endentry", re.DOTALL)
_FIELD = re.compile(r"\\field\{(\w+)\}\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_VERB = re.compile(r"\\verb\{(doi|url|eprint)\}\s*\\verb ([^\n]*)")
_NAMES = re.compile(r"\\name\{(?:author|editor)\}(.*?)(?=\\(?:name|list|field|strng|verb|range)\{|\Z)", re.DOTALL)
_FAMILY = re.compile(r"family=\{?((?:[^{},]|\{[^{}]*\})*)\}?,")
_GIVEN = re.compile(r"given=\{?((?:[^{},]|\{[^{}]*\})*)\}?,")
_HEAD = re.compile(r"^[ \t]*@[ \t]*(\w+)[ \t]*[{(][ \t]*([^\s,{}()=]*)", re.MULTILINE)
_ADDRESS = re.compile(r"\{([^{}]*)\}")
_SENTENCE = re.compile(r"\\natexlab\{([^{}]*)\}")


def printed_list(text: str, plain: Plain) -> list[Cited]:
    """The entries of a \\thebibliography or .bbl, as they are printed; of biber's, which are data, as we would print them."""
    if "\\endentry" in text:
        return [_of_biber(match[1], match[3], plain) for match in _ENTRY.finditer(text)]
    text = _SENTENCE.sub(r"\1", uncommented(text).split("\\end{thebibliography}")[0])
    items = [(match["key"], item[match.end() :]) for item in _ITEM.split(text)[1:] if (match := _KEY.match(item))]
    return [_parsed(said, one_line(key), doi(_ADDRESS.sub(r" \1 ", item))) for key, item in items if (said := plain(item))]


_KEY = re.compile(r"(?:\[(?:[^\[\]{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\[[^\]]*\])*\]\s*)?\{(?P<key>[^{}]*)\}")


def _parsed(printed: str, label: str, number: str) -> Cited:
    """An entry with what can be read out of its print; ``number`` is the DOI that its links name."""
    entry = parse_entry(printed)
    return entry.model_copy(update={"label": label, "printed": printed, "doi": entry.doi or number})


def _of_biber(key: str, body: str, plain: Plain) -> Cited:
    fields = {name: plain(value) for name, value in _FIELD.findall(body)} | {name: one_line(value) for name, value in _VERB.findall(body)}
    names = _NAMES.search(body)
    families = _FAMILY.findall(names[1]) if names else []
    given = _GIVEN.findall(names[1]) if names else []
    authors = tuple(turned(plain(f"{f}, {g}")) for f, g in zip(families, given, strict=False)) if len(families) == len(given) else ()
    reference = Reference(
        title=fields.get("title", ""),
        authors=authors,
        date=iso_date(fields.get("year", "") or fields.get("date", ""), fields.get("month", ""), fields.get("day", "")),
        doi=doi(fields.get("doi", "")),
        arxiv=fields.get("eprint", "") if re.fullmatch(r"\d{4}\.\d{4,5}", fields.get("eprint", "")) else "",
        venue=next((fields[f] for f in ("journaltitle", "booktitle", "publisher") if fields.get(f)), ""),
        volume=fields.get("volume", ""),
        number=fields.get("number", ""),
    )
    return Cited.model_validate({**reference.model_dump(), "label": key, "printed": as_printed(reference)})


def as_printed(reference: Reference) -> str:
    """An entry on one line, for lists that are kept as data and not as print."""
    authors = ", ".join(reference.authors) + (" et al." if reference.more_authors else "")
    year = f"({reference.date[:4]})" if reference.year else ""
    where = " ".join(filter(None, (reference.venue, reference.volume)))
    number = f"doi:{reference.doi}" if reference.doi else f"arXiv:{reference.arxiv}" if reference.arxiv else ""
    head = " ".join(filter(None, (authors, year)))
    return ". ".join(part.rstrip(".") for part in (head, reference.title, where, number) if part) + "."


def cited_of(text: str, name: str, keys: Iterable[str]) -> list[Cited]:
    """The entries of a .bib that ``keys`` cite, in their order; all with the key "*"."""
    wanted = list(keys)
    everything = "*" in wanted
    heads = list(_HEAD.finditer(text))
    chosen, folded = [], {key.casefold() for key in wanted}
    for i, head in enumerate(heads):
        if everything or head[1].casefold() == "string" or head[2].casefold() in folded:
            chosen.append(text[head.start() : heads[i + 1].start() if i + 1 < len(heads) else len(text)])
    if not chosen:
        return []
    from survey.readers.bibliographies import bibtex  # pylatexenc's tables

    papers: dict[str, Paper] = {}
    for item in bibtex.read("\n".join(chosen), name):
        if isinstance(item, Paper):
            papers.setdefault(item.key.casefold(), item)
        elif not isinstance(item, Skipped):
            continue
    order = [key for key in wanted if key != "*"]
    order += [paper.key for paper in papers.values() if everything and paper.key not in order]
    found = []
    for key in order:
        if paper := papers.get(key.casefold()):
            facts = paper.reference.model_dump() | {"key": "", "sources": ()}
            found.append(Cited.model_validate({**facts, "label": key, "printed": as_printed(paper.reference)}))
    return found


def completed(printed: list[Cited], known: list[Cited]) -> list[Cited]:
    """The printed list with the facts that the .bib gives of the same keys; without a printed list, the other."""
    facts = {entry.label: entry for entry in known}
    if not printed:
        return known
    merged = []
    for entry in printed:
        better = facts.get(entry.label)
        merged.append(better.model_copy(update={"printed": entry.printed}) if better else entry)
    return merged


def byline(entry: Cited | None) -> str:
    """How a sentence names an entry: "Chen et al."; "" where its authors are not known."""
    if entry is None or not entry.authors:
        return ""
    families = [family_name(author) for author in entry.authors]
    return f"{families[0]} et al." if len(families) > 2 or entry.more_authors else " and ".join(families)
