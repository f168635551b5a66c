"""Is this sentence borne out by these quotes, and do the quotes stand in their papers? Pure, no model."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from survey.quotations import quotations
from survey.records import Paper, Quote, Sentence
from survey.terms import STOP_WORDS, is_telling, numbers, spelt_numbers, stem, stems, words

_QUOTED = re.compile(r"“.*”", re.DOTALL)
_TELLING = 3  # words that name a subject, and figures; "We leave this for future work." has none
_DEBRIS = re.compile(
    r"[=∑∏∂∈∀≤≥←→⊕⊗σθλμ∇]|\(\d+\)\s*$|\b(?:Figure|Fig\.|Table|Tab\.|Section|Sec\.|Eq\.|Equation|Appendix) ?\d"
    r"|\bet al\.,? ?\(?\d{4}.*\bet al\.|arXiv:|@|https?://|©|\\"
)
_YEAR_OF_BYLINE = re.compile(r"\((?:\d{4}|n\.d\.)[a-z]?\)")


def quote_stands(quote: Quote, paper: Paper | None) -> bool:
    """Letter for letter, at its offsets, on its page."""
    return (
        paper is not None
        and bool(quote.text)
        and paper.text[quote.start : quote.end] == quote.text
        and quote.page == paper.page_of(quote.start)
    )


def normalised(text: str) -> str:
    """NFKC, soft hyphens gone, white space and case folded: what a quote may differ in when it was typed or copied. Never fuzzier:
    a fuzzy match accepts changed numbers and negations."""
    return _folded(text)[0].strip()


def find_quote(text: str, paper: Paper) -> Quote | None:
    """Where the whole words stand in the paper: exactly, or else letter for letter after :func:`normalised`; None when they do not."""
    return next(find_quotes(text, paper), None)


def find_quotes(text: str, paper: Paper) -> Iterator[Quote]:
    """Every place where they stand, the exact ones first; a place may come twice."""
    return (paper.quote(start, end) for start, end in _spans(text, paper.text))


# Scripts written without spaces have no whole words to keep whole.
_LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff]"
# Half of "cannot", "can't", "non-linear" or "6.5" says something else.
_CUT = re.compile(rf"{_LETTER}{_LETTER}|{_LETTER}['’‐‑-]{_LETTER}|\d[.,]\d")
_WINDOWS = ((1, 1), (2, 1), (1, 2))  # characters before and behind an edge


def _spans(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    wanted = wanted.strip()
    if not any(char.isalnum() for char in wanted):
        return
    yield from _whole(wanted, text)
    folded, places = _folded(text)
    for start, end in _whole(normalised(wanted), folded):
        yield places[start][0], places[end - 1][1]


def _whole(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    """Where ``wanted`` stands in ``text`` and cuts no word or number in two."""
    start = text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        edges = [text[at - back : at + ahead] for at in (start, end) for back, ahead in _WINDOWS if back <= at <= len(text) - ahead]
        if not any(_CUT.fullmatch(edge) for edge in edges):
            yield start, end
        start = text.find(wanted, start + 1)


@lru_cache(maxsize=16)  # several quotes of one paper are looked up in turn
def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text folded, white space to one blank, and for each of its characters the span in ``text`` that it came from."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        for letter in unicodedata.normalize("NFKC", cluster[0]).replace("\u00ad", "").casefold():
            folded = " " if letter.isspace() else letter
            if folded != " " or letters[-1:] != [" "]:
                letters.append(folded)
                places.append(cluster.span())
    return "".join(letters), places


_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)  # a letter with its accents, which NFKC makes one


def missing_numbers(sentence: str, quotes: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Numbers of the sentence that stand in none of its quotes, sorted; those of the ``names`` of its papers and years of bylines do not
    count."""
    there = {number for quote in quotes for number in numbers(quote)}
    for name in names:
        sentence = sentence.replace(name, " ")
    return sorted(numbers(_YEAR_OF_BYLINE.sub(" ", sentence)) - there)


