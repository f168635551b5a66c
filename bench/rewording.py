"""A sentence of a paper as a writer of surveys words it: in indirect speech, cut, turned and with other words.

The rules know nothing of the program's checks. The meaning is kept, so a check that objects to the result raises a false alarm.
"""

import random
import re

_OPENING = re.compile(
    r"^(?:However|Moreover|Furthermore|In addition|Additionally|Finally|First|Second|Also|Thus|Therefore|Hence|Then|Here|Specifically"
    r"|In particular|For example|Similarly|Overall|In conclusion|In summary|To this end|In this (?:paper|work|study|article)|Interestingly"
    r"|Importantly|Indeed),? "
)
_PERSON = {"we": "they", "our": "their", "us": "them", "ours": "theirs", "ourselves": "themselves"}
_SYNONYMS_TEXT = """
show demonstrate; shows demonstrates; shown demonstrated; demonstrate show; propose introduce; present describe; use employ; used
employed; obtain get; obtained gained; achieve reach; achieves reaches; achieved attained; approach method; method approach; methods
approaches; significantly markedly; novel new; due owing; evaluate test; investigate examine; investigated examined; improve enhance;
improves enhances; increase rise; increased raised; reduce lower; reduced lowered; reduces cuts; outperforms surpasses; outperform
surpass; better superior; cannot can_not; without with_no; several multiple; many numerous; also likewise; because since; while whereas;
although though; especially notably; however yet; demonstrated proved; found observed; important central; main principal; often
frequently; various diverse; including among_them; compared in_comparison; require need; requires needs; performance results
"""
_SYNONYMS = {word: other.replace("_", " ") for word, other in map(str.split, _SYNONYMS_TEXT.split(";"))}
_SMALL = {"2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight", "9": "nine"}
_WRITTEN = {word: digit for digit, word in _SMALL.items()}
_SAYS = ("{by} report that ", "{by} show that ", "{by} find that ", "According to {by}, ", "{by} note that ", "As {by} put it, ")
_LEADS = ("{by} report: “{q}”", "In the words of {by}: “{q}”", "From {by}: “{q}”", "The reported outcome: “{q}”")
_TAIL = re.compile(r"(?:, (?:which|and|while|where|but|whereas|thus|so|leading|resulting|making|using|allowing)\b|; )[^,;]*\.$")
_ASIDE = re.compile(r" \((?![^()]*\d{4})[^()]*\)")
_FRONTED = re.compile(
    r"^(?P<front>(?:In|On|For|With|By|From|Using|Among|Through|After|During|At|Under) [^,.;]{6,60}), (?P<rest>[a-z][^;:]*)\.$"
)
_MADE = re.compile(
    r"^(?P<who>We|they) (?P<verb>propose|present|introduce|develop|describe) (?P<what>an? (?:[\w-]+ ){1,6}?)"
    r"(?P<rest>(?:that|which|for|to|based|with) .*)$"
)
_PAST = {"propose": "proposed", "present": "presented", "introduce": "introduced", "develop": "developed", "describe": "described"}


def quoted(quote: str, byline: str, chance: random.Random) -> str:
    """As a quotation under a lead; one of three trimmed, at commas, with ellipses."""
    lead = chance.choice(_LEADS)
    if quote.count(", ") >= 2 and chance.random() < 0.33:
        first, *middle, last = quote.split(", ")
        if middle and not re.search(r"\b(?:not|no|without|never)\b", ", ".join(middle)):
            quote = f"{first} … {last}"
    return lead.format(by=byline, q=quote)


def reworded(quote: str, byline: str, chance: random.Random) -> str:
    """In indirect speech."""
    text = _OPENING.sub("", quote)
    if chance.random() < 0.4:
        text = _ASIDE.sub("", text)
    if chance.random() < 0.35 and (tail := _TAIL.search(text)) and len(text[: tail.start()].split()) >= 8:
        text = f"{text[: tail.start()]}."
    if chance.random() < 0.5 and (fronted := _FRONTED.match(text)):
        text = f"{fronted['rest']} {fronted['front'][0].lower()}{fronted['front'][1:]}."
    if chance.random() < 0.5 and (made := _MADE.match(text)):
        text = f"{made['what']}is {_PAST[made['verb']]} by {byline} {made['rest']}"
        return _worded(text[0].upper() + text[1:], chance)
    if text.startswith("We ") and chance.random() < 0.6:
        return _worded(f"{byline} {text[3:]}", chance)
    return _worded(chance.choice(_SAYS).format(by=byline) + _small_letter(text), chance)


def _small_letter(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    return text if any(char.isupper() for char in first[1:]) or any(char.isdigit() for char in first) else text[0].lower() + text[1:]


def _worded(text: str, chance: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word.lower() in _PERSON:
            return _PERSON[word.lower()]
        return _SYNONYMS[word] if word in _SYNONYMS and chance.random() < 0.3 else word

    text = re.sub(r"(?<![\w-])[A-Za-z]+(?![\w-])", other, text)
    if chance.random() < 0.5:
        text = re.sub(r"(?<=\d)\s?%", " percent", text)
    if chance.random() < 0.5:
        return re.sub(r"(?<![\w.,(–-])([2-9]) (?=[a-z]{4,})", lambda match: f"{_SMALL[match[1]]} ", text)
    return re.sub(rf"\b({'|'.join(_WRITTEN)}) (?=[a-z]{{4,}}s\b)", lambda match: f"{_WRITTEN[match[1]]} ", text)
