"""Raw pages saved from paper sites, told by their shape: a listing, an author's listing, an abstract with its translation.

A listing has three lines a paper: ``[score]category+date[Code]``, the title with the authors glued on, the abstract.
An author's listing has abstracts without titles, each ended by ``arXiv:… [- doi: …]`` and ``Created: date``.
An abstract page is one abstract, its translation, and short lines that are not about the paper.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

from survey.readers.assembly import Block, assemble
from survey.readers.cleaning import opening, without_latex
from survey.readers.names import Byline, split_names
from survey.records import Paper, Skipped, Source

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HEAD = re.compile(
    r"^(?P<score>[0-9]{1,3}(?:\.[0-9]+)?)?\s*(?P<category>[A-Za-z][A-Za-z-]{0,11}?(?:\.[A-Za-z-]{2,9})?)?\s*"
    r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? "
    r"(?P<day>0?[1-9]|[12][0-9]|3[01])(?:, (?P<year>[0-9]{4}))?\s*(?:Code)?$"
)
_ARXIV = re.compile(
    r"^arXiv:\s*(?P<id>(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}))(?:v[0-9]+)?(?:\s*-\s*doi:\s*(?P<doi>\S+))?\s*$",
    re.IGNORECASE,
)
_CREATED = re.compile(r"^Created:\s*(?P<date>[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)\s*$", re.IGNORECASE)
# "Translation:" in the languages that such sites are read in; other words in that place are told by the script that follows.
_TRANSLATION = re.compile(
    r"^(?:翻译|翻譯|译文|譯文|中文翻译|翻訳|和訳|번역|перевод|переклад|translation|translated|traduction|traducción|traduccion|tradução|"
    r"traducao|traduzione|übersetzung|uebersetzung|vertaling|tłumaczenie|terjemahan|bản dịch|dịch|çeviri|ترجمة|ترجمه|तर्जुमा|अनुवाद|แปล|"
    r"คำแปล|översättning|oversættelse|oversettelse|käännös|překlad|fordítás|traducere|μετάφραση|תרגום)\s*(?:\([^)]*\))?\s*[:：]",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^\W*([^\s:：]{1,20})\s*[:：]\s*(?=\S)")
_COMMENT = re.compile(
    r"\b(?:\d+ (?:pages?|figures?|tables?|pp)|pages?,|to appear|appear(?:s|ed|ing)? (?:in|at)|accepted|submitted|published|proceedings|"
    r"in proc|camera[- ]ready|preprint|technical report|workshop|conference|journal|under review|supplementary|available at|https?://|"
    r"withdrawn|text overlap|arxiv admin|dataset|code|thesis|extended version|best paper|copyright|\(c\)|doi)\b",
    re.IGNORECASE,
)


def read(text: str, name: str, today: int | None = None) -> list[Paper | Skipped] | None:
    """The papers of a saved page, or None when ``text`` has none of the three shapes. ``today`` is the year in which it is read."""
    lines = [line.strip() for line in text.split("\n")]
    heads = [i for i, line in enumerate(lines) if _HEAD.match(line)]
    # Three lines a paper; one dated line in a long text is chance.
    if heads and heads[0] <= 12 and len(heads) * 12 >= sum(1 for line in lines if line):
        return _listing(lines, heads, name, today or datetime.now(UTC).year)
    if any(_ARXIV.match(line) for line in lines) and any(_CREATED.match(line) for line in lines):
        return _author_listing(lines, name)
    return _abstract_page(lines, name)


def _paper(paragraphs: list[str], source: Source, **facts: object) -> Paper:
    body = assemble([Block(p) for p in paragraphs], lead="abstract")
    return Paper.model_validate({"text": body.text, "parts": body.parts, "sources": (source,), **facts})


# ---------------------------------------------------------------- a listing


def _listing(lines: list[str], heads: list[int], name: str, today: int) -> list[Paper | Skipped]:
    entries = []
    for i, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        rest = [line for line in lines[i + 1 : end] if line]
        entries.append((i, rest[:1], rest[1:]))
    byline = _byline([first[0] for _, first, _ in entries if first], [" ".join(more) for _, _, more in entries])
    matches = [match for i in heads if (match := _HEAD.match(lines[i]))]
    found: list[Paper | Skipped] = []
    for number, ((i, first, rest), match) in enumerate(zip(entries, matches, strict=True), 1):
        place = f"entry {number}, line {i + 1}"
        if not first:
            found.append(Skipped(source=name, place=place, reason="the entry has no title", cure="save the page again, with all its lines"))
            continue
        # One line is the abstract; another is more of it only if it is prose, not the page's foot.
        abstract = [without_latex(line) for i, line in enumerate(rest) if i == 0 or len(line) > 100 or line.endswith((".", "?"))]
        title, authors, more = byline.split(without_latex(first[0]), frozenset(_words(" ".join(rest))))
        if not authors and rest and (names := split_names(re.sub(r",?\s+et al\.?$", "", rest[0]))) and len(rest[0]) < 300:
            authors, more, abstract = names, rest[0].endswith(("et al.", "et al")), abstract[1:]
        category = match["category"]
        found.append(
            _paper(abstract, Source(path=name, place=place, reader="listing"), title=title, authors=tuple(authors), more_authors=more,
                   date=_date(match, _year_left_away(matches, today)), keywords=(category,) if category else ())
        )  # fmt: skip
    return found


def _date(match: re.Match[str], left_away: str) -> str:
    day = f"{_MONTHS.index(match['month'].casefold()) + 1:02}-{int(match['day']):02}"
    return f"{match['year'] or left_away or '-'}-{day}"


def _year_left_away(matches: Sequence[re.Match[str]], today: int) -> str:
    """Such pages leave the year away where it is the one in which they were saved. That year is after every year on the page, and not
    after ``today``: where one year alone is both, it is that; else "", since it could be several."""
    latest = max((int(match["year"]) for match in matches if match["year"]), default=0)
    return str(today) if latest + 1 == today else ""


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_](?:[\w'’-]*\w)?", text)


def _byline(glued: list[str], abstracts: list[str]) -> Byline:
    """What the page says: every author but the first of each paper stands alone between commas; firsts that are plain follow."""
    words = {word for abstract in abstracts for word in _words(abstract)}
    people: set[str] = set()
    for line in glued:
        pieces = re.sub(r",?\s+et al\.?\s*$", "", line).split(", ")
        for piece in reversed(pieces[1:]):
            names = split_names(piece)
            if not names or any(len(n.split()) < 2 or re.search(r"[a-z)\d][A-Z]", n.replace("Mc", "").replace("Mac", "")) for n in names):
                break
            people.update(names)
    for _ in range(2):  # a first author found on one line is known on the next
        byline = Byline(people, words)
        firsts = [byline.split(line, frozenset(_words(abstract)))[1][:1] for line, abstract in zip(glued, abstracts, strict=False)]
        people |= {name for name, times in Counter(name for names in firsts for name in names).items() if times > 1}
    return Byline(people, words)


# ---------------------------------------------------------------- an author's listing


def _author_listing(lines: list[str], name: str) -> list[Paper | Skipped]:
    found: list[Paper | Skipped] = []
    block: list[str] = []
    facts: dict[str, str] = {}
    start = 0

    def end() -> None:
        nonlocal block, facts
        paragraphs = [" ".join(p.split()) for p in "\n".join(block).split("\n\n") if p.strip()]
        if facts or paragraphs:
            place = f"entry {len(found) + 1}, line {start + 1}"
            found.append(_author_entry(paragraphs, facts, Source(path=name, place=place, reader="listing")))
        block, facts = [], {}

    for i, line in enumerate(lines):
        if match := _ARXIV.match(line):
            facts |= {"arxiv": match["id"], "doi": (match["doi"] or "").lower()}
        elif match := _CREATED.match(line):
            facts["date"] = match["date"]
        elif line or block:
            if line and facts:
                end()
            if not block:
                start = i
            block.append(line)
    end()
    return found


def _author_entry(paragraphs: list[str], facts: dict[str, str], source: Source) -> Paper | Skipped:
    if not facts:
        reason = "no arXiv number stands under this text"
        return Skipped(source=source.path, place=source.place, reason=reason, cure="save the page again, to its end")
    comments: list[str] = []
    while len(paragraphs) > 1 and (len(paragraphs[-1]) < 120 or (len(paragraphs[-1]) < 400 and _COMMENT.search(paragraphs[-1]))):
        comments.insert(0, paragraphs.pop())
    abstract = [without_latex(p) for p in paragraphs]
    note = " ".join(comments) or (opening(abstract[0]) if abstract and not facts.get("arxiv") else "")
    return _paper(abstract, source, note=note, **facts)


# ---------------------------------------------------------------- an abstract with its translation


def _abstract_page(lines: list[str], name: str) -> list[Paper | Skipped] | None:
    filled = [line for line in lines if line]
    marked = next((i for i, line in enumerate(filled) if _TRANSLATION.match(line)), None)
    prose = [i for i, line in enumerate(filled) if _is_prose(line)]
    if not prose:
        return None
    if marked is None:
        # Long prose in another language than the prose before it, behind a label that is not known, or in another script.
        marked = next((i for i in prose[1:] if _is_foreign(filled[i], filled[prose[0]])), None)
        if marked is None:
            return None
    rest = [line for i, line in enumerate(filled) if i not in prose and i != marked]
    if len(prose) > 8 or (rest and median(len(line) for line in rest) > 60):
        return None
    before = [i for i in prose if i < marked]
    abstract = [filled[i] for i in before] if before else [filled[i] for i in prose if i > marked + (len(filled[marked]) < 30)]
    if not abstract:
        return None
    abstract = [without_latex(line) for line in abstract]
    source = Source(path=name, place=f"line {lines.index(filled[(before or prose)[0]]) + 1}", reader="listing")
    return [_paper(abstract, source, note=opening(abstract[0]))]


def _is_prose(line: str) -> bool:
    wide = sum(1 for c in line if "\u2e80" <= c <= "\uffef")
    return len(line) + 2 * wide >= 240 and bool(re.search(r"[.。．।؟!?!?…][\"”')\]]*\s*$|[.。]", line))


def _is_foreign(text: str, original: str) -> bool:
    """Whether ``text`` is in another language: another script, or behind a label and with next to none of the small words."""
    if _script(text) != _script(original):
        return True
    small, others = ({word for word in re.findall(r"[^\W\d_]+", t) if len(word) < 5 and word.islower()} for t in (text, original))
    return bool(_LABEL.match(text)) and len(small & others) * 4 < min(len(small), len(others))


def _script(text: str) -> str:
    body = _LABEL.sub("", text)
    letters = [c for c in body if c.isalpha()]
    latin = sum(1 for c in letters if c < "\u0250")
    return "latin" if letters and latin * 2 > len(letters) else "other"
