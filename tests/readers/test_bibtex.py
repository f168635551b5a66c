"""BibTeX entries to papers; bad ones are told and cost nothing else."""

import pytest

from survey.readers.bibliographies import bibtex
from survey.records import Paper, Skipped

ENTRIES = r"""
% exported by hand
@string{jc = "Journal of Clocks"}
@article{byron1843, title={{\"U}ber {BERT} \& 100\% of $\alpha$ -- part~2}, author={M{\"u}ller, J{\"o}rg and others},
  year=2019, month=apr, journal=jc # " and Bells", doi={https://doi.org/10.1234/ABC.5}, keywords={clocks; bells}}
@inproceedings{noether, title = "Symmetry", author = {Noether, Emmy and {Google Research} and van den Oord, Aaron and King, Jr., Martin},
  date={2018-03-02}, abstract={We show that $x^2$ is even. And 5\% of it is not.}, eprint={1803.00001v3}, archivePrefix={arXiv}}
@article{noether, title={Another}, journal=jc}
@article{cut, title={never closed,
  year = 2012
@misc{empty, year=2001}
@misc{nocomma title={x}}
@misc{last, title={The Last}, year={2020}, url={https://arxiv.org/abs/2001.12345}}
"""


def test_good_entries_between_bad_ones_are_read() -> None:
    found = bibtex.read(ENTRIES, "refs.bib")
    one, two, again, three = [item for item in found if isinstance(item, Paper)]
    assert (two.key, again.key, again.title, again.venue) == ("noether", "noethera", "Another", "Journal of Clocks")
    assert one.key == "byron1843"
    assert one.title == "Über BERT & 100% of α – part 2"
    assert (one.authors, one.more_authors) == (("Jörg Müller",), True)
    assert (one.date, one.venue, one.doi) == ("2019-04", "Journal of Clocks and Bells", "10.1234/abc.5")
    assert one.keywords == ("clocks", "bells")
    assert one.text == "" and one.parts == ()
    assert two.authors == ("Emmy Noether", "Google Research", "Aaron van den Oord", "Martin King Jr.")
    assert (two.date, two.arxiv) == ("2018-03-02", "1803.00001")
    assert two.abstract == "We show that $x^2$ is even. And 5% of it is not."
    assert (three.arxiv, three.date) == ("2001.12345", "2020")


def test_every_bad_entry_is_told_with_key_line_and_cure() -> None:
    skipped = [item for item in bibtex.read(ENTRIES, "refs.bib") if isinstance(item, Skipped)]
    assert [s.place for s in skipped] == ["entry noether, line 8", "entry cut, line 9", "entry empty, line 11", "entry nocomma, line 12"]
    assert all(s.reason and s.cure for s in skipped)
    assert skipped[0].reason == "the key 'noether' stands there already: the entry was read as 'noethera'"


def test_entries_of_one_key_are_all_read() -> None:
    found = bibtex.read("".join(f"@misc{{k, title={{T{number}}}}}\n" for number in range(40)), "x.bib")
    assert sorted(paper.title for paper in found if isinstance(paper, Paper)) == sorted(f"T{number}" for number in range(40))


def test_a_file_without_entries_is_told() -> None:
    (skipped,) = bibtex.read("nothing here", "x.bib")
    assert isinstance(skipped, Skipped) and "no BibTeX entry" in skipped.reason


def test_hostile_latex_does_not_stop_the_entry() -> None:
    (paper,) = bibtex.read(r"@article{x, title={A \undefined{thing} \input{/etc/passwd} $ {{ }}}, author={and and and}}", "x.bib")
    assert isinstance(paper, Paper) and "thing" in paper.title and "root:" not in paper.title


def papers(text: str, name: str = "refs.bib") -> list[Paper]:
    return [item for item in bibtex.read(text, name) if isinstance(item, Paper)]


def test_facts_of_bibtex_and_biblatex_come_into_the_same_fields() -> None:
    old, new = papers(r"""
@article{a, title={On Owls}, journal={Owls}, volume=3, number={4}, pages={12--15}, publisher={Roe \& Sons}, year=2019, month=3, day=2,
  pmid={77}, pmcid={PMC7096724}}
@Article{b, title={On Owls}, subtitle={A Study}, journaltitle={Owls}, journalsubtitle={Birds}, volume={3}, issue={4},
  date={2019-03-02/2019-05}, eid={e0815}, eprint={77}, eprinttype={pubmed}, howpublished={\url{http://example.org/a_b}}}
""")
    assert (old.kind, old.volume, old.number, old.page_range, old.publisher) == ("article", "3", "4", "12-15", "Roe & Sons")
    assert (old.date, old.pmid, old.ids) == ("2019-03-02", "77", ("pmcid:PMC7096724",))
    assert (new.kind, new.title, new.venue, new.number) == ("article", "On Owls: A Study", "Owls: Birds", "4")
    assert (new.date, new.page_range, new.pmid, new.url) == ("2019-03-02", "e0815", "77", "http://example.org/a_b")


def test_an_entry_takes_over_what_crossref_and_xdata_name() -> None:
    text = r"""
@inproceedings{part, title={On Owls}, author={Ada Byron}, crossref={whole}, pages={1-2}}
@inproceedings{dated, title={On Toads}, date={2018}, crossref={alias}}
@article{data, title={On Frogs}, xdata={common}}
@xdata{common, journal={Ponds}, year=2001}
@proceedings{whole, title={Proceedings of Night}, editor={Emmy Noether}, year=2019, publisher={Press}, ids={alias, other},
  doi={10.1234/whole}}
@proceedings{alone, title={Proceedings of Day}, year=2020}
@misc{circle, title={Round}, xdata={circle}, crossref={circle}}
"""
    part, dated, data, alone, circle = papers(text)
    assert (part.venue, part.date, part.publisher, part.doi, part.authors) == ("Proceedings of Night", "2019", "Press", "", ("Ada Byron",))
    assert (dated.venue, dated.date) == ("Proceedings of Night", "2018")
    assert (data.venue, data.date) == ("Ponds", "2001")
    assert (alone.key, alone.kind, circle.title) == ("alone", "proceedings", "Round")
    (skipped,) = [item for item in bibtex.read(text, "refs.bib") if isinstance(item, Skipped)]
    assert skipped.expected and "whole" in skipped.place


