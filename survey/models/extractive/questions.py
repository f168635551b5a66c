"""How a question is built, without a tagger: what it opens with, its auxiliary, its subject, and what it names."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from survey.models.extractive.verbs import past, plain_verbs, third_person
from survey.terms import FUNCTION_WORDS, STOP_WORDS, is_telling, stem, words

_LISTS = {name: frozenset(said.split()) for name, said in tomllib.loads((files(__package__) / "questions.toml").read_text()).items()}
AUXILIARY, QUESTION_WORDS, BEFORE_NOUN, MEASURES = (_LISTS[name] for name in ("auxiliary", "asking", "before_noun", "measures"))
_WH = re.compile(rf"(?:{'|'.join(_LISTS['before_asking'])} )?(?:{'|'.join(_LISTS['asking'])})\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_][\w]*(?:[-’'./][\w]+)*%?")
_NAME = re.compile(r"[^\W_]*(?:[^\W\d_][A-Z]|[A-Z]{2}|[A-Za-z]\d|[A-Za-z]-\d|\d[A-Z])[\w./+-]*")
_QUOTED = re.compile(r"[“\"‘]([^”\"’]{2,60})[”\"’]")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


PRONOUN = re.compile(
    r"\b(it(?!['’])|they|them|he|she|him)\b|\b(its|their|his|her)\b(?= \w)|\b(these|those|this|that)\b(?=\s*$|\s*[,.?]|\s+(?:is|are|was"
    r"|were|do|does|did|so|mean|hold|work|matter|happen|help|compare|affect|apply|measured|tested|done|shown|known|true|possible|called|used|found|solved"
    r"|explained|in|on|for|at|with|to|from|by)\b)",
    re.IGNORECASE,
)
"""What stands for something (1), for somebody's (2), or points at what was said (3)."""


_LED_IN = re.compile(r"^(?:in|on|for|at|with|under|by|during|without)\b[^,?]*,\s*", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[,;:.?—]|--|\b(?:when|whether|if|because|since|while|as|after|before|until|that|which|who|whose|and|but|than|though|although|where)\b",
    re.IGNORECASE,
)


class Parsed(NamedTuple):
    """A question in its parts, each as it stands in it ("" where there is none): "How well | does | the new network | detect calls".

    A question for the subject ("What limits growth") has no subject, and one that asks for yes or no no opening.
    """

    opening: str
    auxiliary: str
    subject: str
    rest: str

    @property
    def inverted(self) -> str:
        """From the auxiliary on: what another question word can open; "" if none can."""
        return " ".join(filter(None, (self.auxiliary.lower(), self.subject, self.rest))) if self.auxiliary else ""


def bare(question: str) -> str:
    return question.strip().rstrip("?!. ").strip()


def beside(last: str, added: str) -> str:
    """The last question and what is added, each unchanged: where the place of what is added is in doubt."""
    return f"{bare(last)}? {added[:1].upper()}{added[1:]}"


def alone(question: str) -> str:
    """Without the piece that was set beside it."""
    first, _, added = question.partition("? ")
    return f"{first}?" if added and not any(word.lower() in AUXILIARY for word in words(added)) else question


def trailing(question: str) -> str:
    """What is asked behind the paper that it is asked of: "Does Fern (2018) agree: do frogs call?"."""
    return question.rpartition(": ")[2]


def parsed(question: str) -> Parsed:
    question = bare(question)
    tokens = list(_TOKEN.finditer(question))
    opens = _WH.match(question)
    at = next((n for n, token in enumerate(tokens) if token[0].lower() in AUXILIARY), None)
    if at is None or not (opens or at == 0):
        return Parsed(opens[0] if opens else "", "", "", question[opens.end() :].strip() if opens else question)
    opening = question[: tokens[at].start()].strip()
    if opens and _verb_at([token[0] for token in tokens[: at - 1]], since=1) is not None:  # "What limits what is known"
        return Parsed(opens[0], "", "", question[opens.end() :].strip())
    end = _subject_end([token[0] for token in tokens], at + 1, tokens[at][0].lower())
    if opens and end == at + 1 and len(opening.split()) > 1:  # "How many cyclists were hurt"
        subject = re.sub(r"^(?:how (?:many|much)|which|what|whose)\s+", "", opening, flags=re.IGNORECASE)
        return Parsed(opening[: len(opening) - len(subject)].strip(), tokens[at][0], subject, question[tokens[at].end() :].strip())
    subject = question[tokens[at].end() : tokens[end - 1].end()].strip() if end > at + 1 else ""
    return Parsed(opening, tokens[at][0], subject, question[tokens[end - 1].end() :].strip())


def _subject_end(tokens: Sequence[str], start: int, auxiliary: str) -> int:
    """Behind the last token of the noun phrase at ``start`` and the "of …" that belongs to it; ``start`` if there is none."""
    end = _phrase_end(tokens, start, auxiliary)
    while start < end < len(tokens) - 1 and tokens[end].lower() == "of" and tokens[end + 1].lower() not in AUXILIARY:
        further = _phrase_end(tokens, end + 1, auxiliary)
        if further == end + 1:
            break
        end = further
    return end


