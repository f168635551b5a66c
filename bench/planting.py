"""Faults planted into a sentence: each function gives the sentence with one fault, or "" where it has no place for it.

The lists here are the planter's own and not those of the checks.
"""

import random
import re
from collections.abc import Callable, Sequence

Plant = Callable[[str, random.Random], str]

_BYLINE = re.compile(r"[A-Z]\w+ (?:et al\.|and [A-Z]\w+)? ?\(\d{4}\)")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-]*[A-Za-z]\d)")
_UNITS_TEXT = """
% percentage_points ms points; percent percentage_points points; percentage_points % percent; points % percent; ms s minutes; s ms h;
seconds minutes milliseconds; minutes seconds hours; min h s; hours minutes days; hour minute day; h min s; days weeks hours; day week
hour; weeks months days; week month day; months years weeks; month year week; years months days; year month day; million billion
thousand; billion million; thousand million; kg g mg; g kg mg; mg g kg; mm cm m; cm mm m; m km cm; km m mi; nm mm cm; μm mm nm; µm mm
nm; ml l mg; mL L mg; dB Hz dBm; Hz kHz s; kHz Hz MHz; MHz GHz Hz; GB MB TB; MB GB KB; times percent points; fold percent; °C °F K; kDa
Da kb; bp kb aa; kV V W; V kV W; W kW V; MPa kPa GPa; GPa MPa; K °C; mM M μM; μM mM; mol mmol; ha km m; t kg; degrees radians; eV keV J;
J kJ W; x %; × %
"""  # a unit, and others that may stand in its place
_UNITS = {unit.replace("_", " "): [other.replace("_", " ") for other in others] for unit, *others in map(str.split, _UNITS_TEXT.split(";"))}
_ANY_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MEASURED = re.compile(rf"(?P<number>(?<![\w.,-])\d+(?:[.,]\d+)*)(?P<space>[ -]?)(?P<unit>{_ANY_UNIT})(?![\w%])")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|can|could|may|might|will|would|should|must|does|do|did|has|have|had)\b(?! not\b|n't| no\b)")
_VERB = re.compile(
    r"\b(?P<verb>improve|outperform|achieve|require|reduce|increase|provide|support|show|depend|affect|help|allow|enable|contain|lead|use|perform"
    r"|yield|produce)(?P<ending>s|es)?\b(?= [a-z])"
)
_HELPERS = "is|are|was|were|can|could|may|will|would|should|do|does|did|has|have|had"
_DENIED = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\b(can)not\b", r"\1"),
        (rf"\b({_HELPERS}) not\b", r"\1"),
        (r"\bwithout\b", "with"),
        (r"\bno (?=[a-z])", ""),
        (r"\bnever ", ""),
        (r"\bfails? to ", ""),
        (r"\b(?<!can)not ", ""),
    )
]
_OPPOSITES_TEXT = """
more less; more fewer; higher lower; highest lowest; better worse; best worst; increase decrease; increases decreases; increased
decreased; increasing decreasing; increase reduce; increased reduced; increases reduces; improve degrade; improves degrades; improved
degraded; improving degrading; improvement degradation; improvements degradations; outperform underperform; outperforms underperforms;
outperformed underperformed; outperforming underperforming; faster slower; larger smaller; largest smallest; greater smaller; longer
shorter; before after; above below; superior inferior; stronger weaker; easier harder; most least; earlier later; positive negative;
high low; raise lower; exceed fall_below; gain loss; cheaper costlier; older younger
"""
_OPPOSITES = [[word.replace("_", " ") for word in pair.split()] for pair in _OPPOSITES_TEXT.split(";")]
_SWAPS: dict[str, list[str]] = {}
for _left, _right in _OPPOSITES:
    _SWAPS.setdefault(_left, []).append(_right)
    if " " not in _right:
        _SWAPS.setdefault(_right, []).append(_left)