@pytest.mark.parametrize(
    ("field", "files"),
    [
        (r":folder/x.pdf:PDF;:y.pdf:PDF", ("lib/folder/x.pdf", "lib/y.pdf")),
        ("Snapshot:files/13/y.html:text/html;Full Text PDF:files/12/x.pdf:application/pdf", ("lib/files/12/x.pdf", "lib/files/13/y.html")),
        (r":home/me/x\_1.pdf:pdf", ("/home/me/x_1.pdf",)),
        ("x.pdf", ("lib/x.pdf",)),
        ("../pdf/x.pdf", ("pdf/x.pdf",)),
        ("../../x.pdf", ("../x.pdf",)),
        ("/data/x.pdf", ("/data/x.pdf",)),
        (r"A paper\: on owls:a\;b\:c.pdf:PDF", ("lib/a;b:c.pdf",)),
        (r":C\:\\Users\\me\\x.pdf:PDF", ("C:/Users/me/x.pdf",)),
        (r"C:\papers\x.pdf", ("C:/papers/x.pdf",)),
        ("x.pdf:C:/papers/x.pdf:application/pdf", ("C:/papers/x.pdf",)),
        (r":C$\backslash$:/Users/me/x.pdf:pdf", ("C:/Users/me/x.pdf",)),
        ("file:///home/me/an%20owl.pdf", ("/home/me/an owl.pdf",)),
        (r":http\://example.org/x.pdf:PDF", ()),
        ("", ()),
    ],
)
def test_files_are_named_as_sources_are(field: str, files: tuple[str, ...]) -> None:
    (paper,) = papers(f"@misc{{k, title={{T}}, file = {{{field}}}}}", "lib/refs.bib")
    assert paper.files == files


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Byron, Ada and {Google, Inc.}", ("Ada Byron", "Google, Inc.")),
        ("{Byron}, A. and {World and Sons Consortium}", ("A. Byron", "World and Sons Consortium")),
        (r"Mart{\'\i}n, Jos{\'e} and {\O}stby, {\AA}se\nand Lee, Bo".replace(r"\n", "\n"), ("José Martín", "Åse Østby", "Bo Lee")),
        ("King, Jr., Martin and van den Oord, Aaron", ("Martin King Jr.", "Aaron van den Oord")),
    ],
)
def test_names(value: str, names: tuple[str, ...]) -> None:
    (paper,) = papers(f"@misc{{k, title={{T}}, author={{{value}}}}}")
    assert paper.authors == names


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"Costs of \$5 and \$6", "Costs of $5 and $6"),
        ("R&D at 5% -- now", "R&D at 5% – now"),
        (r"A -{}- b, `{}`so'{}'", "A -- b, ``so''"),
        (r"\{x\} \textbraceleft{}y \textasciitilde{} \textbackslash{}emph", r"{x} {y ~ \emph"),
        (r"\href{http://example.org}{Owls} and \emph{toads}", "Owls and toads"),
        (r"On $x_{i}^2$ and $\alpha$", "On $x_{i}^2$ and α"),
    ],
)
def test_latex_is_read_once(value: str, text: str) -> None:
    (paper,) = papers(f"@misc{{k, title={{{value}}}}}")
    assert paper.title == text


def test_a_field_that_is_given_twice_costs_no_entry() -> None:
    paper, remark = bibtex.read("@misc{k, title={One}, note={a}, note={b}, author={Ada Byron and {Owls, Inc.}}}", "x.bib")
    assert isinstance(paper, Paper) and (paper.title, paper.note, paper.authors) == ("One", "a", ("Ada Byron", "Owls, Inc."))
    assert isinstance(remark, Skipped) and "note twice" in remark.reason


def test_a_doi_of_old_is_read_whole() -> None:
    (paper,) = papers("@misc{k, doi={10.1175/1520-0493(1987)115<1606:GARSPP>2.0.CO;2}}")
    assert paper.doi == "10.1175/1520-0493(1987)115<1606:garspp>2.0.co;2"


def test_an_entry_without_title_is_kept_where_an_identifier_names_it() -> None:
    (paper,) = papers("@misc{k, doi={10.1234/a--b_c}}")
    assert (paper.title, paper.doi) == ("", "10.1234/a--b_c")


def test_a_macro_for_a_journal_is_spelt_out_or_kept_by_its_name() -> None:
    known, unknown = papers("@article{a, title={T}, journal={\\mnras}}\n@article{b, title={T}, journal={\\owls}}")
    assert (known.venue, unknown.venue) == ("Monthly Notices of the Royal Astronomical Society", "owls")


def test_identifiers_and_dates_are_found_where_people_put_them() -> None:
    one, two = papers(r"""
@article{a, title={T}, url={https://doi.org/10.1234/x\_y}, month = "15~" # apr, year = {2019}, journal={arXiv preprint arXiv:1803.00001}}
@online{b, title={U}, eprint={cs/0101001}, eprinttype={arxiv}, note={5\%}}
""")
    assert (one.doi, one.date, one.arxiv) == ("10.1234/x_y", "2019-04-15", "1803.00001")
    assert (two.arxiv, two.date, two.note) == ("cs/0101001", "2001-01", "5%")
