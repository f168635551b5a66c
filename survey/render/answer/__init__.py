"""An answer as it is shown and kept: on a terminal, as a Markdown file that reads back, as cards, for programs. Pure.

The citations [1], [2], … are numbered by code: the n-th quote of :attr:`survey.records.Answer.evidence` is [n].
"""

from survey.render.answer.cards import answer_html, is_talk_html, talk_html
from survey.render.answer.data import answer_json, is_talk_json, read_json, read_talk_json, talk_json
from survey.render.answer.saved import Saved, answer_markdown, is_saved, parted, read_talk, talk_markdown, visible
from survey.render.answer.text import Telling, answer_text, sources_text
from survey.render.answer.words import NOT_SAID, confidence

__all__ = [
    "NOT_SAID",
    "Saved",
    "Telling",
    "answer_html",
    "answer_json",
    "answer_markdown",
    "answer_text",
    "confidence",
    "is_saved",
    "is_talk_html",
    "is_talk_json",
    "parted",
    "read_json",
    "read_talk",
    "read_talk_json",
    "sources_text",
    "talk_html",
    "talk_json",
    "talk_markdown",
    "visible",
]
