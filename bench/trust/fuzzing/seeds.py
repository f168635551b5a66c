"""What is changed: small inputs of each format, whole and well-formed, most of them those of the tests; and words that readers look for."""

import io
import json
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

FIXTURES = Path(__file__).parents[3] / "tests" / "fixtures"
_MEMBER = b"\n=====> "
"""Begins the name of a member where an archive is written as text, so that what stands in it is changed and not its packing."""


def seeds(target: str) -> list[bytes]:
    return [seed if isinstance(seed, bytes) else seed.encode() for seed in _BY_TARGET[target]()]


def bundled(files: Mapping[str, bytes]) -> bytes:
    return b"".join(_MEMBER + name.encode() + b"\n" + data for name, data in files.items())


def parted(data: bytes) -> list[tuple[str, bytes]]:
    """The members of an archive that is written as text; names as whoever packs it may write them."""
    pieces = (piece.partition(b"\n") for piece in data.split(_MEMBER)[1:])
    return [(name.decode("utf-8", "replace").replace("\0", ""), content) for name, _, content in pieces]


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    import warnings

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two members of one name
        for name, data in members:
            archive.writestr(name[:1000] or "x", data)
    return target.getvalue()


def tarred(members: list[tuple[str, bytes]], mode: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name[:1000])
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def _fixtures(*patterns: str) -> list[bytes]:
    return [file.read_bytes() for pattern in patterns for file in sorted(FIXTURES.glob(pattern))]


# ---------------------------------------------------------------- by target


def _bibtex() -> list[str | bytes]:
    from tests.readers.test_bibtex import ENTRIES

    biblatex = """@inproceedings{b1, crossref = {c}, author = "Ann Quist and {The Team} and others", title = {On {\\"O}wls \\& $x^2$},
  date = {2019-03/2019-04}, eprint = {1904.02232}, eprinttype = {arxiv},
  file = {Full Text:files/12/a b.pdf:application/pdf}, pages = {1--9}}
@string{jb = "J. Birds"} @article{b2, journal = jb # " B", month = mar, year = 2020, keywords = {a, b; c}, note = {Retracted}, xdata = {b1}}
@comment{x} @preamble{"\\newcommand{\\x}{y}"}
@proceedings{c, title = {Proc.}, year = {2019}, doi = {10.1/2}, url = {https://x.org/a}}
"""
    return [ENTRIES, biblatex, *_fixtures("collection/*.bib", "drafts/*.bib", "render/*.bib")]


def _ris() -> list[str | bytes]:
    from tests.readers.test_ris import RECORDS, WOS

    return [RECORDS, WOS]


def _nbib() -> list[str | bytes]:
    from tests.readers.test_nbib import RECORDS

    return [RECORDS]


def _endnote() -> list[str | bytes]:
    from tests.readers.test_endnote import MICE, OWLS, export

    return [export(OWLS, MICE)]


def _zotero() -> list[str | bytes]:
    from tests.readers.test_zotero import LIBRARY

    return [LIBRARY]


def _json() -> list[str | bytes]:
    from tests.readers.test_json_records import CROSSREF, CSL, OPENALEX, SCHOLAR, ZOTERO

    replies = [
        CSL,
        [CSL],
        {"results": [OPENALEX]},
        {"data": [SCHOLAR]},
        {"message": {"items": [CROSSREF]}},
        {"message": CROSSREF},
        [ZOTERO],
    ]
    return [*map(json.dumps, replies), "\n".join(json.dumps(one) for one in (OPENALEX, SCHOLAR))]


def _tables() -> list[str | bytes]:
    from tests.readers.test_table import REGISTER, SCOPUS

    tabbed = "Title\tAuthors\tYear\tDOI\tAbstract\tPages\nOn Owls\tQuist, A.; Tarr, T.\t2019\t10.1/2\t“They hunt.”\t1-9\n"
    return [SCOPUS, REGISTER, tabbed, "PT\tAU\tTI\tPY\nJ\tQuist, A\tOn Owls\t2019\n"]


def _atom() -> list[str | bytes]:
    from tests.readers.test_atom import FEED

    return [FEED, json.dumps({"status": 200, "body": FEED})]


def _jats() -> list[str | bytes]:
    from tests.readers.test_jats import article

    return [article(), "<?xml version='1.0'?><!DOCTYPE article [<!ENTITY a 'b'>]>" + article()]


def _tei() -> list[str | bytes]:
    from tests.readers.test_tei import TEI

    return [TEI]


def _html() -> list[str | bytes]:
    from tests.readers.test_html import BODY, TAGS, page

    told = '<script type="application/ld+json">{"@type": "ScholarlyArticle", "name": "On Owls", "author": [{"name": "A"}]}</script>'
    return [page(TAGS, BODY), page(TAGS + told, BODY.replace("<h2", "<h2 style='display:none'")), page("", "<body><p>" + "Owls. " * 90)]


