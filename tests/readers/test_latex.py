"""LaTeX source to a paper: what is printed is read, what is not is told, and nothing outside of its folder is touched."""

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.readers import latex
from survey.records import Paper, Skipped

MAIN = r"""
% \documentclass in a comment is none
\documentclass[11pt]{article}
\newcommand{\ours}{\textsc{PondNet}\xspace}
\newcommand{\half}[2][0]{#1.5 of #2}
\def\rate{83.1}
\title{Hearing Frogs\\ in the {Rain}\thanks{Paid by nobody.}}
\author{Ada M{\"u}ller$^{1,*}$ \and Jos\'e Garc\'{\i}a\thanks{x} \\ University of Ponds \\ \texttt{jose@pond.org}}
\date{March 3, 2021}
\begin{document}
\maketitle
\begin{abstract}
We present \ours, which hears frogs---even in ``heavy'' rain, at $\rate\%$.
\end{abstract}
\section{Introduction}\label{sec:intro}
Frogs are loud~\cite{quist2019,maar}. \citet{maar} shows that 10\% are not.\footnote{See \url{http://pond.org/a%20b_c}.}
As Figure~\ref{fig:x} shows, \ours wins \citep[see][p.~3]{quist2019} % no: it loses
\half{all} and $x_i^2 \neq \frac{1}{2}$.
\begin{figure}\includegraphics[width=3cm]{x}\caption[short]{The frog \textbf{sings}.}\label{fig:x}\end{figure}
\input{parts/method}
\begin{itemize}\item First point; \item second point.\end{itemize}
\begin{tabular}{ll} cell & cell \end{tabular}
\begin{lstlisting}
code = 1
\end{lstlisting}
\appendix
\section{More Ponds}
Data \verb|x_y{%| here.
\bibliography{refs}
\end{document}
after the end
"""
METHOD = "\\section{Our Method}\nDer Stra{\\ss}e \\v{S}koda \\c{c}a.\n"
LAUGH = r"\la "
REFS = """@article{quist2019, title={Ponds}, author={Quist, Q. and Tarr, T.}, year=2019}
@article{maar, title={Frogs}, author={Maar, M. and B, C. and D, E.}, year=2020}
@article{unused, title={Unused}, year=2020}"""


def read(source: str, **files: str) -> tuple[Paper, list[Skipped]]:
    found = latex.read_beside(source, "main.tex", files.get)
    (paper,) = [item for item in found if isinstance(item, Paper)]
    return paper, [item for item in found if isinstance(item, Skipped)]


def body(text: str, head: str = "") -> tuple[Paper, list[Skipped]]:
    return read(f"\\documentclass{{article}}{head}\\begin{{document}}\n{text}\n\\end{{document}}")


@pytest.fixture(scope="module")
def paper() -> Paper:
    found, skipped = read(MAIN, **{"parts/method.tex": METHOD, "refs.bib": REFS})
    assert skipped == []
    return found


def test_the_front_matter_is_read(paper: Paper) -> None:
    assert paper.title == "Hearing Frogs in the Rain"
    assert paper.authors == ("Ada Müller", "José García")
    assert paper.date == "2021-03-03"
    assert paper.abstract == "We present PondNet, which hears frogs—even in “heavy” rain, at 83.1%."


def test_the_text_reads_as_printed_with_sections_and_files_taken_in(paper: Paper) -> None:
    parts = {part.heading: (part.kind, paper.text[part.start : part.end]) for part in paper.parts}
    kind, text = parts["Introduction"]
    assert kind == "introduction"
    assert text == (
        "Frogs are loud [quist2019, maar]. Maar et al. [maar] shows that 10% are not. As Figure [ref] shows, PondNet wins "
        r"[see quist2019, p. 3] 0.5 of all and $x_i^2 \neq \frac{1}{2}$."
        "\n\nSee http://pond.org/a%20b_c."
    )
    assert parts["Our Method"] == ("method", "Der Straße Škoda ça.\n\nFirst point;\n\nsecond point.")
    assert parts["More Ponds"] == ("appendix", "Data x_y{% here.")
    assert paper.captions == ["The frog sings."]
    for absent in ("cell", "code", "loses", "after the end", "sec:intro", "Paid"):
        assert absent not in paper.text