def misquoted(sentence: str, quotes: Sequence[str]) -> str:
    """The first words between “ and ” that stand in none of the quotes, "" when all do."""
    rest = normalised(sentence)
    for quote in quotes:  # whole quotes first: they may hold such marks of their own
        rest = rest.replace(f"“{normalised(quote)}”", " ")
    for words_ in _QUOTATION.findall(rest):
        if words_.strip() and not any(next(_spans(words_, quote), None) for quote in quotes):
            return str(words_)
    return ""


_QUOTATION = re.compile(r"“((?:[^“”]|“[^“”]*”)*)”?")


def coverage(sentence: str, quotes: Sequence[str]) -> float:
    """Share of the telling words of the sentence, its quoted words aside, that its quotes have too; 1.0 when nothing else is said."""
    own = {stem(word) for word in words(_QUOTED.sub(" ", sentence)) if is_telling(word)}
    there = {s for quote in quotes for s in stems(quote)}
    return len(own & there) / len(own) if own else 1.0


def speaks_of(text: str, quote: str, names: Iterable[str]) -> bool:
    """Whether a sentence has anything of a quote: its words, one of its telling words, or a name of its paper."""
    if f"“{quote}”" in text or any(name in text for name in names):
        return True
    own = {stem(word) for word in words(text) if is_telling(word)}
    return not own or bool(own & set(stems(quote)))


def fault(sentence: Sentence, paper: Callable[[str], Paper | None]) -> str:
    """Why a claim is not borne out ("" when it is): no quote, an unknown paper, a quote that does not stand, a number
    or quoted words that no quote has."""
    for key in sentence.citekeys:
        if paper(key) is None:
            return f"cites @{key}, which is not in the library"
    for quote in sentence.quotes:
        if not quote_stands(quote, paper(quote.key)):
            return f"a quote does not stand in @{quote.key} at {quote.start}:{quote.end}"
    if sentence.kind == "claim":
        if not sentence.quotes:
            return "a claim without a quote"
        texts = [q.text for q in sentence.quotes]
        if missing := missing_numbers(sentence.text, texts, names_of(sentence.citekeys, paper)):
            return f"the number {missing[0]} stands in none of its quotes"
        if words_ := misquoted(sentence.text, texts):
            return f"the quotation “{words_}” stands in none of its quotes"
    return ""


def names_of(keys: Iterable[str], paper: Callable[[str], Paper | None]) -> list[str]:
    """How sentences call these papers, without the year: a paper without authors goes by its title, which may hold numbers."""
    return [found.byline.rpartition(" (")[0] for key in keys if (found := paper(key))]


def quotable(text: str) -> bool:
    """Whether a sentence can stand alone between quotation marks: whole, of readable length, no table or formula debris."""
    if not 40 <= len(text) <= 420 or not (text[0].isupper() or text[0].isdigit()) or text[-1] not in ".!?":
        return False
    letters = sum(c.isalpha() or c.isspace() for c in text)
    return letters / len(text) > 0.82 and not _DEBRIS.search(text) and _told(text) >= _TELLING


def _told(text: str) -> int:
    return len({stem(w) for w in words(text) if is_telling(w)} | numbers(text))


# ---------------------------------------------------------------- what a model writes

LABEL_WORDS = 6
_LABEL_CHARS = 70
_PROSE_CHARS = 600  # of a sentence, its quotes and bylines aside
_RUNAWAY = 5000  # characters; more is not looked at
_THIN = 0.5  # of the own words of a sentence: where fewer stand in its quotes it is given back, and flagged if it comes again
_HOLLOW = 0.25  # where even fewer do, it speaks of something else
_OWN_WORDS = 3  # what comes with a quotation and is shorter ("Roe (2019) reports:") says nothing that a quote could lack

