"""Reference lists read from PDFs: ``python -m bench.reading_references DIR``, with ``DIR/pdf/papers`` as for the main job and
``DIR/formats/jats``.

``references``: papers whose number of entries is within a tenth of a count made here on PDFium's bare text (the highest number at a
line's beginning, or the labels there, or the years that stand between full stops), with year and title or author in nine of ten.
``entry_…``: of the entries below, two or one a paper, drawn by lot and read by eye, how many have the very year, title and first family
name. ``printed_…``: the same and more on the printed words of JATS reference lists, against their elements. ``cites``: pairs of papers of
which one cites the other; ``cites_recall``: the share found of the pairs whose title stands in the other's text.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
from lxml import etree

from survey.citations import find_citations
from survey.identity import normal_title
from survey.readers import pdf
from survey.readers.entries import parse_entry
from survey.records import Cited, Paper, family_name

# Paper, first author's family name, year, title.
_READ_BY_EYE = """
1506.02075v1|Sukhbaatar|2015|Weakly supervised memory networks
1506.02075v1|Weston|2010|Large scale image annotation: learning to rank with joint word-image embeddings
1702.03814v3|Wang|2016|A compare-aggregate model for matching text sequences
1702.03814v3|Wang|2015|Learning natural language inference with lstm
1706.02596v3|Wu|2016|Ask Me Anything: Free-form Visual Question Answering Based on Knowledge from External Sources
1706.02596v3|Kobayashi|2017|A neural language model for dynamically representing the meanings of unknown words and entities in a discourse
1707.02786v4|Grefenstette|2011|Experimental support for a categorical compositional distributional model of meaning
1707.02786v4|He|2015|Delving deep into rectifiers: Surpassing human-level performance on ImageNet classification
1708.02312v2|Zhang|2016|Highway long short-term memory rnns for distant speech recognition
1708.02312v2|Nangia|2017|The repeval 2017 shared task: Multi-genre natural language inference with sentence representations
1801.08290v1|Seo|2017|Bidirectional attention flow for machine comprehension
1801.08290v1|Wang|2017|Gated self-matching networks for reading comprehension and question answering
1803.09074v1|Joshi|2017|Triviaqa: A large scale distantly supervised challenge dataset for reading comprehension
1803.09074v1|Dhingra|2016|Gated-attention readers for text comprehension
1904.04365v4|Radford|2018|Improving language understanding by generative pre-training
1904.04365v4|Gururangan|2018|Annotation artifacts in natural language inference data
1603.01354v5|Dauphin|2015|Rmsprop and equilibrated adaptive learning rates for non-convex optimization
1603.01354v5|Chiu|2015|Named entity recognition with bidirectional lstm-cnns
1705.05952v2|Nivre|2017|Universal dependencies 2.0 - CoNLL 2017 shared task development and test data
1705.05952v2|Zhang|2016|Stack-propagation: Improved Representation Learning for Syntax
1711.04903v2|Srivastava|2014|Dropout: A simple way to prevent neural networks from overfitting
1711.04903v2|Schuster|1997|Bidirectional recurrent neural networks
1805.08237v1|Alberti|2015|Improved transition-based parsing and tagging with neural networks
1805.08237v1|Søgaard|2011|Semisupervised condensed nearest neighbor for part-of-speech tagging
1810.12443v1|Lample|2016|Neural architectures for named entity recognition
1810.12443v1|Liu|2018|Empower sequence labeling with task-aware neural language model
1808.06738v2|Riedel|2010|Modeling relations and their mentions without labeled text
1808.06738v2|Yang|2017|Crowdsourced time-sync video tagging using semantic association graph
1902.01030v2|Fu|2017|Domain adaptation for relation extraction with domain adversarial neural network
1902.01030v2|Ahmad|2018|Near or far, wide range zero-shot crosslingual dependency parsing
1904.05255v1|Radford|2018|Improving language understanding by generative pre-training
1904.05255v1|Devlin|2018|BERT: Pre-training of deep bidirectional transformers for language understanding
1905.08284v1|Devlin|2018|BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding
1905.08284v1|Mintz|2009|Distant Supervision for Relation Extraction Without Labeled Data
D17-1188|Mintz|2009|Distant supervision for relation extraction without labeled data
D17-1188|Färber|2015|A Comparative Survey of DBpedia, Freebase, OpenCyc, Wikidata, and YAGO
P17-1085|Socher|2012|Semantic compositionality through recursive matrix-vector spaces
P17-1085|Lu|2015|Joint mention extraction and classification with mention hypergraphs
P19-1525|Ng|2010|Supervised noun phrase coreference research: The first fifteen years
P19-1525|Sanh|2018|A hierarchical multi-task approach for learning embeddings from semantic tasks
1712.01586v1|Gildea|2002|Automatic labeling of semantic roles
1712.01586v1|Szegedy|2016|Rethinking the inception architecture for computer vision
1810.02245v1|He|2017|Deep semantic role labeling: What works and whats next
1810.02245v1|Strubell|2018|Linguistically-informed self-attention for semantic role labeling
P18-2058|Miwa|2016|End-to-end relation extraction using lstms on sequences and tree structures
P18-2058|Strubell|2018|Linguistically-Informed Self-Attention for Semantic Role Labeling
1503.00075v3|Bahdanau|2014|Neural machine translation by jointly learning to align and translate
1503.00075v3|Collobert|2011|Natural language processing (almost) from scratch
1805.07340v2|McCann|2017|Learned in translation: Contextualized word vectors
1805.07340v2|Serdyuk|2018|Twin networks: Using the future as a regularizer
1809.04505v1|Nair|2010|Rectified linear units improve restricted boltzmann machines
1809.04505v1|Staiano|2014|Depeche mood: a lexicon for emotion analysis from crowd annotated news
1810.04635v1|Huang|2018|Automatic dialogue generation with expressed emotions
1904.02232v2|Yin|2015|Neural generative question answering
1906.01213v3|Lin|2017|Focal loss for dense object detection
C18-1096|Liu|2017|Attention modeling for targeted sentiment
P18-1088|Wang|2016|Attention-based lstm for aspect-level sentiment classification
1910.08486v1|Gu|2016|Incorporating copying mechanism in sequence-to-sequence learning
C18-1121|Zhang|2016|Abstractive cross-language summarization via translation model enhanced predicate argument structure fusing
D17-1222|Jing|2000|Cut and paste based text summarization
P17-1101|Ayana|2016|Neural headline generation with minimum risk training
P18-1015|Banko|2000|Headline generation based on statistical translation
P18-1064|Mehdad|2013|Abstractive meeting summarization with entailment and fusion
P18-2027|Zajic|2004|Bbn/umd at duc-2004: Topiary
"""


def measure(data: Path) -> dict[str, float]:
    files = sorted((data / "pdf" / "papers").rglob("*.pdf"))
    papers = {file.stem: paper for file in files for paper in pdf.read(file.read_bytes(), file.name) if isinstance(paper, Paper)}
    papers = {stem: paper.model_copy(update={"key": stem}) for stem, paper in papers.items()}
    figures: dict[str, float] = {"references": sum(_is_split(papers[file.stem], _count(file)) for file in files if file.stem in papers)}
    figures["entries"] = sum(len(paper.cited) for paper in papers.values())
    hits: Counter[str] = Counter()
    rows = [row.split("|") for row in _READ_BY_EYE.strip().splitlines()]
    for stem, family, year, title in rows:
        entry = max(papers[stem].cited, key=lambda e: _likeness(e, family, year, title), default=Cited())
        hits["entry_year"] += entry.date == year
        hits["entry_title"] += normal_title(entry.title) == normal_title(title)
        hits["entry_author"] += bool(entry.authors) and family_name(entry.authors[0]) == family
    figures |= {name: round(hits[name] / len(rows), 3) for name in ("entry_year", "entry_title", "entry_author")}
    figures |= _printed(data / "formats" / "jats")
    found = {(c.citing, c.cited) for c in find_citations(list(papers.values()))}
    named = {(a, b) for a, one in papers.items() for b, other in papers.items() if a != b and _names(one, other)}
    return figures | {"cites": len(found), "cites_recall": round(len(found & named) / max(1, len(named)), 3)}


def _count(file: Path) -> int:
    document = pdfium.PdfDocument(file)
    text = "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r", "")
    heading = re.search(r"(?mi)^\s*(?:\d+\.?\s+)?references\s*$", text)
    text = text[heading.end() :] if heading else ""
    numbers = [int(number) for number in re.findall(r"(?m)^\[(\d+)\]", text)]
    labels = re.findall(r"(?m)^\[[^\]]{2,60}?\d{4}[a-z]?\]", text)
    return max(numbers) if numbers else len(labels) or len(re.findall(r"\.\s+(?:19|20)\d\d[a-z]?\.\s", text))


def _is_split(paper: Paper, count: int) -> bool:
    full = sum(bool(entry.date and (entry.title or entry.authors)) for entry in paper.cited)
    return abs(len(paper.cited) - count) <= 0.1 * count and full >= 0.9 * len(paper.cited) > 0


def _likeness(entry: Cited, family: str, year: str, title: str) -> int:
    return 2 * (normal_title(title) in normal_title(entry.printed)) + (family in entry.printed) + (year in entry.printed)


def _names(one: Paper, other: Paper) -> bool:
    return bool(other.title) and normal_title(other.title) in normal_title(one.text)


def _printed(folder: Path) -> dict[str, float]:
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for entry, truth in (pair for file in sorted(folder.glob("*.nxml")) for pair in _structured(file)):
        for name, value in truth.items():
            given[name] += bool(value)
            right[name] += bool(value) and normal_title(value) == normal_title(str(entry[name]))
    return {f"printed_{name}": round(right[name] / given[name], 3) for name in given if given[name]}


def _words(element: "etree._Element | None") -> str:
    return "" if element is None else "".join(str(text) for text in element.itertext())


def _structured(file: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What was read out of each reference as it is printed, and what its elements say."""
    for citation in etree.parse(file, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)).iter("mixed-citation"):
        said = {name: _words(next(citation.iter(tag), None)) for name, tag in _TAGS.items()}
        pages = (said.pop("first"), said.pop("last"))
        ids = {str(e.get("pub-id-type")): e.text or "" for e in citation.iter("pub-id")}
        truth = said | {"pages": "-".join(filter(None, pages)), "doi": ids.get("doi", "").lower(), "pmid": ids.get("pmid", "")}
        for element in citation.iter("surname"):
            element.tail = " "
        for element in citation.iter("pub-id"):
            element.text = f" {element.get('pub-id-type')}:{element.text} "
        read = parse_entry(_words(citation))
        yield {
            "author": family_name(read.authors[0]) if read.authors else "", "title": read.title, "year": read.date, "venue": read.venue,
            "volume": read.volume, "pages": read.page_range, "doi": read.doi, "pmid": read.pmid,
        }, truth  # fmt: skip


_TAGS = {
    "author": "surname", "title": "article-title", "year": "year", "venue": "source", "volume": "volume", "first": "fpage", "last": "lpage"
}  # fmt: skip

if __name__ == "__main__":
    for figure, value in measure(Path(sys.argv[1])).items():
        print(f"{figure:<16}{value}")
