"""Attributes and quotes: "Phan et al. (2019) name a problem: “…”". The lead says no more than the role of the quoted sentence."""

from collections import Counter

from survey.records import Role
from survey.tasks import Prose, SectionWritten, WriteSection

# Several ways to say the same, taken in turn, since forty equal leads in a row are hard to read. {by} is the paper's byline, {s} the ending
# of a verb whose subject is one author or a title.
_DONE = ("The work of {by}:", "What was done in {by}:", "{by} describe{s} the work:", "From {by}:")
_KNOWN = ("{by} set{s} out:", "In the words of {by}:", "From {by}:")
LEADS: dict[Role, tuple[str, ...]] = {
    "background": _KNOWN,
    "task": _KNOWN,
    "improvable": ("{by} name{s} a problem:", "In the words of {by}:", "{by} start{s} from a difficulty:", "{by} point{s} out:"),
    "purpose": _DONE,
    "method": _DONE,
    "resolved": _DONE,
    "result": ("Reported:", "The reported outcome:", "What came out:", "The result given:"),
    "limitation": ("{by} state{s} a limit:", "Still open after {by}:"),
    "future_work": ("{by} leave{s} open:", "Still open after {by}:"),
    "other": _KNOWN,
}
RESULT_ALONE = "{by} report{s}:"
CHAIN_LEADS: dict[Role, str] = {
    "improvable": "{by} raised the problem:",
    "limitation": "{by} left open:",
    "future_work": "{by} left open:",
    "result": "{by} took it up and reported:",
}
TAKEN_UP = "{by} took it up:"


def reply(task: WriteSection) -> SectionWritten:
    if task.returned:  # a quotation that was found faulty would be written the same again
        return SectionWritten(sentences=())
    sentences = []
    before = ""
    turns: Counter[tuple[str, ...]] = Counter()
    for material in task.material:
        if material.role == "context":
            continue
        if task.part == "chain":
            lead = CHAIN_LEADS.get(material.role, TAKEN_UP)
        else:
            follows = material.role == "result" and before == material.paper
            leads = LEADS[material.role] if follows or material.role != "result" else (RESULT_ALONE,)
            lead = leads[turns[leads] % len(leads)]
            turns[leads] += 1
        sentences.append(Prose(text=f"{lead.format(by=material.byline, s=_ending(material.byline))} “{material.text}”", ids=(material.id,)))
        before = material.paper
    return SectionWritten(sentences=tuple(sentences))


def _ending(byline: str) -> str:
    if byline.startswith("‘"):  # a title, whatever words are in it
        return "s"
    return "" if " et al. (" in byline or " and " in byline.rpartition("(")[0] else "s"
