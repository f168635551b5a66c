from tests.calling import call
from tests.conftest import Made

QUESTION = "How many joules does the small network save?"


def test_the_answer_is_the_quote_that_holds_it_with_its_place(made: Made) -> None:
    done = call("ask", QUESTION, "-w", made.root)
    assert (done.code, done.err) == (0, "")
    assert "“The small network reduces the energy use of frog call detection by 1,200 joules a night.”" in done.out
    assert "[@maarLowEnergyFrogCall2022]" in done.out


def test_a_paper_with_pages_is_cited_with_its_page(made: Made) -> None:
    assert "[@thornCountingToadsDrones, p. 1]" in call("ask", "How many toads around six ponds does the drone find?", "-w", made.root).out


def test_what_the_collection_does_not_say_is_said_so(made: Made) -> None:
    done = call("ask", "Who won the football world cup in Brazil?", "-w", made.root)
    assert (done.code, done.out) == (0, "The collection does not say.\n")


def test_json_is_one_object_with_the_quotes(made: Made) -> None:
    done = call("ask", QUESTION, "-w", made.root, "--json")
    assert done.data["found"] is True
    assert done.data["claims"][0]["sentence"]["quotes"][0]["key"] == "maarLowEnergyFrogCall2022"
    nothing = call("ask", "Who won the football world cup in Brazil?", "-w", made.root, "--json")
    assert (nothing.data["found"], nothing.data["claims"]) == (False, [])
