"""Names of people: whether words are one, how bibliographies turn them, and where a title ends that has its authors glued on."""

import re
from collections.abc import Iterable
from functools import lru_cache

# fmt: off
_PARTICLES = frozenset((
    "van", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "du", "des", "la", "le", "les", "von", "zu", "zum",
    "zur", "af", "av", "el", "al", "bin", "ibn", "ben", "bint", "ter", "ten", "te", "het", "op", "'t", "e", "y", "i", "dal",
    "dalla", "lo", "san", "st",
))
# fmt: on
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "ph.d.", "phd", "m.d.", "md"})
# Words that stand in titles and never in names.
# fmt: off
_NEVER = frozenset((
    "and", "or", "of", "for", "in", "on", "with", "without", "the", "to", "from", "by", "via", "using", "at", "as", "is", "are",
    "be", "does", "towards", "toward", "into", "over", "under", "between", "through", "versus", "vs", "how", "what", "why",
    "when", "where", "not", "its", "their", "learning", "networks", "network", "neural", "deep", "model", "models", "system",
    "systems",
))
# fmt: on
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
# Given names that carry a capital inside: two syllables of pinyin run together, or a prefix.
_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxzcsryw]|zh|ch|sh)?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|uei|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er|a|o|e|i|u|v)"
)
_PINYIN = re.compile(rf"{_SYLLABLE}{{1,2}}", re.IGNORECASE)
_CAMEL_NAME = re.compile(r"^(?:Mc|Mac|De|Da|La|Le|Di|Du|Del|Van|Von|Fitz|O|Al|El|Jo|Mary|Anne?|Abd|Abdel|Ma|Ra|Ja|Ka|Sha|Ta)[A-Z][a-z]+$")
_INNER_CAPITAL = re.compile(r"[a-zß-öø-ÿ][A-ZÀ-ÖØ-Þ]")
# Parts of coined names that end a title ("MixNet", "RoBERTa", "YouTube"), never a family's name.
_COINED = re.compile(
    r"^(?:Net|Nets|GAN|GANs|BERT|BERTa|Former|Tube|Hub|Wiki|ML|AI|Sense|Bench|Flow|Rec|QA|Seq|Vec|Med|Gen|Mind|Face|Gym|Graph|Eval|Lab|"
    r"Base|Rank|Coder|Chat|Time|Scale|Space|Data|Speech|Sleep|Vision|Scope|Book|Point|Set|Map|Shot|Store|Cam|Mix|Cut|Aug|Drop|Boost|Tree|"
    r"Torch|Light|Track|Trans|Transformer|Fusion|Forge)$"
)
_WORD_END = re.compile(
    r"(?:ing|ion|ions|ment|ments|ness|ity|ies|ance|ence|ism|ics|ology|ography|als?|els?|ors?|ers?|ures?|ages?|ives?|ords?|asks?|ata|ysis|yses|ets)$"
)


@lru_cache(maxsize=20_000)  # the same words are asked about again and again
def is_name(text: str) -> bool:
    """Whether ``text`` reads as one person's (or team's) name: "Ian V. McLoughlin", "Aaron van den Oord", "OpenAI"."""
    words = text.split()
    if not 1 <= len(words) <= 7 or len(text) > 60 or any(c in text for c in ':;?!()[]{}<>@/\\"“”=+*_|'):
        return False
    proper = 0
    for i, word in enumerate(words):
        low = word.casefold()
        if (low in _PARTICLES and not word[0].isupper()) or (i and low in _SUFFIXES):
            continue
        if low in _NEVER or any(c.isdigit() for c in word):
            return False
        if not _name_word(word):
            return False
        proper += 1
    return proper > 0


def _name_word(word: str) -> bool:
    if word[0] in "'’" and len(word) > 1:
        word = word[1:]
    if not (word[0].isupper() or re.match(r"(?:al|el|ul|d|l|de|abu)[-'’‘]\w", word)) or not (word[-1].isalpha() or word[-1] in ".’'"):
        return word[0].isalpha() and not word[0].islower() and not word[0].isupper()  # a script without case
    return all(c.isalpha() or c in ".-'’‘‐`´ʻ·" for c in word) and (word.count(".") == 0 or len(word) <= 6)


def split_names(text: str) -> list[str] | None:
    """The names of a comma-parted list ("A B, C D and E F"); None when one of them is no name."""
    names: list[str] = []
    for piece in re.split(r"\s*[,;]\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*", text.strip()):
        if piece.casefold() in _SUFFIXES and names:
            names[-1] += f" {piece}"
        elif piece:
            if not is_name(piece):
                return None
            names.append(piece)
    return names or None


def turned(name: str) -> str:
    """ "Given Family" of a name given either way round: "Family, Given" or "Family, Jr, Given"."""
    pieces = [piece.strip() for piece in name.split(",") if piece.strip()]
    if len(pieces) == 3 and pieces[1].casefold() in _SUFFIXES:
        return f"{pieces[2]} {pieces[0]} {pieces[1]}"
    return " ".join([*pieces[1:], *pieces[:1]])


