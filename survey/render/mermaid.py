"""The fish-bone as Mermaid, for pages that draw it themselves.

The grammar (``ishikawa-beta``, Mermaid 11.12.3 and later) is indentation: the first line is the head, each deeper line a cause of the line
above it. Labels are bare text without any way to escape, so what the parser or its clean-up would act upon is replaced by a look-alike.
"""

import re

from survey.records import Bone, FishBone
from survey.render.text import plain

# "<x>" is dropped as HTML, "#5;" and "&lt" are decoded, a "%%" begins a comment
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "#": "＃", ";": ",", "&": "＆", "%": "％"})
_WORD_JOINER = "\u2060"  # invisible; a label may not begin with the diagram's own keyword


def fishbone_mermaid(fishbone: FishBone) -> str:
    """``fishbone.mmd``; "" when there is nothing to draw."""
    if not (fishbone.head or fishbone.bones):
        return ""
    return "\n".join(["ishikawa-beta", f"  {_label(fishbone.head)}", *(line for bone in fishbone.bones for line in _lines(bone, 2))]) + "\n"


def _lines(bone: Bone, depth: int) -> list[str]:
    return ["  " * depth + _label(bone.label), *(line for child in bone.children for line in _lines(child, depth + 1))]


def _label(text: str) -> str:
    label = plain(text).translate(_LOOKALIKES) or "–"
    return _WORD_JOINER + label if re.match(r"ishikawa|---", label, re.IGNORECASE) else label
