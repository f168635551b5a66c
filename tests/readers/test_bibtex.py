"""BibTeX entries to papers; bad ones are told and cost nothing else."""

from survey.readers import bibtex
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


def test_a_file_without_entries_is_told() -> None:
    (skipped,) = bibtex.read("nothing here", "x.bib")
    assert isinstance(skipped, Skipped) and "no BibTeX entry" in skipped.reason


def test_hostile_latex_does_not_stop_the_entry() -> None:
    (paper,) = bibtex.read(r"@article{x, title={A \undefined{thing} \input{/etc/passwd} $ {{ }}}, author={and and and}}", "x.bib")
    assert isinstance(paper, Paper) and "thing" in paper.title and "root:" not in paper.title
