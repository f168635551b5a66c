"""The fish-bone as Mermaid, for pages that draw it themselves.

The grammar (``ishikawa-beta``, Mermaid 11.12.3 and later) is indentation: the first line is the head, each deeper line a cause of the line
above it. Labels are bare text without any way to escape, so what the parser or its clean-up would act upon is replaced by a look-alike.
"""

import re

from survey.phrases import Phrases
from survey.phrases.told import ENGLISH, told
from survey.records import STATUSES, Bone, FishBone
from survey.render.text import citekey, plain

# "<x>" is dropped as HTML, "#5;" and "&lt" are decoded, a "%%" begins a comment
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "#": "＃", ";": ",", "&": "＆", "%": "％"})
_WORD_JOINER = "\u2060"  # invisible; a label may not begin with the diagram's own keyword


def fishbone_mermaid(fishbone: FishBone, say: Phrases = ENGLISH) -> str:
    """``fishbone.mmd``; "" when there is nothing to draw."""
    if not (fishbone.head or fishbone.bones):
        return ""
    lines = [f"  {_label(': '.join(filter(None, (fishbone.head, fishbone.field))))}"]
    for bone in fishbone.bones:
        lines += [f"    {_label(told(say, bone))}", *(f"      {_label(_issue(twig))}" for twig in bone.children)]
    return "\n".join(["ishikawa-beta", *lines, ""])


def _issue(twig: Bone) -> str:
    """ "✓ Channel mismatch (phan2021, roe2022)"."""
    by = f" ({', '.join(citekey(answer.key) for answer in twig.answers)})" if twig.answers else ""
    return f"{STATUSES[twig.status]} {twig.label}{by}"


def _label(text: str) -> str:
    label = plain(text).translate(_LOOKALIKES) or "–"
    return _WORD_JOINER + label if re.match(r"ishikawa|---", label, re.IGNORECASE) else label