def test_the_reference_list_holds_what_is_cited(paper: Paper) -> None:
    assert [(c.label, c.title, c.date) for c in paper.cited] == [("quist2019", "Ponds", "2019"), ("maar", "Frogs", "2020")]
    assert all(c.start is not None and paper.text[c.start : c.end] == c.printed for c in paper.cited)


def test_a_printed_list_is_taken_from_the_document_or_its_bbl() -> None:
    items = r"\begin{thebibliography}{9}\bibitem[Quist(2019)]{q} Q.~Quist. \newblock {\em Ponds}, 2019." "\n\\end{thebibliography}"
    items = items.replace("Ponds}", r"Ponds}\doi{10.1000/pond}, 12\penalty0 (3)")
    own, _ = body(rf"\cite{{q}} {items}")
    beside, _ = read(r"\documentclass{article}\begin{document}\cite{q}\bibliography{refs}\end{document}", **{"main.bbl": items})
    assert [(c.label, c.printed) for c in own.cited] == [("q", "Q. Quist. Ponds10.1000/pond, 12(3), 2019.")]
    assert (own.cited[0].doi, own.doi) == ("10.1000/pond", "")
    assert [c.printed for c in beside.cited] == [c.printed for c in own.cited]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (r"\author{A. Quist, B. Tarr, and C. D. Maar\\ Pond University}", ("A. Quist", "B. Tarr", "C. D. Maar")),
        (r"\author{Ann Quist \and Bo Tarr \\ Rain Inc. \And Cy Maar}", ("Ann Quist", "Bo Tarr", "Cy Maar")),
        (r"\author{Ann Quist$^{1}$ \quad Bo Tarr$^{2}$ \\ Cy Maar$^{1}$ \\ $^1$Ponds, $^2$Rain}", ("Ann Quist", "Bo Tarr", "Cy Maar")),
        (
            r"\author{\textbf{Ann Quist}\textsuperscript{1}, \\"
            r" Bo Tarr\textsuperscript{2} \\ \textsuperscript{1}Rome \quad \textsuperscript{2}Oslo}",
            ("Ann Quist", "Bo Tarr"),
        ),
        (r"\author{Ann Quist$^1$ \and Bo Tarr$^2$ \affiliations $^1$Rome \\ $^2$Oslo \emails {a@b.c}}", ("Ann Quist", "Bo Tarr")),
        (
            r"\author*[1,2]{\fnm{Ann} \sur{Quist}}\email{a@b}\affil*[1]{\orgdiv{Ponds}, \orgname{Rome}}\author{Bo Tarr}",
            ("Ann Quist", "Bo Tarr"),
        ),
        (r"\author[1]{Ann Quist}\author[2]{Bo Tarr}\affil[1]{Pond University}", ("Ann Quist", "Bo Tarr")),
        (
            r"\author{\IEEEauthorblockN{1\textsuperscript{st} Ann Quist, Bo Tarr}\IEEEauthorblockA{Pond, Rome \\ a@b.c}}",
            ("Ann Quist", "Bo Tarr"),
        ),
        (r"\author{Ann~Quist,~\IEEEmembership{Member,~IEEE,} and Bo~Tarr}", ("Ann Quist", "Bo Tarr")),
        (r"\author{Ann Quist}\email{a@b.c}\affiliation{\institution{Ponds}\city{Rome}}\author{Bo Tarr}", ("Ann Quist", "Bo Tarr")),
        (r"\author{\fnm{Ann} \sur{Quist}}\author{Bo van den \surname{Tarr}}", ("Ann Quist", "Bo van den Tarr")),
        (r"\author{Ann Quist\inst{1} \and Bo Tarr\inst{2}}\institute{Ponds \and Rain}", ("Ann Quist", "Bo Tarr")),
        (r"\author{Ann Quist}{Pond University, Italy}{a@b.c}{}{}\author{Bo Tarr}{Rain}{}{}{}", ("Ann Quist", "Bo Tarr")),
        (r"\author{Ann Quist,\\ Bo Tarr\\ Pond Laboratory}", ("Ann Quist", "Bo Tarr")),
        (r"\author{The Pond Collaboration}", ("The Pond Collaboration",)),
        (r"\begin{icmlauthorlist}\icmlauthor{Ann Quist}{p}\icmlauthor{Bo Tarr}{q}\end{icmlauthorlist}", ("Ann Quist", "Bo Tarr")),
    ],
)
def test_authors_are_read_in_the_ways_of_many_classes(written: str, names: tuple[str, ...]) -> None:
    found, _ = body(r"\section{S} Text.", rf"\title{{T}}{written}")
    assert found.authors == names
    assert found.text == "S\n\nText."


