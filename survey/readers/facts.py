"""Bibliographic facts found in loose text: identifiers and dates, each brought to one form."""

import re
from urllib.parse import unquote

from survey.readers.cleaning import one_line

_ARXIV = re.compile(
    r"(?:arxiv[:.\s]*|arxiv\.org/(?:abs|pdf|html)/|10\.48550/arxiv\.)\s*"
    r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7})(?:v[0-9]+)?",
    re.IGNORECASE,
)
_ARXIV_ALONE = re.compile(r"^([0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?(?=$|[^0-9])")
_ACL = re.compile(r"^([A-Z])([0-9]{2})-[0-9]{4}(?=$|[^0-9])")
_ACL_NEW = re.compile(r"^((?:19|20)[0-9]{2})\.[a-z][a-z0-9_]*-[a-z0-9]+\.[0-9]+(?=$|[^0-9])")
_DOI = re.compile(r"\b(10\.[0-9]{4,9}/[^\s\"<>{}|\\^`]+)", re.IGNORECASE)
_MONTHS = {m: n for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}


def arxiv_in(text: str) -> str:
    """The first arXiv number named as such in ``text``, without its version; "" when there is none."""
    match = _ARXIV.search(text)
    return match[1] if match else ""


def arxiv_of(text: str) -> str:
    """The arXiv number that ``text`` (a file name or an ``eprint`` field) is or begins with; "" when it is none."""
    match = _ARXIV_ALONE.match(text.strip())
    return match[1] if match else arxiv_in(text)


def arxiv_date(number: str) -> str:
    """Year and month in which an arXiv number was given out: "1904.02232" → "2019-04"."""
    digits = number.rsplit("/", maxsplit=1)[-1][:4]
    if not re.fullmatch("[0-9]{4}", digits) or not 1 <= int(digits[2:]) <= 12:
        return ""
    year = int(digits[:2])
    return f"{1900 + year if year > 90 else 2000 + year}-{digits[2:]}"


def acl_of(text: str) -> tuple[str, str]:
    """ACL Anthology number and year that a file name begins with: "P18-1088.pdf" → ("P18-1088", "2018"); ("", "") otherwise."""
    if match := _ACL.match(text):
        year = int(match[2])
        return match[0], str(1900 + year if year > 60 else 2000 + year)
    if match := _ACL_NEW.match(text):
        return match[0], match[1]
    return "", ""


def doi(text: str) -> str:
    """The first DOI in ``text``, lower case, without resolver; "" when there is none."""
    match = _DOI.search(text)
    if not match:
        return ""
    found = match[1].rstrip(".,;:'’”")
    while found.endswith((")", "]")) and found.count("(") + found.count("[") < found.count(")") + found.count("]"):
        found = found[:-1].rstrip(".,;")
    return found.lower()


_DOI_FIELD = re.compile(r"(?:https?://(?:[\w-]+\.)*doi\.org/|(?:info:)?doi[:/]?\s*)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)


def doi_of(*texts: str) -> str:
    """The DOI that a field for DOIs holds, lower case, without resolver: all of it, for an old one may hold "<" and ";".

    Of several fields the first that holds one; from loose text as :func:`doi` finds it.
    """
    for text in map(one_line, texts):
        match = _DOI_FIELD.fullmatch(unquote(text) if text.startswith("http") else text)
        if number := match[1].rstrip(".,;").lower() if match else doi(text):
            return number
    return ""


_NUMBER = re.compile("[0-9]{1,4}")  # digits of other scripts stand in no date of ours


def iso_date(year: str, month: str = "", day: str = "") -> str:
    """A partial ISO date of a bibliography's fields: ("2019", "apr", "3") → "2019-04-03"; "" without a year."""
    match = re.search(r"(?<![0-9])(1[5-9][0-9][0-9]|20[0-9][0-9])(?![0-9])(?:-([0-9][0-9])(?:-([0-9][0-9]))?)?", year)
    if not match:
        return ""
    month = match[2] or month.strip().strip("{}").casefold()
    number = int(month) if _NUMBER.fullmatch(month) else _MONTHS.get(month[:3], 0)
    if not 1 <= number <= 12:
        return match[1]
    days = match[3] or day.strip()
    if not _NUMBER.fullmatch(days) or not 1 <= int(days) <= 31:
        return f"{match[1]}-{number:02}"
    return f"{match[1]}-{number:02}-{int(days):02}"
