"""Attributes and quotes: "Phan et al. (2019) name a problem: “…”". The lead says no more than the role of the quoted sentence."""

from survey.records import Role
from survey.tasks import Prose, SectionWritten, WriteSection

# Several ways to say the same, taken in turn, since forty equal leads in a row are hard to read. {by} is the paper's byline, {s} the ending
# of a verb whose subject is one author or a title.
LEADS: dict[Role, tuple[str, ...]] = {
    "problem": ("{by} name{s} a problem:", "In the words of {by}:", "{by} start{s} from a difficulty:", "{by} point{s} out:"),
    "solution": ("The work of {by}:", "What was done in {by}:", "{by} describe{s} the work:", "From {by}:"),
    "result": ("Reported:", "The reported outcome:", "What came out:", "The result given:"),
    "open": ("{by} leave{s} open:", "Still open after {by}:", "{by} state{s} a limit:"),
}
RESULT_ALONE = "{by} report{s}:"
CHAIN_LEADS: dict[Role, str] = {
    "problem": "{by} raised the problem:",
    "open": "{by} left open:",
    "solution": "{by} took it up:",
    "result": "{by} took it up and reported:",
}


def reply(task: WriteSection) -> SectionWritten:
    if task.returned:  # a quotation that was found faulty would be written the same again
        return SectionWritten(sentences=())
    sentences = []
    before = ""
    turns: dict[Role, int] = dict.fromkeys(LEADS, 0)
    for material in task.material:
        if material.role == "context":
            continue
        if task.part == "chain":
            lead = CHAIN_LEADS[material.role]
        else:
            follows = material.role == "result" and before == material.paper
            leads = LEADS[material.role] if follows or material.role != "result" else (RESULT_ALONE,)
            lead = leads[turns[material.role] % len(leads)]
            turns[material.role] += 1
        sentences.append(Prose(text=f"{lead.format(by=material.byline, s=_ending(material.byline))} “{material.text}”", ids=(material.id,)))
        before = material.paper
    return SectionWritten(sentences=tuple(sentences))


def _ending(byline: str) -> str:
    if byline.startswith("‘"):  # a title, whatever words are in it
        return "s"
    return "" if " et al. (" in byline or " and " in byline.rpartition("(")[0] else "s"