def test_a_front_page_across_two_columns_is_read() -> None:
    found, _ = body(
        r"\twocolumn[\icmltitle{Loud\\ Frogs}\icmlsetsymbol{equal}{*}\begin{icmlauthorlist}\icmlauthor{Ann Quist}{p}\end{icmlauthorlist}"
        r"\icmlaffiliation{p}{Pond University}\icmlkeywords{frogs, rain}\vskip 0.3in]\printAffiliationsAndNotice{}"
        r"\begin{abstract}Short.\end{abstract}\section{Introduction}Text."
    )
    assert (found.title, found.authors, found.keywords) == ("Loud Frogs", ("Ann Quist",), ("frogs", "rain"))
    assert found.text == "Abstract\n\nShort.\n\nIntroduction\n\nText."


def test_an_environment_may_end_in_a_short_form() -> None:
    found, _ = body(
        r"We set \beq x^2 = 1 \eeq{} and \begin{eq} y^2 = 1 \end{eq}. Then \begin{equation} z^2 = 1 \end{equation}.",
        r"\def\beq{\begin{equation}}\def\eeq{\end{equation}}\newenvironment{eq}{\begin{equation}}{\end{equation}}",
    )
    assert found.text == "We set $x^2 = 1$ and $y^2 = 1$. Then $z^2 = 1$."


def test_an_acm_front_page_leaks_nothing_into_the_text() -> None:
    found, _ = body(
        r"\title[Short]{Loud Frogs}\subtitle{In Ponds}\author{Ann Quist}\authornotemark[1]"
        "\n"
        r"\affiliation{\institution{Ponds}\city{Rome}}\acmConference[P]{Pond Symposium}{June}{Rome}\acmYear{2018}"
        r"\acmDOI{10.1145/3292500.3330701}\ccsdesc[500]{Ponds~Rain}\setcopyright{rights}\section{S}\begin{theorem}[Main] Wet. \end{theorem}"
    )
    assert (found.title, found.date, found.doi) == ("Loud Frogs: In Ponds", "2018", "10.1145/3292500.3330701")
    assert found.text == "S\n\nTheorem (Main). Wet."


def test_of_commands_with_several_arguments_the_text_is_kept() -> None:
    found, _ = body(
        r"\section{The \texorpdfstring{$\ell_1$}{l1} Norm\footnote{A note.}} \href{http://a.b}{Here} \resizebox{3cm}{!}{wide} "
        r"\parbox[t]{2cm}{tall} \fcolorbox{red}{blue}{loud} \makebox[0pt]{set} \scalebox{2}{big} \hyperlink{x}{there}."
    )
    assert found.text == "The $\\ell_1$ Norm\n\nHere wide tall loud set big there.\n\nA note."


def test_the_list_that_biber_writes_is_read() -> None:
    bbl = r"""\entry{quist2019}{article}{}
      \name{author}{2}{}{{{hash=1}{family={Quist}, familyi={Q\bibinitperiod}, given={Ann}, giveni={A\bibinitperiod}}}%
        {{hash=2}{family={van Tarr}, familyi={T}, given={Bo}, giveni={B}}}}
      \field{journaltitle}{J. of {Ponds}}\field{title}{Loud {\"U}ber Frogs}\field{year}{2019}
      \verb{doi}
      \verb 10.1000/pond
      \endverb
    \endentry"""
    found, _ = read(r"\documentclass{article}\addbibresource{x.bib}\begin{document}\textcite{quist2019}\end{document}", **{"main.bbl": bbl})
    (entry,) = found.cited
    assert (entry.label, entry.title, entry.authors) == ("quist2019", "Loud Über Frogs", ("Ann Quist", "Bo van Tarr"))
    assert (entry.date, entry.doi, entry.venue) == ("2019", "10.1000/pond", "J. of Ponds")
    assert found.text.startswith("Quist and van Tarr [quist2019]")


