"""EndNote's XML: styled text, names, dates, identifiers, and the PDFs that the library keeps."""

from survey.readers.bibliographies import endnote
from survey.records import Paper, Skipped


def export(*records: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" ?><xml><records>{"".join(records)}</records></xml>'


def styled(text: str) -> str:
    return f'<style face="normal" font="default" size="100%">{text}</style>'


OWLS = f"""<record><database name="Birds.enl" path="C:\\Birds.enl">Birds.enl</database><rec-number>12</rec-number>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors><author>{styled("Byron, Ada")}</author><author>{styled("Owl Society,")}</author><author>et al.</author></authors>
</contributors><titles><title>{styled("On ")}<style face="italic">Strix</style>{styled(" at 10")}<style face="superscript">2</style>
{styled(" metres")}</title>
<secondary-title>{styled("Journal of Birds")}</secondary-title></titles>
<pages>{styled("480-4")}</pages><volume>7</volume><number>2</number>
<keywords><keyword>owls</keyword><keyword>owls</keyword><keyword>night</keyword></keywords>
<dates><year>{styled("2019")}</year><pub-dates><date>{styled("Apr 3")}</date></pub-dates></dates>
<accession-num>30000001</accession-num><electronic-resource-num>https://doi.org/10.1234/ABC.5</electronic-resource-num>
<abstract>{styled("They hunt.&#xD;They hear.")}</abstract><label>byron2019</label>
<urls><related-urls><url>https://www.ncbi.nlm.nih.gov/pubmed/30000001</url></related-urls>
<pdf-urls><url>internal-pdf://0123456789/Byron%202019.pdf</url><url>file:///etc/passwd</url></pdf-urls></urls>
<custom2>PMC1234567</custom2></record>"""
MICE = "<record><ref-type name='Conference Proceedings'>10</ref-type><titles><title>On Mice&#x02;</title></titles></record>"


def test_a_record_gives_its_facts_its_abstract_and_its_pdf() -> None:
    owls, mice, bare = endnote.read(export(OWLS, MICE, "<record/>"), "refs/birds.xml")
    assert isinstance(owls, Paper) and isinstance(mice, Paper) and isinstance(bare, Skipped)
    assert (owls.key, owls.kind, owls.title) == ("byron2019", "article", "On Strix at 10² metres")
    assert (owls.authors, owls.more_authors) == (("Ada Byron", "Owl Society"), True)
    assert (owls.date, owls.doi, owls.pmid, owls.ids) == ("2019-04-03", "10.1234/abc.5", "30000001", ("pmcid:PMC1234567",))
    assert (owls.venue, owls.volume, owls.number, owls.page_range) == ("Journal of Birds", "7", "2", "480-484")
    assert (owls.keywords, owls.abstract) == (("owls", "night"), "They hunt.\n\nThey hear.")
    assert owls.files == ("refs/Birds.Data/PDF/0123456789/Byron 2019.pdf", "/etc/passwd")  # what of these may be read, the shelf decides
    assert owls.sources[0].place == "record 12"
    assert (mice.kind, mice.title, mice.text) == ("inproceedings", "On Mice", "")
    assert (bare.place, bare.reason) == ("record 3", "the record has no title")


def test_of_a_damaged_export_the_whole_records_are_read_and_the_damage_is_told() -> None:
    owls, told = endnote.read(export(OWLS, MICE)[: len(export(OWLS)) - 20], "x.xml")
    assert isinstance(owls, Paper) and owls.volume == "7"
    assert isinstance(told, Skipped) and "damaged" in told.reason and told.place.startswith("line ")


def test_what_holds_no_record_or_hides_entities_is_told() -> None:
    for text in ("<xml><records/></xml>", '<!DOCTYPE x [<!ENTITY a "b">]><xml><records>&a;</records></xml>', "<xml>" * 100_000):
        (skipped,) = endnote.read(text, "x.xml")
        assert isinstance(skipped, Skipped) and skipped.reason and skipped.cure
