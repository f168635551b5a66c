"""What a paper is called: the citekey it is known by, else the user's own, else one made as Better BibTeX makes it."""

import re
import unicodedata
from collections.abc import Container, Mapping, Sequence

from survey.identity.by_title import opening
from survey.identity.names import ASCII, folded
from survey.identity.numbers import numbers_of, place_name
from survey.identity.titles import bare_title, normal_title
from survey.records import Paper, family_name

# fmt: off
_SKIPPED_WORDS = frozenset((
    "a", "ab", "aboard", "about", "above", "across", "after", "against", "al", "along", "amid", "among", "an", "and", "anti", "around",
    "as", "at", "before", "behind", "below", "beneath", "beside", "besides", "between", "beyond", "but", "by", "d", "da", "das", "de",
    "del", "dell", "dello", "dei", "degli", "della", "delle", "dem", "den", "der", "des", "despite", "die", "do", "down", "du",
    "during", "ein", "eine", "einem", "einen", "einer", "eines", "el", "en", "et", "except", "for", "from", "gli", "i", "il", "in",
    "inside", "into", "is", "l", "la", "las", "le", "les", "like", "lo", "los", "near", "nor", "of", "off", "on", "onto", "or", "over",
    "past", "per", "plus", "round", "save", "since", "so", "some", "sur", "than", "the", "through", "to", "toward", "towards", "un",
    "una", "unas", "under", "underneath", "une", "unlike", "uno", "unos", "until", "up", "upon", "versus", "via", "von", "while",
    "with", "within", "without", "yet", "zu", "zum",
))
"""The words that Better BibTeX leaves out of a short title."""
# fmt: on
_RANKS = ("doi", "arxiv", "pmid", "id", "record", "title", "abstract")
_LONGEST = 200
"""Characters of a key of the user's own that are kept."""
_KEPT = re.compile(r"[^\W_](?:\w*[^\W_])?(?:[:.+/-][^\W_](?:\w*[^\W_])?)*")
"""A key that pandoc, BibTeX and our own drafts carry as it stands: words joined by single marks."""


def identities(paper: Paper) -> list[str]:
    """What names ``paper`` beyond its citekey, surest first: "doi:…", "arxiv:…", "pmid:…", "id:…", "record:…", "title:…", "abstract:…"."""
    title = normal_title(paper.title)
    found = [("" if register in _RANKS else "id:") + f"{register}:{number}" for register, number in numbers_of(paper)]
    # The title goes with the place, where another paper may stand another day.
    found += [f"record:{place_name(source)}:{title}" for source in paper.sources]
    if title:
        first = folded(family_name(paper.authors[0])) if paper.authors else ""
        found.append(f"title:{title}:{first}")
    if begins := opening(paper):  # its title may be read better another day
        found.append(f"abstract:{begins}")
    return found


def keyed(papers: Sequence[tuple[Paper, Sequence[Paper]]], known: Mapping[str, str]) -> list[Paper]:
    """``papers``, each with the records it was merged from, get their citekeys, unique also where case does not count: known ones first,
    the surest identity before the others, then the users' own, then made ones."""
    taken = {key.casefold() for key in known.values()}
    keys: dict[int, str] = {}
    used: set[str] = set()
    last: dict[str, int] = {}
    # A paper made of one record is that record.
    named = [
        [name for one in ((paper, *records) if len(records) > 1 else (paper,)) for name in identities(one) if name in known]
        for paper, records in papers
        if known
    ]
    for rank in _RANKS:
        for i, names in enumerate(named):
            old = next((known[name] for name in names if name.startswith(f"{rank}:") and known[name].casefold() not in used), "")
            if old and i not in keys and _stays(old, papers[i][1], taken):
                keys[i] = old
                used.add(old.casefold())
    for own in (True, False):
        for i, (paper, _) in enumerate(papers):
            if i not in keys and (wanted := safe_key(paper.key) if own else made_key(paper)):
                keys[i] = _free(wanted, taken, last)
                taken.add(keys[i].casefold())
    return [paper.model_copy(update={"key": keys[i]}) for i, (paper, _) in enumerate(papers)]


def _stays(old: str, records: Sequence[Paper], taken: Container[str]) -> bool:
    """Whether a paper goes on under its key: one that we made gives way to the user's own, and a user's own to what he calls it now."""
    own = {safe_key(record.key).casefold() for record in records if record.key}
    lettered = any(old.casefold().startswith(key) and old[len(key) :].isalpha() and key in taken for key in own)
    return not own or old.casefold() in own or lettered


def safe_key(key: str) -> str:
    """The user's key as it is where every tool can carry it, else with "-" for what they cannot."""
    key = unicodedata.normalize("NFC", key[:_LONGEST])
    if _KEPT.fullmatch(key):
        return key
    marked = re.sub(r"[^\w:.+/-]+", "-", key)
    return re.sub(r"(?<!_)_*([:.+/-])[:.+/_-]*", r"\1", marked).strip("_:.+/-")  # "_" beside a mark begins emphasis in Markdown


def _free(key: str, taken: set[str], last: dict[str, int]) -> str:
    """``key``, or with the first of a … z, aa, ab … that makes it new; ``last`` remembers how far each has come."""
    if key.casefold() not in taken:
        return key
    while True:
        suffix, rest = "", last.get(key, 0)
        last[key] = rest + 1
        while rest >= 0:
            suffix, rest = chr(ord("a") + rest % 26) + suffix, rest // 26 - 1
        if f"{key}{suffix}".casefold() not in taken:
            return f"{key}{suffix}"


def made_key(paper: Paper) -> str:
    """The citekey of a paper that brought none, as Better BibTeX makes it by default: ``auth.lower + shorttitle(3,3) + year``."""
    year = str(paper.year) if paper.year else ""
    if not paper.title:
        if paper.arxiv:
            return "arxiv" + re.sub(r"[^A-Za-z0-9]", "", paper.arxiv)
        words = [_ascii(word) for word in (paper.note or paper.text[:200]).split()[:6]]
        return _lettered("".join(words)[:40].lower()) + year
    author = _ascii(family_name(paper.authors[0])).lower() if paper.authors else ""
    words = [word for part in re.split(r"[\s/—–:]+", bare_title(paper.title)) if (word := _ascii(part))]
    telling = [w for w in words if w.lower() not in _SKIPPED_WORDS and (len(w) > 1 or w.isdigit())] or words
    return _lettered(author + "".join(word[0].upper() + word[1:24] for word in telling[:3])) + year


def _lettered(key: str) -> str:
    """``key`` if it has a letter: what is left of another script may be a bare number, which names nothing."""
    return key if any(c.isalpha() for c in key) else "untitled"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(ASCII)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]", "", plain)