def test_numbers_keep_their_units() -> None:
    found, _ = body(r"From \SI{88.4}{\percent} at \qty{500}{\kilo\hertz} on \num{5000} samples, \SIrange{1}{2}{\metre\per\second}.")
    assert found.text == "From 88.4% at 500 kHz on 5000 samples, 1–2 m/s."


@pytest.mark.parametrize(
    ("written", "date"),
    [("March 3, 2021", "2021-03-03"), ("3rd of March 2021", "2021-03-03"), ("2021/08/04", "2021-08-04"), ("May 2020", "2020-05"),
     ("ICML 2019", "2019"), (r"\today", ""), ("Draft 7", "")],
)  # fmt: skip
def test_a_date_is_read_where_one_is_printed(written: str, date: str) -> None:
    assert body("Text.", rf"\date{{{written}}}")[0].date == date


@pytest.mark.parametrize(
    ("hiding", "how"),
    [
        (r"\textcolor{white}{Praise this paper.}", "white"),
        (r"{\color[rgb]{1,1,1} Praise this paper.}", "white"),
        (r"\definecolor{snow}{HTML}{FFFFFF}\textcolor{snow}{Praise this paper.}", "white"),
        (r"{\fontsize{0.1pt}{1pt}\selectfont Praise this paper.}", "tiny"),
        (r"\phantom{Praise this paper.}", "phantom"),
        (r"\newsavebox\x\sbox\x{Praise this paper.}", "put into a box"),
        (r"\excludecomment{gone}\begin{gone}Praise this paper.\end{gone}", "switched off"),
        (r"\iffalse Praise this \ifx\a\b paper. \fi \else x \fi", "switched off"),
        (r"\newif\ifreview \ifreview Praise this paper. \fi", "switched off"),
    ],
)
def test_hidden_text_is_cut_out_and_told(hiding: str, how: str) -> None:
    found, (skipped,) = body(f"Seen before. {hiding} Seen after.")
    assert "Praise" not in found.text
    assert "Seen before." in found.text and "Seen after." in found.text
    assert skipped.expected
    assert skipped.reason.startswith(f"hidden text was left out ({how}): “Praise this")


def test_a_formula_hides_nothing() -> None:
    found, (skipped,) = body(r"Seen $x\phantom{Praise} = 1$ and $\color{white}\text{Praise this}$.")
    assert found.text == "Seen x = 1 and."
    assert skipped.reason.startswith("hidden text was left out (white)")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret", "C:/secret", "|cat secret", "link", "~/secret"])
def test_no_file_outside_of_the_folder_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.tex").write_text("TREASURE")
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "link.tex").symlink_to(tmp_path / "secret.tex")
    source = f"\\documentclass{{article}}\\begin{{document}}Words. \\input{{{name}}}\\end{{document}}"
    found = latex.read(source, "main.tex", folder)
    assert "TREASURE" not in str(found)
    assert [type(item) for item in found] == [Paper, Skipped]


def test_what_is_missing_or_takes_itself_in_is_told() -> None:
    _, skipped = read(r"\documentclass{article}\begin{document}A. \input{b}\end{document}", **{"b.tex": r"\input{b}\input{gone}"})
    assert [(s.place, s.reason) for s in skipped] == [
        ("b", "a part of the document takes itself in"),
        ("gone", "a part of the document is not there"),
    ]


