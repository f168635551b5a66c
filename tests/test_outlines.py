import pytest

from survey.outlines import plan_outline
from survey.records import Theme
from survey.tasks import OutlinePlanned
from tests.fakes import ModelWith
from tests.stating import paper

PAPERS = {p.key: p for p in (paper("frogs", "Frogs call.", date="2019"), paper("toads", "Toads hide."))}


@pytest.mark.parametrize("order", [("theme-2", "theme-1"), ("theme-2",), ("theme-9", "theme-2")])
def test_the_model_orders_the_themes_and_loses_none(order: tuple[str, ...]) -> None:
    themes = [Theme(id=f"theme-{n}", name=f"T{n}", terms=(), papers=(key,)) for n, key in enumerate(PAPERS, start=1)]
    outline = plan_outline("Ponds", "", themes, PAPERS, ModelWith(plan_outline=OutlinePlanned(themes=order)))
    assert [(section.id, section.title) for section in outline.sections] == [("theme-2", "T2"), ("theme-1", "T1")]