class Byline:
    """What a page says about its authors: used to part titles from the names glued to them.

    ``people`` are names known from elsewhere on the page, ``words`` the words of its running text.
    """

    def __init__(self, people: Iterable[str], words: Iterable[str]) -> None:
        self.people = frozenset(people)
        self.given = frozenset(name.split()[0] for name in self.people)
        self.words = frozenset(words)
        self.lower = frozenset(word for word in self.words if word[:1].islower())

    def split(self, line: str, near: frozenset[str] = frozenset()) -> tuple[str, list[str], bool]:
        """Title, authors and whether the list ended in "et al."; no authors when nothing right of any glue point is a list of names.

        ``near`` are the words of the paper's own abstract, the best witness for the title's last word.
        """
        body, more = re.subn(r",?\s+(?:et\.? al\.?|and others)\s*$", "", line.strip())
        if len(body) > 1500:  # no title with three authors is so long, and every place in it would be tried
            return line.strip(), [], False
        best: tuple[float, int] | None = None
        pieces = [0] + [m.end() for m in re.finditer(r",\s+", body)]
        for start in reversed(pieces):
            end = body.find(",", start)
            segment = body[start : end if end >= 0 else len(body)]
            for offset in range(1, len(segment)):
                at = start + offset
                if self._glued(segment, offset) and is_name(segment[offset:]):
                    score = self._score(body[:at], segment[offset:], near)
                    # A piece that is a name as it stands ("…, ChengXiang Zhai") is hardly the end of a title.
                    score += (-3 if is_name(segment) else 0.5) if start else 0
                    if best is None or score > best[0]:
                        best = (score, at)
            # Everything right of a glue point is names, so the search ends at the first piece that is none.
            if not is_name(segment) and segment.casefold() not in _SUFFIXES:
                break
        if best is None:
            return line.strip(), [], False
        return body[: best[1]].strip(), split_names(body[best[1] :]) or [], bool(more)

    @staticmethod
    def _glued(text: str, at: int) -> bool:
        before, after = text[at - 1], text[at]
        if before.isspace() or not after.isalpha() or after.islower():
            return False
        return before.isalnum() or before in ")]}?!.\"”'’%$*+…»"

    def _score(self, title: str, name: str, near: frozenset[str]) -> float:
        """How well the cut between ``title`` and ``name`` reads; the weights were set by eye on a page of fifty papers."""
        return self._score_name(name) + self._score_title(title, near)

    def _score_name(self, name: str) -> float:
        words = name.split()
        first = words[0]
        score = 6.0 if name in self.people else 2.0 if first in self.given and len(words) > 1 else 0.0
        score -= 4 if len(words) == 1 else 0.7 * max(0, len(words) - 4)
        if re.fullmatch(rf"{_CAPITAL}\.?(?:-?{_CAPITAL}\.)*", first):
            score -= 0.5 if len(words) > 1 else 5
        elif not first[1:2].islower() and not re.match(r"[A-Z]['’‘]", first):
            score -= 4  # "NHuy": the capital before the name belongs to the title
        inner = _INNER_CAPITAL.search(first)
        if inner and not _CAMEL_NAME.match(first):
            halves = first[: inner.start() + 1], first[inner.start() + 1 :]
            score -= 0.5 if all(_PINYIN.fullmatch(half) for half in halves) and not _COINED.match(halves[0]) else 3
        score -= 4 * sum(1 for word in words[1:] if _INNER_CAPITAL.search(word) and not _CAMEL_NAME.match(word))
        # Words that the page writes small ("Sleep", "Network") are no names.
        return score - 1.5 * sum(1 for word in words if word.casefold() in self.lower and len(word) > 3)

    def _score_title(self, title: str, near: frozenset[str]) -> float:
        ending = re.split(r"[\s(\[“\"/–—]", title.rstrip(')]}?!."”*'))[-1].strip("\"”'’,:;")
        tail = ending.rsplit("-", 1)[-1]
        forms = {ending, ending.casefold(), tail, tail.casefold()}
        plurals = {ending.casefold().rstrip("s"), f"{ending.casefold()}s"}
        score = 3.0 if forms & near else 1.5 if forms & self.words or plurals & near else 0.0
        if _WORD_END.search(tail) and not _INNER_CAPITAL.search(tail):
            score += 1
        camel = re.search(r"[a-zß-öø-ÿ]([A-ZÀ-ÖØ-Þ]\w*)$", tail)
        if camel and not {ending} & (near | self.words):
            score -= 0.5 if _COINED.match(camel.group(1)) or len(camel.group(1)) == 1 else 2
        if title[-1:].isalpha() and len(tail) == 1 and not (title[-2:-1].isspace() or title[-2:-1] in "-+"):
            score -= 1
        return score - (2 if title.count("(") > title.count(")") or title.endswith(("'", "’")) else 0)