_AT = "@＠﹫"
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_OTHER_MARKS = (
    re.compile(r"‘([^‘’“”]*)’(?!\w)"),
    re.compile(r"(?<!\w)'([^'“”]{20,})'(?!\w)"),  # shorter ones may be two apostrophes
)
_MARKS = '"„«»'
_CURLY = re.compile(r"“[^“”]*”")
_IN_BRACKETS = r"[^\[\]()（）［］〔〕【】⟦⟧{}]*"
_MARKUP = (
    (re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE), ""),
    (re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL), ""),
    (re.compile(r"\\\w*(?:cite|ref|label)\w*\*?(?:\[[^\[\]]*\])*\{[^{}]*\}"), ""),
    (re.compile(r"\\[A-Za-z]+\*?\{([^{}]*)\}"), r"\1"),
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(rf"[\[(（［〔【⟦{{]{_IN_BRACKETS}[{_AT}]{_IN_BRACKETS}[\])）］〕】⟧}}]"), ""),
    (re.compile(r"[\[［〔【⟦][\s\d,;–-]*[\]］〕】⟧]|[（(](?:see|cf\.?|e\.g\.,?)?\s*[)）]"), ""),
    (re.compile(r"(?<!\w)[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}(?!\w)"), ""),
)
_NESTED = 8  # brackets in brackets
_LINE_MARKS = re.compile(r"^\s*(?:#{1,6}|[-*+>]|\d{1,3}[.)])\s+|(?<=[\n\r\v\f\x85\u2028\u2029])[^\S\n]*(?:#{1,6}|[-*+>](?!\s*\d))\s+")
_TLD = r"(?:com|org|net|edu|gov|int|info|biz|app|dev|xyz|online|site|shop|link|example|test|io|ai|co|de|uk|fr|eu|ru|cn|jp|nl|ch|ly|gg|tv)"
_DOMAIN = rf"(?<![\w.-])(?:(?:[a-z0-9][a-z0-9-]*\.)+{_TLD}|(?:[a-z0-9][a-z0-9-]+\.){{2,}}[a-z]{{2,}})(?![\w-])"
_ACTIVE = re.compile(rf"\S*[{_AT}]\S*|(?:https?|ftp)\S*://\S*|www\.\S+|{_DOMAIN}|\b(?:doi|arxiv):\S*|\S*[\\[\]{{}}<>`|]\S*", re.IGNORECASE)
_BYLINES = re.compile(r"\((?:[^()]*[^\W\d_][^()]*,? ?)?(?:1[89]|20)\d\d[a-z]?(?:[;,][^()]*)?\)|\(n\.d\.[a-z]?\)|\bet al\b")
_KEY = re.compile(r"\b[^\W\d_][\w-]*[^\W\d](?:19|20)\d\d[a-z]?\b")  # a name and a year in one word
_LOOKALIKE = re.compile(r"\w*(?:[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z])\w*")  # Cyrillic letters within a Latin word
_NAME = re.compile(r"(?<![\w-])[^\W_][\w:.+/-]*[^\W_]")
_SAYS = re.compile(
    r"[’']s\b|(?: and [A-Z][\w’'-]+)? (?:reports?|shows?|finds?|found|presents?|proposes?|describes?|argues?|observes?|raises?|introduces?|"
    r"notes?|states?|names?|develops?|claims?|suggests?|concludes?|reported|showed|presented|proposed|described|argued|observed|raised|"
    r"introduced|noted|stated|named|developed|claimed|suggested|concluded)\b"
)
_TOLD = 60  # characters of what was wrong


class Fault(NamedTuple):
    """``reason`` is "" when nothing is wrong. ``grave``: the sentence cannot stand; else it can, with a flag."""

    reason: str = ""
    grave: bool = False