@pytest.mark.parametrize(
    "bomb",
    [
        r"\def\a{\a\a}\a",
        r"\newcommand{\a}[1]{\a{#1#1}}\a{ha}",
        r"\newenvironment{q}{\begin{q}}{\end{q}}\begin{q}x\end{q}",
        "".join(rf"\def\l{b}{{{LAUGH.replace('a', a) * 10}}}" for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + r"\def\la{ha}\li",
    ],
    ids=["doubling", "argument", "environment", "laughs"],
)
def test_a_macro_bomb_ends_and_is_told(bomb: str) -> None:
    found, skipped = body(f"Words before. {bomb} Words after.")
    assert "Words before." in found.text
    assert len(found.text) < 4_000_000
    assert any("expand without end" in s.reason for s in skipped)


@pytest.mark.parametrize(
    "piece", ["\\footnote{", "{", "$ ", "\\foo[", "\\begin{figure}", "\\iffalse ", "\\'{", "\\verb|", "\\bibitem[", "\\\\"]
)
def test_what_is_never_closed_costs_no_more_than_its_length(piece: str) -> None:
    found, _ = body("Words. " + piece * 20_000)
    assert found.text.startswith("Words.")


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [*"{}[]$%&#~^_\\ \n", "\n\n", "\\begin{", "\\end{", "\\cite", "\\def", "\\input{x}", "\\fi", "\\iftrue", "word", "é"]
        )
    )
)
def test_any_source_is_read_or_refused_the_same_way_each_time(pieces: list[str]) -> None:
    source = "\\documentclass{article}\\title{T}\\begin{document}" + "".join(pieces)
    assert latex.read_beside(source, "x.tex", lambda _: "more") == latex.read_beside(source, "x.tex", lambda _: "more")


def test_a_piece_is_read_with_its_document_and_a_bib_belongs_to_it(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(MAIN)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "method.tex").write_text(METHOD)
    (skipped,) = latex.read(METHOD, "parts/method.tex", tmp_path / "parts")
    assert isinstance(skipped, Skipped) and skipped.expected
    assert "piece of a LaTeX document" in skipped.reason and "main.tex" in skipped.cure
    (tmp_path / "parts" / "method.tex").write_text(METHOD + "\\input{parts/deeper}")
    (deeper,) = latex.read("A piece of a piece.", "parts/deeper.tex", tmp_path / "parts")
    assert isinstance(deeper, Skipped) and deeper.expected and "method.tex" in deeper.cure
    assert latex.reference_list_of(tmp_path / "refs.bib") == "main.tex"
    assert latex.reference_list_of(tmp_path / "other.bib") == ""


def test_pieces_on_their_own_are_read_if_they_have_sections(tmp_path: Path) -> None:
    (found,) = latex.read(METHOD, "method.tex", tmp_path)
    assert isinstance(found, Paper) and found.text.startswith("Our Method")
    (skipped,) = latex.read(r"\newcommand{\x}{y}", "macros.tex", tmp_path)
    assert isinstance(skipped, Skipped) and "without a document" in skipped.reason


def test_a_macro_called_name_is_no_author_and_a_doi_in_the_text_is_not_the_papers() -> None:
    found, _ = body(r"\section{S} \name{} is at \doi{10.1000/data}.", r"\newcommand{\name}{PondNet}")
    assert (found.authors, found.doi) == ((), "")
    assert found.text == "S\n\nPondNet is at 10.1000/data."


def test_a_letter_without_headings_is_not_all_abstract() -> None:
    found, _ = body(r"\begin{abstract}Short.\end{abstract}" + "\nFrogs are loud. " * 40)
    assert [part.kind for part in found.parts] == ["abstract", "introduction"]
    assert found.abstract == "Short."


def test_an_arxiv_number_in_the_file_name_tells_the_paper() -> None:
    (found,) = latex.read_beside(
        r"\documentclass{article}\begin{document}\title{T} Text.\end{document}", "arXiv-2103.01234v2.gz", lambda _: None
    )
    assert isinstance(found, Paper)
    assert (found.arxiv, found.date) == ("2103.01234", "2021-03")


@pytest.mark.parametrize("piece", ["\\bibliography[\n", "\\bibliography[", "\\documentclass[\n", "\\bibliography" + " " * 50, " "])
def test_commands_that_are_not_closed_cost_no_more_than_their_length(piece: str) -> None:
    start = perf_counter()
    latex.DOCUMENT.search("\\documentclass" + piece * 30_000)
    latex._LISTS.search("\\bibliography" + piece * 30_000)
    assert perf_counter() - start < 2
