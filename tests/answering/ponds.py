"""Six small papers on ponds, each of which answers a question that the others leave open."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.workspace import Workspace

ABOUT = {
    "Newts in Garden Ponds": "Smooth newts breed in garden ponds. We counted newts in 40 garden ponds with torches. "
    "Smooth newts were found in 31 of 40 garden ponds. Ponds with goldfish held no newts.",
    "Duckweed and Oxygen": "Duckweed covers the surface of still water. We measured oxygen below mats of duckweed. "
    "Oxygen fell by 60% below mats of duckweed. Fish left the covered water.",
    "Dragonfly Larvae as Predators": "Dragonfly larvae hunt tadpoles. We kept larvae and tadpoles in tanks. "
    "Each dragonfly larva ate 12 tadpoles a day. Tadpoles that hid in moss survived longer.",
    "Road Salt in Wetlands": "Salt is spread on roads in winter. We sampled chloride in wetlands beside roads. "
    "Chloride reached 900 milligrams per litre in March. Wood frogs laid fewer eggs in salty wetlands.",
    "Leeches on Toads": "Leeches attach to toads in spring. We examined toads at a lake for leeches. "
    "Leeches were found on 17% of the toads. Infested toads were lighter than others.",
    "Willow Roots and Leaks": "Willow roots grow into the clay of dams. We dug along dams with willows and without. "
    "Dams with willows leaked twice as much water. Removing the willows did not stop the leaks.",
}


@contextmanager
def ponds(root: Path, without: Collection[str] = ()) -> Iterator[Workspace]:
    """A workspace of these papers, some titles left out."""
    papers = root / "papers"
    papers.mkdir()
    for number, (title, text) in enumerate(ABOUT.items()):
        if title not in without:
            (papers / f"{number}.txt").write_text(f"{title}\n\nAbstract\n\n{text}\n", encoding="utf-8")
    with Workspace.open(root) as workspace:
        workspace.add([papers])
        yield workspace
