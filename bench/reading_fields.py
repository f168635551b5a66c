"""Bibliographic fields of structured records in ``DIR/formats``: JATS (its expected Markdown beside it), TEI, RIS, recorded Atom replies.

What each record says is taken from its file once more, here, with plain paths and line scans, and compared field by field: title, authors
in order, year, container, DOI, pages. A value that is there and read the same is a true positive; one that is missing or other a false
negative; one that is read and not there, or other, a false positive. White space, case, dashes and LaTeX's marks do not count, nor which
of an author's names comes first. ``fields_f1`` is over all fields of all formats; ``records_parsed`` of ``records`` became papers.
What differs is told on stderr.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from lxml import etree

from survey.readers import read
from survey.records import Paper

Fields = dict[str, str]
FIELDS = ("title", "authors", "year", "container", "doi", "pages")


def measure(data: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    whole: Counter[str] = Counter()
    records = parsed = 0
    for name, (suffix, truth_of) in FORMATS.items():
        counts: Counter[str] = Counter()
        for path in sorted((data / "formats" / name).glob(f"*{suffix}")):
            truths = truth_of(path)
            papers = list(read(path, path.name).papers)
            records += len(truths)
            parsed += min(len(truths), len(papers))
            for truth, found in _pairs(truths, papers):
                counts.update(_counted(truth, found, path.name))
        figures[f"{name}_f1"] = _f1(counts)
        whole.update(counts)
    return {"fields_f1": _f1(whole), **figures, "records": records, "records_parsed": parsed}


def _pairs(truths: list[Fields], papers: list[Paper]) -> Iterable[tuple[Fields, Fields]]:
    """Each record with the paper of its title, or else the one that stands in its place; papers that no record asked for come alone."""
    left = [_found(paper) for paper in papers]
    for truth in truths:
        found = next((f for f in left if _same("title", truth["title"], f["title"])), left[0] if left else dict.fromkeys(FIELDS, ""))
        if found in left:
            left.remove(found)
        yield truth, found
    for found in left:
        yield dict.fromkeys(FIELDS, ""), found


def _found(paper: Paper) -> Fields:
    values = (paper.title, "; ".join(paper.authors), str(paper.year or ""), paper.venue, paper.doi, paper.page_range)
    return dict(zip(FIELDS, values, strict=True))


def _counted(truth: Fields, found: Fields, file: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for field in FIELDS:
        expected, got = truth[field], found[field]
        if expected and _same(field, expected, got):
            counts["tp"] += 1
            continue
        if expected or got:
            print(f"{file}: {field} is {expected!r}, read as {got!r}", file=sys.stderr)
        counts["fn"] += bool(expected)
        counts["fp"] += bool(got)
    return counts


def _same(field: str, one: str, other: str) -> bool:
    def folded(text: str) -> str:
        text = re.sub(r"[‐‑‒–—−]", "-", re.sub(r"[{}$\\]", "", text.casefold()))
        return " ".join(text.split()).rstrip(".")

    if field == "authors":
        names, others = ([sorted(re.findall(r"\w+", name)) for name in folded(text).split(";")] for text in (one, other))
        return names == others
    return folded(one) == folded(other)


def _f1(counts: Counter[str]) -> float:
    wrong = counts["fp"] + counts["fn"]
    return round(2 * counts["tp"] / (2 * counts["tp"] + wrong), 4) if counts["tp"] or wrong else 1.0


# ---------------------------------------------------------------- what the files say


def _tree(path: Path) -> "etree._Element":
    return etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True, load_dtd=False, resolve_entities=False))


def _said(node: "etree._Element", path: str) -> list[str]:
    found = node.xpath(path)
    return [" ".join("".join(map(str, e.itertext())).split()) for e in found] if isinstance(found, list) else []  # type: ignore[union-attr]


def _first(node: "etree._Element", *paths: str) -> str:
    return next((text for path in paths for text in _said(node, path) if text), "")


def _jats(path: Path) -> list[Fields]:
    root = _tree(path)
    truths = []
    for article in [root] if root.tag == "article" else root.findall(".//article"):
        people = article.xpath("./front/article-meta/contrib-group/contrib[@contrib-type='author' or not(@contrib-type)]")
        names = [f"{_first(p, 'name/given-names')} {_first(p, 'name/surname')}".strip() or _first(p, "collab/text()/..") for p in people]  # type: ignore[union-attr, arg-type]
        meta = "./front/article-meta"
        years = _said(article, f"{meta}/pub-date[not(contains(@pub-type, 'pmc')) and not(contains(@pub-type, 'nihms'))]/year")
        first, last = _first(article, f"{meta}/fpage"), _first(article, f"{meta}/lpage")
        truth = {
            "title": _first(article, f"{meta}/title-group/article-title"), "authors": "; ".join(filter(None, names)),
            "year": min(years, default=""), "container": _first(article, "./front/journal-meta//journal-title"),
            "doi": _first(article, f"{meta}/article-id[@pub-id-type='doi']").lower(),
            "pages": "-".join(dict.fromkeys(filter(None, (first, last)))) or _first(article, f"{meta}/elocation-id"),
        }  # fmt: skip
        truths.append(truth)
    expected = path.with_name(f"{path.name}.md")
    if expected.exists() and len(truths) == 1:
        paragraphs = expected.read_text(encoding="utf-8").split("\n\n")
        truths[0] |= {"title": paragraphs[0].removeprefix("# ").strip(), "authors": paragraphs[1].strip().replace(", ", "; ")}
    return truths


def _tei(path: Path) -> list[Fields]:
    root = _tree(path)
    for element in root.iter("{*}*"):
        element.tag = etree.QName(element).localname
    truths = []
    for tei in [root] if str(root.tag).upper() == "TEI" else root.xpath("./TEI | ./tei"):  # type: ignore[union-attr]
        source = "./teiHeader/fileDesc/sourceDesc/biblStruct"
        people = tei.xpath(f"{source}/analytic/author/persName")  # type: ignore[union-attr]
        names = [" ".join([*_said(p, "forename"), *_said(p, "surname")]) for p in people]  # type: ignore[union-attr, arg-type]
        when = [str(d) for d in tei.xpath(f"{source}/monogr/imprint/date/@when")]  # type: ignore[union-attr]
        ends = [str(p) for p in tei.xpath(f"{source}/monogr/imprint/biblScope[@unit='page']/@*[name()='from' or name()='to']")]  # type: ignore[union-attr]
        number = re.match(r"(\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}", path.name)  # a name that is an arXiv number tells the year
        truths.append({
            "title": _first(tei, "./teiHeader/fileDesc/titleStmt/title"), "authors": "; ".join(filter(None, names)),  # type: ignore[arg-type]
            "year": when[0][:4] if when else f"20{number[1]}" if number else "",
            "container": _first(tei, f"{source}[analytic/title]/monogr/title"),  # type: ignore[arg-type]
            "doi": _first(tei, f"{source}//idno[@type='DOI']").lower(),  # type: ignore[arg-type]
            "pages": "-".join(ends) or _first(tei, f"{source}/monogr/imprint/biblScope[@unit='page']"),  # type: ignore[arg-type]
        })  # fmt: skip
    return truths


_RIS = {"title": ("TI", "T1", "ST"), "year": ("PY", "Y1", "DA"), "container": ("JF", "T2", "JO", "SO", "JA"), "doi": ("DO", "DI")}


def _ris(path: Path) -> list[Fields]:
    """Records by their tags; also those of the Web of Science, whose lines have no dash. A record without title and DOI is none."""
    truths = []
    tags: dict[str, list[str]] = {}
    last = ""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        match = re.match(r"([A-Z][A-Z0-9])(?: ( -)?(.*)|$)", line)
        if match and match[1] == "ER":
            record = _record(tags)
            truths += [record] if record["title"] or record["doi"] else []
            tags, last = {}, ""
        elif match and (match[2] or not line.startswith("   ")):
            last = match[1]
            tags.setdefault(last, []).append((match[3] or "").strip())
        elif line.startswith("   ") and last in {"AU", "AF"}:
            tags[last].append(line.strip())
        elif line.startswith("   ") and last:
            tags[last][-1] += f" {line.strip()}"
    return truths


def _record(tags: dict[str, list[str]]) -> Fields:
    told = {field: next((tags[tag][0] for tag in names if tags.get(tag, [""])[0]), "") for field, names in _RIS.items()}
    year = re.search(r"\d{4}", told["year"])
    doi = re.search(r"10\.\d{4,9}/\S+", told["doi"])
    ends = [next((tags[tag][0] for tag in names if tags.get(tag, [""])[0]), "") for names in (("SP", "BP"), ("EP",))]
    authors = tags.get("AF") or [*tags.get("A1", []), *tags.get("AU", [])]
    return {
        **told,
        "authors": "; ".join(authors),
        "year": year[0] if year else "",
        "doi": doi[0].lower() if doi else "",
        "pages": "-".join(filter(None, ends)),
    }


def _atom(path: Path) -> list[Fields]:
    body = json.loads(path.read_text(encoding="utf-8"))["body"]
    with suppress(UnicodeError):
        body = body.encode("latin-1").decode("utf-8")
    names = {"a": "http://www.w3.org/2005/Atom", "x": "http://arxiv.org/schemas/atom"}

    def told(entry: "etree._Element", path: str) -> str:
        return " ".join((entry.findtext(path, "", names) or "").split())

    return [
        {
            "title": told(entry, "a:title"), "authors": "; ".join(told(author, "a:name") for author in entry.findall("a:author", names)),
            "year": told(entry, "a:published")[:4], "container": told(entry, "x:journal_ref"),
            "doi": told(entry, "x:doi").lower(), "pages": "",
        }
        for entry in etree.fromstring(body.encode()).findall("a:entry", names)
    ]  # fmt: skip


FORMATS: dict[str, tuple[str, Callable[[Path], list[Fields]]]] = {
    "jats": (".nxml", _jats),
    "tei": (".xml", _tei),
    "ris": (".ris", _ris),
    "atom": (".json", _atom),
}