def _phrase_end(tokens: Sequence[str], start: int, auxiliary: str) -> int:
    at = start
    while at < len(tokens) and tokens[at].lower() in _LISTS["determiners"]:
        at += 1
    end = at
    while end < len(tokens) and tokens[end].lower() not in STOP_WORDS and not _YEAR.fullmatch(tokens[end]):
        end += 1
    run = tokens[at:end]
    if auxiliary in _LISTS["being"]:
        verb = next((n for n, word in enumerate(run) if _is_past(word) and (n or at == start)), None)
    else:
        verb = _verb_at(run, since=1, base=auxiliary not in ("has", "have", "had"), ends=end == len(tokens))
    if verb is not None:
        end = at + verb
    return end if end > at else start


def _is_past(word: str) -> bool:
    return word.islower() and (word.endswith("ed") or word in _everyday() or (word in plain_verbs() and not word.endswith("s")))


def _verb_at(run: Sequence[str], since: int, base: bool = False, ends: bool = False) -> int | None:
    """Which of the words is the verb, if one is: not one that is a noun too, while another may be. ``base``: as behind "does"; ``ends``:
    no other word follows, so that one of them has to be it."""
    may = [n for n, word in enumerate(run) if n >= since and word.islower() and may_be_verb(word) and not (base and _inflected(word))]
    return next((n for n in may if run[n] not in _LISTS["nouns_too"]), may[0] if may and (ends or may[0] < len(run) - 1) else None)


def _inflected(word: str) -> bool:
    return word.endswith("ed") or (word.endswith("s") and not word.endswith("ss"))


def is_verb(word: str) -> bool:
    """Whether the word is a verb, and no noun too."""
    return may_be_verb(word) and word not in _LISTS["nouns_too"]


def may_be_verb(word: str) -> bool:
    return word in plain_verbs() or word in _everyday()


@cache
def _everyday() -> frozenset[str]:
    listed = _LISTS["everyday"]
    return listed | {form for verb in listed for form in (third_person(verb), past(verb))}


def names(text: str) -> list[str]:
    """What a text calls by name: acronyms, words with capitals within it, what stands in quotation marks."""
    found = [(match.start(), match[1]) for match in _QUOTED.finditer(text)]
    run: list[re.Match[str]] = []
    tokens = list(_TOKEN.finditer(text))
    for n, token in enumerate(tokens):
        word = token[0]
        opens = n == 0 or text[: token.start()].rstrip()[-1:] in (".", "?", "!", ":", "“")
        named = bool(_NAME.fullmatch(word)) or (word[0].isupper() and not opens and len(word) > 1 and word.lower() not in FUNCTION_WORDS)
        if named and run and text[run[-1].end() : token.start()] == " ":
            run.append(token)
        elif named:
            found += [(run[0].start(), text[run[0].start() : run[-1].end()])] if run else []
            run = [token]
    found += [(run[0].start(), text[run[0].start() : run[-1].end()])] if run else []
    return list(dict.fromkeys(re.sub(r"['’]s$", "", name) for _, name in sorted(found)))


def phrases(text: str, states: bool = False) -> Iterator[str]:
    """The noun phrases of a text, in order, each with the "of …" that belongs to it; verbs and the words between part them. In what
    ``states`` something "frog calls" may be a frog that calls; in a question they are calls."""
    run: list[re.Match[str]] = []
    tokens = [*_TOKEN.finditer(text)]
    for n, token in enumerate(tokens):
        word = token[0].lower()
        joined = not run or text[run[-1].end() : token.start()].strip() == ""
        plural = bool(run) and not states and word.endswith("s")
        acts = token[0].islower() and not plural and (is_verb(word) or (word in _LISTS["nouns_too"] and not run and may_be_verb(word)))
        is_part = word not in STOP_WORDS and not acts and not _YEAR.fullmatch(word)
        further = word == "of" and n + 1 < len(tokens) and tokens[n + 1][0].lower() not in AUXILIARY
        bound = bool(run) and run[-1][0].lower() == "of" and word in _LISTS["articles"]
        if joined and (is_part or (run and (further or bound))):
            run.append(token)
        else:
            yield from _phrase(text, run)
            run = [token] if is_part else []
    yield from _phrase(text, run)


def _phrase(text: str, run: list[re.Match[str]]) -> Iterator[str]:
    while run and run[-1][0].lower() in FUNCTION_WORDS:
        run.pop()
    if run and any(is_telling(word[0]) or _NAME.fullmatch(word[0]) for word in run):
        yield text[run[0].start() : run[-1].end()]


def is_name(text: str) -> bool:
    return bool(names(f"the {text}")) and names(f"the {text}")[0] == text


def is_plural(phrase: str) -> bool:
    head = words(phrase.partition(" of ")[0])[-1:]
    return bool(head) and (head[0].endswith("s") and not head[0].endswith(("ss", "us", "is")))


def head(phrase: str) -> str:
    """The stem of the noun that a phrase is about."""
    found = words(phrase.partition(" of ")[0])
    return stem(found[-1]) if found else ""


def year(text: str) -> str:
    found = _YEAR.search(text)
    return found[0] if found else ""


def lower_first(question: str) -> str:
    """As it stands behind a colon."""
    first = question.split()[:1]
    return (
        question[:1].lower() + question[1:]
        if first and first[0].lower() in AUXILIARY | QUESTION_WORDS | _LISTS["before_asking"]
        else question
    )


def has_antecedent(before: str, possessive: bool) -> bool:
    """Whether the question itself has named what the pronoun stands for: in a clause before its own ("when the net fails, does it …")
    or, of "its", in its own."""
    told = parsed(_LED_IN.sub("", before))
    behind = " ".join((told.subject, told.rest))
    return (possessive or bool(_CLAUSE.search(behind))) and (any(phrases(behind)) or bool(names(f"the {behind}")))