def cleaned(text: str, quotes: Sequence[str], names: Collection[str] = ()) -> str:
    """What a model wrote as plain prose on one line: no markup, link, citation mark or invisible character. Quotations, and the
    ``names`` of the papers that it cites, stand as they are; a name with its year in another common form becomes the name, or falls away
    where it is a mere citation. Other quotation marks become “ and ”, so that what they enclose is looked up."""
    text = text[:_RUNAWAY]
    kept = [*(f"“{quote}”" for quote in quotes), *names]
    text = _curled(text)
    for marks in _OTHER_MARKS:
        text = "".join(piece if stands else marks.sub(r"“\1”", piece) for piece, stands in _parted(text, kept))
    spans = [f"“{quote}”" for quote in quotes]
    spans += [span for span in _CURLY.findall(text) if any(next(_spans(span[1:-1], quote), None) for quote in quotes)]
    text = "".join(piece if stands else _with_bylines(piece, names) for piece, stands in _parted(text, spans))
    pieces = [piece if stands else _stripped(piece) for piece, stands in _parted(_LINE_MARKS.sub("", text), [*spans, *names])]
    text = _TWO_STOPS.sub(r"\1", "".join(pieces).strip())
    return f"{text}." if text and (text[-1].isalnum() or text[-1] in ")%") else text


_TWO_STOPS = re.compile(r"([.!?]”)\.$")  # where a citation stood between them


def _with_bylines(text: str, names: Iterable[str]) -> str:
    """With the cited papers' own names as the program writes them: "(Roe et al., 2019)" and "[Roe et al. 2019]" fall away, since every
    sentence comes with its citations; "Roe et al., 2019, report" becomes "Roe et al. (2019), report"."""
    forms = {name: _forms(match["name"], match["year"]) for name in names if (match := _BYLINE.fullmatch(name))}
    if not forms:
        return text
    each = "|".join(forms[name] for name in sorted(forms, key=lambda name: (-len(name), name)))
    text = re.sub(rf"\s*[(\[]\s*{_SEE}(?:{each})(?:\s*[;,]\s*{_SEE}(?:{each}))*\s*[)\]](?:\([^()\s]*\))?", "", text)

    def written(name: str, match: re.Match[str]) -> str:
        return match[0] if _AND_ANOTHER.search(text, 0, match.start()) else name

    for name in sorted(forms, key=lambda name: (-len(name), name)):
        text = re.sub(rf"(?<![\w-]){forms[name]}", partial(written, name), text)
    return text


_BYLINE = re.compile(r"(?P<name>.+) \((?P<year>(?:\d{4}|n\.d\.)[a-z]?)\)")
_SEE = r"(?:(?:see(?: also)?|cf\.?|e\.g\.,?|as in|by|from)\s+)?"
_AND_ANOTHER = re.compile(r"[^\W\d_][\w’'-]*,? (?:and|&) $")


def _forms(name: str, year: str) -> str:
    """A pattern of how a name and its year are written elsewhere."""
    spelt = re.escape(name).replace(r"\ et\ al\.", rf"(?:,?\s+{_EM}et\s+al\b\.?{_EM}|\s+and\s+(?:colleagues|others))")
    spelt = re.sub(r"(?:\\ )+and(?:\\ )+", lambda _: r"\s+(?:and|&)\s+", spelt).replace(r"\ ", r"\s+")
    when = rf"{re.escape(year)}(?![\w%]|[.,]\d)(?:,\s*{_PLACE}\s*\d+(?:[-–.]\d+)*)?"
    return rf"{spelt},?\s*(?:\({when}\)|\[{when}\]|{when})"


_PLACE = r"(?:pp?\.|§|(?i:sec(?:tion|\.)|ch(?:apter|\.)|fig(?:ure|\.)|tab(?:le|\.)))"
_EM = r"[*_]{0,3}"


def _curled(text: str) -> str:
    """With “ and ” where other marks stand around words; one that is never closed is taken to enclose the rest."""
    for span in reversed(quotations(text)):
        if span.mark in _MARKS:
            closed = span.end <= len(text)
            text = f"{text[: span.start]}“{text[span.start + 1 : span.end - closed]}”{text[span.end :]}"
    return text


