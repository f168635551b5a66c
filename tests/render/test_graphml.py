from hypothesis import given, settings
from lxml import etree

from survey.records import Citation, Paper, Survey, Theme
from survey.render.graphml import graphml
from survey.render.text import plain
from tests.growing import collections, issue_of, link
from tests.stating import paper, statements

from .strategies import hostile

NS = "{http://graphml.graphdrawing.org/xmlns}"
TEXT = "Rain noise masks frog calls. A denoiser is proposed. It detects frogs in rain. Toads remain untested."


def parsed(survey: Survey) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, dict[str, str]]]]:
    """Nodes with their data, by id; edges as (source, target, data)."""
    root = etree.fromstring(graphml(survey).encode())
    names = {str(key.get("id")): str(key.get("attr.name")) for key in root.iter(f"{NS}key")}

    def data(element: etree._Element) -> dict[str, str]:
        return {names[str(d.get("key"))]: d.text or "" for d in element.iter(f"{NS}data")}

    nodes = {str(node.get("id")): data(node) for node in root.iter(f"{NS}node")}
    return nodes, [(str(edge.get("source")), str(edge.get("target")), data(edge)) for edge in root.iter(f"{NS}edge")]


def test_papers_issues_and_themes_and_what_joins_them() -> None:
    papers = [paper("roe2018", TEXT, "Rain", "2018"), paper("lan2020", TEXT, "Denoising", "2020")]
    said = [statements(p) for p in papers]
    issue = issue_of(said[0][0])
    answer = link(said[0][0], said[1][2], "partly_resolves", issue.id, cites=True).model_copy(
        update={"reason": "rain noise", "verdict": "stated"}
    )
    theme = Theme(
        id="t", name="Frogs", terms=(), papers=("roe2018",), subthemes=(Theme(id="s", name="Rain", terms=(), papers=("lan2020",)),)
    )
    cites = Citation(citing="lan2020", cited="roe2018", match="doi")
    survey = Survey(papers=tuple(p.reference for p in papers), issues=(issue,), links=(answer,), themes=(theme,), citations=(cites,))
    nodes, edges = parsed(survey)
    assert nodes["paper:lan2020"] == {"kind": "paper", "label": "Denoising", "year": "2020"}
    assert nodes[f"issue:{issue.id}"] == {"kind": "issue", "label": "Rain noise", "status": "open", "words": "Rain noise masks frog calls."}
    source, target, data = edges[0]
    assert (source, target) == ("paper:roe2018", "paper:lan2020")
    assert data.items() >= {"kind": "partly_resolves", "score": "0.5", "verdict": "stated", "cites": "true", "reason": "rain noise"}.items()
    assert (data["earlier"], data["later"]) == ("Rain noise masks frog calls.", "It detects frogs in rain.")
    assert [(a, b, d["kind"]) for a, b, d in edges[1:]] == [
        ("paper:lan2020", "paper:roe2018", "cites"),
        ("paper:roe2018", f"issue:{issue.id}", "raises_issue"),
        ("paper:roe2018", "theme:t", "belongs"),
        ("theme:s", "theme:t", "belongs"),
        ("paper:lan2020", "theme:s", "belongs"),
    ]


@settings(max_examples=60, deadline=None)
@given(collections(hostile))
def test_any_text_is_kept_and_every_edge_has_its_ends(made: tuple[Survey, list[Paper]]) -> None:
    survey, papers = made
    nodes, edges = parsed(survey)
    assert {end for edge in edges for end in edge[:2]} <= nodes.keys()
    assert {p.key: nodes[f"paper:{p.key}"]["label"] for p in papers} == {p.key: plain(p.name) for p in papers}
    assert sum(data["kind"] not in ("cites", "raises_issue", "belongs") for _, _, data in edges) == len(survey.links)
