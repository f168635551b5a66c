"""Headings: lines that stand out, numbered, named or bold; those that run into their paragraph; the labels within an abstract."""

import re
from collections.abc import Sequence
from statistics import median

from survey.readers.assembly import Block, kind_of
from survey.readers.pdf.captions import CAPTION
from survey.readers.pdf.lines import Line
from survey.readers.pdf.typical import Typical

NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}(?=\.)|[A-H](?=\.?\s|\.\d)(?:\.\d{1,2})*)\.?\s+(?=\S*[^\W\d_])")
NAMED = re.compile(
    r"^(?:abstract|a b s t r a c t|introduction|related works?|background|conclusions?|conclusions? and future works?|references|"
    r"bibliography|acknowledge?ments?|appendix|appendices|discussions?|results|methods?|experiments?|evaluation|methodology|summary|"
    r"zusammenfassung|einleitung|literatur|résumé)\W?$",
    re.IGNORECASE,
)
BACK_MATTER = re.compile(r"acknowledg|funding|contribution|conflict|competing|availab|ethic|abbreviat", re.IGNORECASE)
_ENDS = re.compile(r"introduction|(?:\d\W*)?conclusion|references", re.IGNORECASE)
_ENTRY = re.compile(r"^\[\d+\]|^\[[A-Z][\w+]*\d{2}[a-z]?\]|^\d{1,3}\.\s+[A-Z]")
_YEAR = re.compile(r"\b(?:19|20)[0-9][0-9][a-z]?\b")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_RUN_IN = re.compile(r"^(Abstract|ABSTRACT|Summary|SUMMARY|Key ?words(?: and phrases)?|KEY ?WORDS|Index Terms)\s*(?:[.:]|[—–-])\s*(?=\S)")
_IN_ABSTRACT = re.compile(
    r"(?:introduction|background|context|rationale|importance|aims?|objectives?|purpose|hypothesis|design|settings?|participants|patients|"
    r"interventions?|exposures?|main outcomes?(?: and measures?)?|measurements?|methods?|materials and methods|"
    r"methodology/principal findings|"
    r"methods? and (?:findings|results)|results?|findings|principal findings|conclusions?|conclusions?/significance|"
    r"significance|interpretation|"
    r"discussion|limitations|funding|trial registration)(?: and (?:aims?|objectives?|purpose|methods|conclusions?|relevance))?\W?",
    re.IGNORECASE,
)
_RUN_IN_LEVEL = 5
_TELLS = re.compile(r"[^\W\d_]{3}.*[.:]$|(?<![^\W_])[a-zß-öø-ÿ]{4}|[^\W\d_]{3} [^\W\d_]{3}")