def _parted(text: str, kept: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The pieces of ``text``, and whether each is one of the ``kept``."""
    pattern = "|".join(re.escape(k) for k in sorted(set(kept), key=lambda k: (-len(k), k)) if k)
    pieces = re.split(rf"((?<!\w)(?:{pattern})(?!\w))", text) if pattern else [text]
    return ((piece, n % 2 == 1) for n, piece in enumerate(pieces))


def _stripped(text: str) -> str:
    text = "".join(" " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    for _ in range(_NESTED):
        before = text
        for pattern, instead in _MARKUP:
            text = pattern.sub(instead, text)
        if text == before:
            break
    return re.sub(r" +(?=[.,;:!?](?:\s|$))", "", re.sub(r" {2,}", " ", text))


def prose_fault(sentence: Sentence, bylines: Mapping[str, str], titles: Iterable[str], others: Collection[str]) -> Fault:
    """What is wrong with a sentence that a model wrote, beyond :func:`fault`. ``bylines``: of the papers it cites, by key; ``titles``:
    theirs; ``others``: family names and citekeys of the papers that it does not cite."""
    texts, titles = [q.text for q in sentence.quotes], list(titles)
    names = {*bylines.values(), *(name.rpartition(" (")[0] for name in bylines.values())}
    spelt = "".join(" " if stands else piece for piece, stands in _parted(sentence.text, [*(f"“{text}”" for text in texts), *names]))
    own = unicodedata.normalize("NFKC", _CURLY.sub(" ", spelt))
    if not any(char.isalpha() for char in sentence.text):
        return Fault("says nothing", grave=True)
    if len(own) > _PROSE_CHARS:
        return Fault("is too long", grave=True)
    there = normalised(" ".join(texts))
    heard = {match[0] for match in _NAME.finditer(normalised(" ".join([*texts, *titles, *names])))}
    found = (
        _marked(own, there),
        _unheard(spelt, own, texts, titles),
        _unknown(own, there, heard),
        _named(own, {match[0] for match in _NAME.finditer(there)}, others),
    )
    named = max(found, key=lambda one: (one.grave, one.reason != ""))  # the first of the worst
    if named.grave:
        return named
    telling = {stem(w) for w in words(own) if is_telling(w)}
    share = coverage(own, [*texts, *titles]) if len(telling) >= _OWN_WORDS or "“" not in sentence.text else 1.0
    if share < _THIN:
        return Fault("says more than its quotes do", grave=share < _HOLLOW)
    return named


def _unheard(spelt: str, own: str, texts: Sequence[str], titles: Sequence[str]) -> Fault:
    """Which number, sign or script of a sentence, ``spelt`` as it is and as its ``own`` words are read, its quotes do not have."""
    there = " ".join(texts)
    values = {*numbers(there), *(number.value for number in spelt_numbers(there))}
    for number in spelt_numbers(own):
        vague = number.vague and any(_is_number(value) and float(value) >= float(number.value) for value in values)
        if not number.small and not vague and number.value not in values:
            return Fault(f"the number {number.text[:_TOLD]} stands in none of its quotes", grave=True)
    for char in spelt:
        if unicodedata.category(char) in ("Nl", "No") and char not in there:
            return Fault(f"the number {char} stands in none of its quotes", grave=True)
    below = {number for match in _BELOW_ZERO.findall(there) for number in numbers(match)}
    for match in (found for found in _BELOW_ZERO.findall(own) if " " not in found):  # else a dash, which the words of a paper may part
        if not numbers(match) <= below:
            return Fault(f"the number {match} stands in none of its quotes", grave=True)
    known = {_script(char) for char in " ".join([*texts, *titles])}
    foreign = [char for char in own if _script(char) not in known]
    if any(_script(char) != "GREEK" for char in foreign) or len(foreign) > _SYMBOLS:
        return Fault(f"is in letters that its quotes do not have: {''.join(foreign)[:_TOLD]}", grave=True)
    return Fault()


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isascii() and value.replace(".", "", 1).isdigit()


_BELOW_ZERO = re.compile(r"(?<![\w.,)\]%-])[-−–]\s?(?:\d+(?:[.,]\d+)*|\.\d+)")
_SYMBOLS = 3  # Greek letters, as units and variables have


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """Of a letter; "" for Latin ones, which say nothing, and for what is none."""
    if char.isascii() or unicodedata.category(char) not in ("Lu", "Ll", "Lt", "Lo"):
        return ""
    script = unicodedata.name(char, "?").split()[0]
    return "" if script == "LATIN" else "CJK" if script in ("HIRAGANA", "KATAKANA") else script


def _unknown(own: str, there: str, heard: Collection[str]) -> Fault:
    """Whether a paper without a year, or somebody, is named that no quote, title or byline has (the words ``heard``)."""
    for match in _UNDATED.finditer(own):
        if normalised(match[0]).strip(" (),") not in there:
            return Fault(f"{_FOREIGN}: {match[0].strip()[:_TOLD]}", grave=True)
    for match in _OWNER.finditer(own):
        if normalised(match["name"]) not in heard and match["name"].lower() not in STOP_WORDS:
            first = own[: match.start()].rstrip()[-1:] in ("", *".!?:") and not match["colleagues"]  # any word may have its capital there
            return Fault(f"names somebody that no quote of it does: {match[0][:_TOLD]}", grave=not first)
    return Fault()


_LATER = r"in press|in prep(?:aration)?|forthcoming|unpublished|preprint|submitted|to appear|under review|personal communication"
_UNDATED = re.compile(
    rf"\((?:[^()]*[\s,;])?(?i:{_LATER})\b[^()]*\)|\b[A-Z][\w’'-]+(?: et al\.?)?,? (?:in press|forthcoming)\b|, (?:in press|forthcoming),"
)
_OWNER = re.compile(
    r"(?<![\w-])(?P<name>[A-ZÀ-Þ][\w-]*[a-zß-ÿ])(?:[’']s(?!\w)|(?P<colleagues> and (?:colleagues|co-?workers|co-?authors)\b))"
)


def _marked(own: str, there: str) -> Fault:
    """What of ``own`` words is none, or names a paper in the way of citations; what is no byline may come from the quotes, ``there``."""
    if byline := _BYLINES.search(own):
        return Fault(f"{_FOREIGN}: {byline[0][:_TOLD]}", grave=True)
    for pattern, what in ((_ACTIVE, _MARKED), (_KEY, _FOREIGN), (_LOOKALIKE, "holds letters that look like others")):
        for match in pattern.findall(own):
            if normalised(match).strip(".,;:") not in there:
                return Fault(f"{what}: {match.strip()[:_TOLD]}", grave=True)
    return Fault()


_MARKED = "holds a citation mark, link or markup"
_FOREIGN = "names a paper that it does not rest on"


def _named(own: str, there: Collection[str], others: Collection[str]) -> Fault:
    """Whether one of the ``others`` is named: as an author who says something, as a citekey, or maybe, by a word with a capital that
    is none of those of the quotes, ``there``."""
    found = Fault()
    for match in _NAME.finditer(own):
        name = re.sub(r"[’']s$", "", match[0])
        if name not in others:
            continue
        is_key = any(char.isdigit() or char in ":.+/_-" for char in name) or any(char.isupper() for char in name[1:])
        if is_key or _SAYS.match(own, match.start() + len(name)):
            return Fault(f"{_FOREIGN}: {name[:_TOLD]}", grave=True)
        if name[0].isupper() and normalised(name) not in there and own[: match.start()].strip():
            found = Fault(f"may name a paper that it does not rest on: {name[:_TOLD]}")
    return found


def plain_label(text: str, most: int = LABEL_WORDS) -> str:
    """A label of at most ``most`` words without markup; "" for what cannot be one."""
    label = " ".join(_stripped(_LINE_MARKS.sub("", text[:_PROSE_CHARS])).split()).strip(" .,;:!?-–—\"'“”")
    label = " ".join(label.split()[:most])
    usable = (
        any(char.isalpha() for char in label)
        and len(label) <= _LABEL_CHARS
        and not any(pattern.search(label) for pattern in (_ACTIVE, _BYLINES, _KEY))
    )
    return label[0].upper() + label[1:] if usable else ""