_COMPARED = re.compile(rf"\b(?:{'|'.join(sorted(_SWAPS, key=len, reverse=True))})\b")
_OPERANDS = re.compile(
    r"(?P<one>(?<![\w-])[A-Z][\w-]*[A-Z0-9][\w-]*)"
    r"(?P<between>(?: [a-z]+)? (?:outperforms?|surpass(?:es)?|exceeds?|beats?|(?:[a-z]+ ){1,4}than)(?: the)? )"
    r"(?P<two>[A-Z][\w-]*[A-Z0-9][\w-]*)"
)
NAME = re.compile(r"(?<![\w.-])(?:[A-Z][a-z0-9]*[A-Z0-9]|[a-z]{1,2}[A-Z]{2})\w*(?:-[A-Za-z0-9]+)*(?!\w)")
DATASET = re.compile(
    r"(?<![\w.-])(?P<name>[A-Z][\w]*(?:[-.][\w]+)*(?: [A-Z0-9][\w.-]*){0,2})"
    r"(?= (?:data ?sets?|corpus|corpora|benchmarks?|databases?|treebank|test set|collection)\b)"
)
_DATASETS_TEXT = """
ImageNet; CIFAR-10; CIFAR-100; MNIST; SQuAD; SNLI; MultiNLI; SST-2; GLUE; CoNLL-2003; OntoNotes; Penn Treebank; WikiText-103; Europarl;
TriviaQA; HotpotQA; NewsQA; SciTail; Quora; WebQuestions; SimpleQuestions; Freebase; Wikipedia; PubMed; MIMIC-III; COCO; LibriSpeech;
TIMIT; PASCAL VOC; KITTI; Cora; Reddit; Yelp; IMDB; AG News; WMT14; IWSLT; MS MARCO; Natural Questions; BoolQ
"""
KNOWN_DATASETS = [" ".join(name.split()) for name in _DATASETS_TEXT.split(";")]
_METHODS_TEXT = "ResNet-50 LSTM GPT-2 XLNet RoBERTa VGG-16 YOLOv3 SVM CNN BiDAF ELMo T5 U-Net BM25 DrQA CRF PCR ELISA HPLC"
_OTHER_METHODS = _METHODS_TEXT.split()


def _pick(text: str, places: Sequence[re.Match[str]], chance: random.Random) -> re.Match[str] | None:
    """One of the places that are in no byline."""
    bylines = [match.span() for match in _BYLINE.finditer(text)]
    own = [place for place in places if not any(start <= place.start() < end for start, end in bylines)]
    return chance.choice(own) if own else None


def altered_number(text: str, chance: random.Random) -> str:
    place = _pick(text, list(_NUMBER.finditer(text)), chance)
    if place is None:
        return ""
    number = place[0]
    digits = [at for at, char in enumerate(number) if char.isdigit()]
    at = chance.choice(digits)
    new = chance.choice([d for d in "123456789" if d != number[at]])
    return f"{text[: place.start()]}{number[:at]}{new}{number[at + 1 :]}{text[place.end() :]}"


def swapped_unit(text: str, chance: random.Random) -> str:
    place = _pick(text, list(_MEASURED.finditer(text)), chance)
    if place is None:
        return ""
    unit = chance.choice(_UNITS[place["unit"]])
    return (
        f"{text[: place.start('unit')]}{' ' if not place['space'] and unit.isalpha() and len(unit) > 2 else ''}{unit}{text[place.end() :]}"
    )


def negated(text: str, chance: random.Random) -> str:
    """A "not" more or, in one of two where there is one, less."""
    undone = [(match, instead) for pattern, instead in _DENIED for match in pattern.finditer(text)]
    if undone and chance.random() < 0.5:
        match, instead = chance.choice(undone)
        return text[: match.start()] + match.expand(instead) + text[match.end() :]
    place = _pick(text, [*_AUXILIARY.finditer(text), *_VERB.finditer(text)], chance)
    if place is None:
        return ""
    if "verb" not in place.re.groupindex:
        return f"{text[: place.end()]} not{text[place.end() :]}"
    return f"{text[: place.start()]}{'does' if place['ending'] else 'do'} not {place['verb']}{text[place.end() :]}"


def swapped_comparison(text: str, chance: random.Random) -> str:
    if (operands := _OPERANDS.search(text)) and chance.random() < 0.5:
        return f"{text[: operands.start()]}{operands['two']}{operands['between']}{operands['one']}{text[operands.end() :]}"
    place = _pick(text, list(_COMPARED.finditer(text)), chance)
    return f"{text[: place.start()]}{chance.choice(_SWAPS[place[0]])}{text[place.end() :]}" if place else ""


def changed_dataset(text: str, chance: random.Random) -> str:
    places = [match.span("name") for match in DATASET.finditer(text)]
    places += [match.span() for name in KNOWN_DATASETS for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
    return _renamed(text, places, KNOWN_DATASETS, chance)


def changed_method(text: str, chance: random.Random) -> str:
    taken = [match.span("name") for match in DATASET.finditer(text)] + [match.span() for match in _BYLINE.finditer(text)]
    places = [m.span() for m in NAME.finditer(text) if not any(start <= m.start() < end for start, end in taken)]
    return _renamed(text, places, _OTHER_METHODS, chance)


def _renamed(text: str, places: Sequence[tuple[int, int]], names: Sequence[str], chance: random.Random) -> str:
    if not places:
        return ""
    start, end = chance.choice(places)
    other = chance.choice([name for name in names if name.casefold() not in text.casefold()])
    return text[:start] + other + text[end:]


PLANTS: dict[str, Plant] = {
    "number_altered": altered_number,
    "unit_swapped": swapped_unit,
    "negation": negated,
    "comparison": swapped_comparison,
    "dataset_name": changed_dataset,
    "method_name": changed_method,
}
