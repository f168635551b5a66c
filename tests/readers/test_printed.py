"""One entry in the styles of many bibliographies: what they say is the same, how they say it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.readers.entries import parse_entry
from survey.records import family_name

TITLE = "Calls of frogs in heavy rain"
# Style: the entry; its venue, volume, number and pages.
JOURNALS = {
    "APA": (
        "Doe, J. Q., van der Berg, A., & Roe, M. (2017). Calls of frogs in heavy rain. Journal of Ponds, 12(3), 117-129. "
        "https://doi.org/10.1234/JP.12",
        ("Journal of Ponds", "12", "3", "117-129"),
    ),
    "Springer": (
        "2. Doe, J.Q., van der Berg, A., Roe, M.: Calls of frogs in heavy rain. J. Ponds 12(3), 117–129 (2017). https://doi.org/10.1234/jp.12",
        ("J. Ponds", "12", "3", "117-129"),
    ),
    "Vancouver": (
        "2. Doe JQ, van der Berg A, Roe M. Calls of frogs in heavy rain. J Ponds. 2017 Mar;12(3):117–29. doi:10.1234/jp.12. PMID: 28123456",
        ("J Ponds", "12", "3", "117-29"),
    ),
    "Nature": (
        "2. Doe, J. Q., van der Berg, A. & Roe, M. Calls of frogs in heavy rain. Nat. Ponds 12, 117–129 (2017).",
        ("Nat. Ponds", "12", "", "117-129"),
    ),
    "IEEE": (
        "[2] J. Q. Doe, A. van der Berg, and M. Roe, “Calls of frogs in heavy rain,” J. Ponds, vol. 12, no. 3, pp. 117–129, Mar. 2017.",
        ("J. Ponds", "12", "3", "117-129"),
    ),
    "Elsevier": (
        "[2] J.Q. Doe, A. van der Berg, M. Roe, Calls of frogs in heavy rain, J. Ponds 12 (3) (2017) 117–129, doi:10.1234/jp.12.",
        ("J. Ponds", "12", "3", "117-129"),
    ),
    "BibTeX plain": (
        "[2] Jane Q. Doe, Anna van der Berg, and Max Roe. Calls of frogs in heavy rain. Journal of Ponds, 12(3):117–129, 2017.",
        ("Journal of Ponds", "12", "3", "117-129"),
    ),
    "ACL": (
        "Jane Q. Doe, Anna van der Berg, and Max Roe. 2017. Calls of frogs in heavy rain. Journal of Ponds, 12(3):117–129.",
        ("Journal of Ponds", "12", "3", "117-129"),
    ),
    "Chicago": (
        "Doe, Jane Q., Anna van der Berg, and Max Roe. 2017. “Calls of Frogs in Heavy Rain.” Journal of Ponds 12 (3): 117–29.",
        ("Journal of Ponds", "12", "3", "117-29"),
    ),
    "ICML": (
        "Doe, Jane Q., van der Berg, Anna, and Roe, Max. Calls of frogs in heavy rain. Journal of Ponds, 12(3):117–129, 2017.",
        ("Journal of Ponds", "12", "3", "117-129"),
    ),
    "AAAI": (
        "Doe, J. Q.; van der Berg, A.; and Roe, M. 2017. Calls of frogs in heavy rain. Journal of Ponds 12(3):117– 129.",
        ("Journal of Ponds", "12", "3", "117-129"),
    ),
    "Harvard": (
        "Doe, J.Q., van der Berg, A. and Roe, M., 2017. Calls of frogs in heavy rain. Journal of Ponds, 12(3), pp.117-129.",
        ("Journal of Ponds", "12", "3", "117-129"),
    ),
    "author-year of Springer": (
        "Doe JQ, van der Berg A, Roe M (2017) Calls of frogs in heavy rain. J Ponds 12:117–129",
        ("J Ponds", "12", "", "117-129"),
    ),
    "GOST": (
        "2. Doe J. Q., van der Berg A., Roe M. Calls of frogs in heavy rain // Journal of Ponds. 2017. Vol. 12. P. 117–129.",
        ("Journal of Ponds", "12", "", "117-129"),
    ),
}


@pytest.mark.parametrize("style", JOURNALS)
def test_an_article_is_read_in_every_style(style: str) -> None:
    printed, container = JOURNALS[style]
    entry = parse_entry(printed)
    assert entry.printed == printed
    assert [family_name(author) for author in entry.authors] == ["Doe", "van der Berg", "Roe"]
    assert all(author.startswith(given) for author, given in zip(entry.authors, "JAM", strict=True))
    assert entry.title.casefold() == TITLE.casefold()
    assert entry.date == "2017"
    assert (entry.venue, entry.volume, entry.number, entry.page_range) == container
    assert entry.doi == ("10.1234/jp.12" if "10.1234" in printed else "")
    assert entry.pmid == ("28123456" if "PMID" in printed else "")


@pytest.mark.parametrize(
    ("printed", "label", "authors", "year", "title", "venue"),
    [
        ("[Roe19] Max J. Roe. Ponds. In ICPA, pages 1–9, 2019.", "[Roe19]", ["Max J. Roe"], "2019", "Ponds", "ICPA"),
        ("Max Roe. 2019b. Was it 2018? In Proc. of Ponds.", "", ["Max Roe"], "2019", "Was it 2018?", "Proc. of Ponds"),
        ("[3] A. Lee et al., \"Frogs,\" in Proc. Ponds, 2018, pp. 1995–2004.", "[3]", ["A. Lee"], "2018", "Frogs", "Proc. Ponds"),
        ("Ann Lee. Snow. arXiv preprint arXiv:1904.02232, 2020.", "", ["Ann Lee"], "2020", "Snow", "arXiv"),
        ("J. Doe and M. Roe, Pond Rev. Lett. 12, 345 (2014).", "", ["J. Doe", "M. Roe"], "2014", "", "Pond Rev. Lett"),
        ("World Pond Board. (2017). Guidance. Oslo: Pond Press.", "", ["World Pond Board"], "2017", "Guidance", ""),
        ("De Meer, F. and Tjong Kim, E. F. (2003). Ice. Ponds, 1:1–9.", "", ["F. De Meer", "E. F. Tjong Kim"], "2003", "Ice", "Ponds"),
        ("1. Lee, A.: Snow. In: Ek, B., Ås, C. (eds.) Ice. LNCS, vol. 10234, pp. 1–9 (2017)", "1", ["A. Lee"], "2017", "Snow", "Ice"),
        ("[6] 张三, 李四. 雨中的蛙鸣[J]. 声学学报, 2017, 40(3): 1-9.", "[6]", ["张三", "李四"], "2017", "雨中的蛙鸣", "声学学报"),
        ("Lee A, Ek B, Perez a M, Roe M. Snow melts. Ponds. 2011;7:1–9.", "", ["A Lee", "B Ek", "M Roe"], "2011", "Snow melts", "Ponds"),
        ("Lee A. Snow in the hills, 2018. Wkly Ponds. 2019;94:4–7.", "", ["A Lee"], "2019", "Snow in the hills, 2018", "Wkly Ponds"),
        ("[9] Pondsoft, “Pond kit,” http://pond.example/kit, 2018.", "[9]", ["Pondsoft"], "2018", "Pond kit", ""),
        ("Lee, A. (n.d.). Snow. Retrieved May 3, 2020, from https://snow.example/a", "", ["A. Lee"], "", "Snow", ""),
    ],
)  # fmt: skip
def test_what_is_odd_is_read_or_left_empty(printed: str, label: str, authors: list[str], year: str, title: str, venue: str) -> None:
    entry = parse_entry(printed)
    assert (entry.label, list(entry.authors), entry.date, entry.title, entry.venue) == (label, authors, year, title, venue)


def test_more_authors_identifiers_and_kinds() -> None:
    entry = parse_entry("Lee A, Roe M, et al. Snow melts. https://arxiv.org/abs/1904.02232v2")
    assert (entry.authors, entry.more_authors, entry.arxiv, entry.url) == (
        ("A Lee", "M Roe"), True, "1904.02232", "https://arxiv.org/abs/1904.02232v2"
    )  # fmt: skip
    assert parse_entry("Lee, A. Ice. CoRR, abs/1904.02232, 2019.").arxiv == "1904.02232"
    assert parse_entry("Lee, A. Ice. doi:10.48550/arXiv.1904.02232, 2019.").arxiv == "1904.02232"
    assert parse_entry("Ann Lee. Ice. PhD thesis, University of Oslo, 2015.").kind == "phdthesis"
    assert parse_entry("Ann Lee. Ice. In ICPA, pages 1–9, 2015.").kind == "inproceedings"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='Aé中 .,:;()[]“”"-–&/01987\nandinpvol', max_size=200))
def test_whatever_is_printed_is_kept_on_one_line_and_no_field_says_what_is_not_there(text: str) -> None:
    entry = parse_entry(text)
    assert entry.printed == " ".join(text.split())
    assert entry.date == "" or entry.date in entry.printed
    for word in f"{entry.title} {entry.venue} {' '.join(entry.authors)}".split():
        assert word.strip(".,-").replace("-", "") in entry.printed.replace("-", "").replace(" ", "")
