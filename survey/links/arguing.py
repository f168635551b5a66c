"""What a sentence argues: that one thing is the cause of another, or that something is not so."""

import re

_EFFECT_FIRST = re.compile(
    r",? \b(?:mainly |mostly |largely |chiefly |in part |partly )?(?:because(?: of)?|due to|owing to|caused by|stem(?:s|med|ming)? from|"
    r"result(?:s|ed|ing)? from|as a result of|on account of|attribut(?:ed|able) to|aris(?:es?|ing) from|originat(?:es?|ing) (?:from|in)|"
    r"for want of|for lack of|thanks to)\b ",
    re.IGNORECASE,
)
_CAUSE_FIRST = re.compile(
    r",? \b(?:(?:and |which )?(?:leads?|led|leading) to|causes?|(?:which )?results? in|resulting in|gives? rise to|brings? about|"
    r"is the reason (?:for|why|that))\b ",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^(?:because(?: of)?|due to|owing to|as a result of|on account of)\b ([^,]+), ", re.IGNORECASE)
_LEAST = 2  # words of a part that can be a cause or an effect


def cause_and_effect(sentence: str) -> tuple[str, str] | None:
    """The words that name the cause, and those that name the effect; None where the sentence does not say outright."""
    if match := _OPENING.search(sentence):
        return _parts(match[1], sentence[match.end() :])
    if match := _EFFECT_FIRST.search(sentence):
        return _parts(sentence[match.end() :], sentence[: match.start()])
    if match := _CAUSE_FIRST.search(sentence):
        return _parts(sentence[: match.start()], sentence[match.end() :])
    return None


def _parts(cause: str, effect: str) -> tuple[str, str] | None:
    cause, effect = (re.split(r"[.;:](?:\s|$)", part)[0].strip(" ,:") for part in (cause, effect))
    return (cause, effect) if min(len(cause.split()), len(effect.split())) >= _LEAST else None


_CONTRARY = re.compile(
    r"\b(?:contrary to|contradict\w*|(?:find|found|show|shows|observed?) the contrary|disagree\w* with|unlike (?=(?-i:[A-Z]))|"
    r"in contrast (?:to|with) (?=(?-i:[A-Z])|(?:the|these|their|his|her) (?:findings?|results?|observations?))|"
    r"refut\w*|at odds with|disprov\w*|does not hold|do not hold|(?:could|can) ?not be (?:reproduced|confirmed|replicated)|"
    r"fail(?:s|ed)? to (?:reproduce|replicate|confirm))",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\bno (?:\w+ ){0,2}?(?:relation\w*|effect|difference|penalty|gains?|improvements?|correlation|benefits?|evidence|advantage|change|"
    r"association|increase|decrease|reduction|influence)\b"
    r"|\b(?:did|does|do) not (?:\w+ )?(?:change|improve|increase|decrease|reduce|differ|help|affect|influence|rise|fall|hold|outperform)\b"
    r"|\bnot (?:significant\w*|different|better|worse)\b|\bneither\b",
    re.IGNORECASE,
)


def is_contrary(sentence: str) -> bool:
    """Whether it says outright that it goes against what others said."""
    return _CONTRARY.search(sentence) is not None


_WANTING = re.compile(
    r"\bpoint(?:s|ed)? out (?:the|that|an?)\b|\bremains? to be \w+ed\b|"
    r"\b(?:is|are|was|were) not (?:yet )?(?:examined|tested|studied|stated|explained|considered|addressed)\b",
    re.IGNORECASE,
)


def only_finds_wanting(sentence: str) -> bool:
    """Whether it names a lack and nothing that is done about it."""
    return _WANTING.search(sentence) is not None


def denies(sentence: str) -> bool:
    """Whether it finds nothing, or the contrary of what others found."""
    return is_contrary(sentence) or _NOTHING.search(sentence) is not None