def _docx() -> list[str | bytes]:
    from tests.readers.test_docx import document, p

    body = [p("On Owls", "Title"), p("Ann Quist"), p("Introduction", "Heading1"), p("They hunt at night, and hear well."), p("More.")]
    with zipfile.ZipFile(io.BytesIO(document(*body, title="On Owls"))) as archive:
        return [bundled({name: archive.read(name) for name in archive.namelist()})]


def _docx_files() -> list[str | bytes]:
    from tests.readers.test_docx import STYLED

    return [STYLED]


def _latex() -> list[str | bytes]:
    from tests.readers.test_latex import MAIN, METHOD, REFS

    more = r"""\documentclass{article}\newcommand{\x}[2][d]{#1 \textbf{#2}}\def\y#1.{<#1>}\let\z\y\newenvironment{e}{\begin{it}}{\end{it}}
\title{A \x{b} \y c.}\author{A \and B\thanks{x}}\begin{document}\maketitle\begin{abstract}Short.\end{abstract}\section*{One}\label{s}
$$x^2$$ \verb|a%b| \begin{tabular}{cc}a & b \\ c\end{tabular}\begin{figure}\caption{Two \cite{q}}\end{figure}\ifx\a\b no\else yes\fi
\begin{thebibliography}{9}\bibitem[Quist(2019)]{q} A. Quist. On Owls. 2019.\end{thebibliography}\end{document}"""
    return [
        bundled({"main.tex": MAIN.encode(), "method.tex": METHOD.encode(), "refs.bib": REFS.encode()}),
        bundled({"x.tex": more.encode()}),
    ]


def _markdown() -> list[str | bytes]:
    from tests.readers.test_markdown import PAPER

    return [PAPER, *_fixtures("collection/notes/*.md", "planted/*/*/[a-h]*.md")[:12]]


def _text() -> list[str | bytes]:
    wrapped = (
        "On the Hearing of Owls\n\nAda Byron\n\nAbstract\n\nOwls hear well. They\nhunt at night-\ntime.\n\n1 Introduction\n\nWe ask why.\n"
    )
    listed = "References\n\n[1] A. Quist. On Mice. J. Birds, 3(2):1-9, 2018.\n"
    labelled = f"Title: On Owls\nAuthors: A. Quist, T. Tarr\nAbstract: They hunt.\n\n{listed}"
    return [wrapped, labelled, *_fixtures("collection/*.txt")]


def _listing() -> list[str | bytes]:
    return [
        *_fixtures("readers/*.txt"),
        "AIMar 3, 2021\nGlow by Night Ada Byron\nWe show a lamp.\nAIJun 9\nSlow Light Emmy Noether\nWe show light.\n",
    ]


def _archive() -> list[str | bytes]:
    from tests.readers.test_archive import SOURCE

    files = {name: data if isinstance(data, bytes) else data.encode() for name, data in SOURCE.items()}
    papers = {
        "a/one.md": b"# One\n\nText of it.\n",
        "b.bib": b"@article{a, title={Owls}}",
        "c/d.txt": b"On Owls\n\nThey hunt, and hear well.\n",
    }
    return [b"zip" + bundled(files), b"tar" + bundled(files), b"tgz" + bundled(papers), b"zip" + bundled(papers)]


def _archive_files() -> list[str | bytes]:
    members = [parted(seed) for seed in map(bytes, _archive())]  # type: ignore[arg-type]
    return [zipped(members[0]), tarred(members[1], "w"), tarred(members[2], "w:gz"), zipped(members[3])]


def _pdf() -> list[str | bytes]:
    from tests.conftest import toads_pdf
    from tests.readers.test_pdf import two_pages

    return [toads_pdf(), two_pages()]


def _names() -> list[str | bytes]:
    paper = "On Owls\n\nThey hunt at night, and they hear very well indeed.\n"
    names = ("P18-1088.txt", "1904.02232v2.txt", "a b.md", "x.tex", "x.docx", "2021.acl-long.3.bib", "README.md", "x.ods")
    return [f"{name}\n{paper}" for name in names]


def _draft() -> list[str | bytes]:
    others = """---
title: "Owls"
bibliography: [refs.bib]
---
# Owls {#o}

Owls [@quist2019, p. 3; @tarr2020] hear “well” [1–3, 5]. Quist et al. (2019) say: > no. See [1](#ref-1)[^n] and <sup>2</sup>.

> “They hunt at night.” [@quist2019]

| a | b |
|---|---|
| “x” [@q] | 2 |

[^n]: A note, 'quoted' (Roe et al., 2020).

## References

1. Quist, A. (2019). On Owls. *J. Birds*, 3(2), 1–9. https://doi.org/10.1/2
[2] Tarr, T. Mice. 2020.
"""
    return [others, *_fixtures("drafts/*.md", "render/survey.md")]


def _answers() -> list[str | bytes]:
    return _fixtures("render/answer.md")  # type: ignore[return-value]