class Headings:
    """The headings of a paper, told by what is typical of its lines."""

    def __init__(self, lines: Sequence[Line], typical: Typical) -> None:
        self.typical = typical
        self.body = typical.body
        named = [line.size for line in lines if _ENDS.match(line.text) and self.stands_out(line)]
        self.tall = median(named) if named else max((line.size for line in lines if self.stands_out(line)), default=self.body)

    def stands_out(self, line: Line) -> bool:  # noqa: PLR0911 - one test after the other, cheapest first
        """Whether ``line`` stands out as a heading does."""
        text = line.text
        number = NUMBERED.match(text)
        larger = line.size > self.body * 1.06 + 0.2
        if not (number or line.bold or larger or NAMED.match(text)):
            return False
        if len(text) > 120 or len(text.split()) > 16 or CAPTION.match(text) or text[-1] in ",;" or not _LETTERS.search(text):
            return False
        telling = text[number.end() :] if number else text
        if (
            text[0].islower()
            or text.count("(") != text.count(")")
            or sum(c.isalpha() for c in telling) < 0.6 * len(telling.replace(" ", ""))
        ):
            return False
        if NAMED.match(text) and (line.bold or larger or text.isupper() or len(text.split()) == 1):
            return line.size >= self.body * (0.7 if kind_of(text) == "references" else 0.85)
        if number and number["number"].isdigit() and int(number["number"]) > 20:
            return False
        if number and telling[0].islower() and not line.bold:
            return False
        if line.bold and line.size >= self.body * 0.95:
            runs_in = 0 < line.lead < 0.6 * len(text)
            return (bool(number) and not runs_in) or (line.wholly and (larger or not text.endswith((".", ":"))))
        if not number or text.endswith(".") or line.size < self.body * 0.9:
            return False
        return larger or telling.isupper() or self._stands_alone(line, number["number"])

    def _stands_alone(self, line: Line, number: str) -> bool:
        """Whether a line with the number of a sub-section, in the type of the text, is far from filling its column: "2.1. Birds"."""
        left, right = self.typical.column(line)
        short = line.right < right - 0.2 * (right - left) and len(line.text.split()) <= 10
        return short and ("." in number or bool(re.match(r"[A-H]\. [A-Z]", line.text))) and line.text[-1].isalpha()

    def level(self, line: Line) -> int:
        if number := NUMBERED.match(line.text):
            return 1 + number["number"].rstrip(".").count(".")
        return 1 if NAMED.match(line.text) or line.size > self.tall - 0.6 else 2

    def is_headed(self, text: str, below: Sequence[Sequence[Line]], *, heading: bool) -> bool:
        """Whether ``text`` has what it should under it: a list of references its entries, a heading without number or known name running
        text (a table's bold head has numbers there). ``heading``: the next lines are one."""
        if kind_of(text) == "references":
            next_ones = [line.text for lines in below for line in lines][:16]
            return sum(bool(_ENTRY.match(line) or _YEAR.search(line)) for line in next_ones) >= min(3, 0.2 * len(next_ones))
        if NUMBERED.match(text) or NAMED.match(text) or heading:
            return bool(below) or bool(NUMBERED.match(text) or NAMED.match(text))
        if not below:
            return False
        first = below[0][0]
        words = sum(len(line.text.split()) for line in below[0][:3])
        return words > 7 and bool(first.lead or not first.text[0].islower()) and self.typical.is_prose(below[0], goes_on=False)


def labelled(block: Block, found: list[Block]) -> Block:
    """``block``, a heading, or a paragraph of its words where it labels a part of the abstract ("Background", "Methods", "Results")."""
    last = next((i for i in range(len(found) - 1, -1, -1) if found[i].level), -1)
    if last < 0 or kind_of(found[last].text) != "abstract" or not _IN_ABSTRACT.fullmatch(block.text):
        return block
    parted = last == len(found) - 1 or bool(_IN_ABSTRACT.fullmatch(found[last + 1].text))
    return Block(block.text, 0, block.pages) if parted else block


def run_in(line: Line, found: list[Block], above: Line | None) -> Line:
    """The rest of a paragraph's first line that begins with a heading of its own, which goes to the blocks ``found``."""
    match = _RUN_IN.match(line.text)
    if match and (not any(block.level for block in found) or match[1].casefold()[:3] in {"key", "ind"}):
        found.append(Block(match[1], 1, ((0, line.page + 1),)))
        return line._replace(text=line.text[match.end() :])
    lead, rest = line.text[: line.lead], line.text[line.lead :].lstrip(" .:—–-")
    if not line.lead or not rest or not (rest[0].isupper() or rest[0].isdigit() or not rest[0].isalpha()):
        return line
    goes_on = (
        above is not None
        and above.wholly
        and found
        and found[-1].level > 1
        and not NUMBERED.match(found[-1].text)
        and 0 < above.y - line.y < 1.6 * line.size
        and abs(above.size - line.size) < 0.3
    )
    if goes_on:
        found[-1] = Block(f"{found[-1].text} {lead.rstrip(' .:')}", _RUN_IN_LEVEL, found[-1].pages)
    elif labelled(Block(lead.rstrip(" .:—–-"), 1), found).level == 0:
        return line  # a label within the abstract
    elif lead[0].isupper() and len(lead) < 100 and _TELLS.search(lead) and kind_of(lead) != "references":
        found.append(Block(lead.rstrip(" .:—–-"), _RUN_IN_LEVEL, ((0, line.page + 1),)))
    else:
        return line
    return line._replace(text=rest)