def _record() -> list[str | bytes]:
    from survey.render.evidence import evidence_jsonl, survey_json
    from tests.render.small_survey import small_survey

    return [survey_json(small_survey()), evidence_jsonl(small_survey())]


def _outline() -> list[str | bytes]:
    return [
        """topic: owls
title: "On Owls"
sections:
  - id: night
    title: By night
    questions: ["How do they hunt?"]
    pinned: [b]
    papers: [a, "@b"]
    terms: [wing, ear]
    about: They hunt at night.
    parts:
      - title: Hearing
        papers: [a]
alone: [c]
papers: [a, b, c, d]
"""
    ]


def _settings() -> list[str | bytes]:
    return ['themes = 3\nlength = "short"\nmodel = "qwen3:8b"\nbase_url = "http://127.0.0.1:11434/v1"\nlang = "en"\njudged = true\n']


def _prices() -> list[str | bytes]:
    return ['["gpt-x"]\ninput = 1.25\noutput = 10\n\n["qwen3:8b"]\ninput = 0\noutput = 0.0\n']


def _prompts() -> list[str | bytes]:
    from survey.prompting import packaged_prompts

    return [(packaged_prompts() / "judge_link.md").read_bytes()]


def _style() -> list[str | bytes]:
    space = 'xmlns="http://purl.org/net/xbiblio/csl"'
    info = '<info><title>T</title><id>x</id><category citation-format="author-date"/></info>'
    alias = f'<style {space}><info><title>T</title><link rel="independent-parent" href="http://www.zotero.org/styles/apa"/></info></style>'
    return [f'<?xml version="1.0"?><style {space} default-locale="en-GB">{info}<citation><layout/></citation></style>', alias]


def _replies() -> list[str | bytes]:
    from tests.models.wire import streamed

    whole = {
        "choices": [{"message": {"content": '{"sentences": []}'}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2},
    }
    told = '{"sentences": [{"text": "Owls hunt at night.", "ids": ["1", 2]}, {"text": "And hear [1].", "ids": []}]}'
    thought = "<think>so {</think>```json\n" + told + "\n```"
    return [streamed(told), streamed(thought, called=True), streamed(thought, size=3), json.dumps(whole)]


def _vectors() -> list[str | bytes]:
    rows = [{"index": n, "embedding": [0.5, -1, 3e-7], "object": "embedding"} for n in range(2)]
    return [json.dumps({"data": rows, "usage": {"prompt_tokens": 4}})]


def _kept() -> list[str | bytes]:
    return ['{"sentences": [{"text": "Owls hunt at night.", "ids": ["1"]}]}', '{"resolution": "partly", "raised": "[1]", "resolved": 2}']


def _fetched() -> list[str | bytes]:
    return [
        *_json(),
        *_atom(),
        json.dumps({"meta": {"count": 1, "next_cursor": "x"}, "results": [{"id": "W1"}]}),
        json.dumps({"total": 1, "data": [{}]}),
    ]


def _calls() -> list[str | bytes]:
    calls = [
        ("search", {"query": "toads from the air", "limit": 3, "papers": ["thornToadsOne2019"], "since": 2001, "sections": ["method"]}),
        ("ask", {"question": "How many toads does the drone find?", "authors": ["Thorn"], "until": 2030}),
        ("papers", {"titled": "toads", "limit": 2, "offset": 1}),
        ("paper", {"key": "@thornToadsTwo2019", "offset": 10, "limit": 50}),
        ("verify", {"text": "Toads [@thornToadsTwo2019, p. 3] “fail at night”.", "bibliography": "@article{q, title={Owls}}", "limit": 3}),
        ("verify", {"file": "papers/one.md"}),
    ]
    return [json.dumps({"name": name, "arguments": arguments}) for name, arguments in calls]


_BY_TARGET = {
    "bibtex": _bibtex, "ris": _ris, "nbib": _nbib, "endnote": _endnote, "zotero": _zotero, "json": _json, "tables": _tables, "atom": _atom,
    "jats": _jats, "tei": _tei, "html": _html, "docx": _docx, "docx-files": _docx_files, "latex": _latex, "markdown": _markdown,
    "text": _text, "listing": _listing, "archive": _archive, "archive-files": _archive_files, "pdf": _pdf, "names": _names,
    "draft": _draft, "verify": _draft, "answers": _answers, "record": _record, "outline": _outline, "settings": _settings,
    "prices": _prices,
    "prompts": _prompts, "style": _style, "replies": _replies, "ledger": _replies, "vectors": _vectors, "kept": _kept, "fetched": _fetched,
    "calls": _calls,
}  # fmt: skip

_LIKE = {"docx-files": "docx", "archive-files": "archive", "verify": "draft", "ledger": "replies", "fetched": "json", "names": "archive"}


def words(target: str) -> list[bytes]:
    """What its reader looks for."""
    lists = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return [word.encode() for word in lists[_LIKE.get(target, target)]]
