"""Text that no reader of a LaTeX document sees: white, tiny, transparent, a phantom, switched off. It is cut out and kept apart."""

import re
from typing import TYPE_CHECKING

from survey.readers.cleaning import one_line

if TYPE_CHECKING:
    from survey.readers.latex.text import Writer

NO_IF = frozenset(
    ("iff", "ifthenelse", "ifdefempty", "ifdefstring", "ifstrequal", "ifstrempty", "ifblank", "ifbool", "iftoggle", "ifnumcomp")
)
_WHITE = re.compile(r"white(?:!\d+)?|1(?:\.0*)?(?:,1(?:\.0*)?){0,2}|ffffff|255,255,255|0,0,0,0", re.IGNORECASE)
_TEST = re.compile(r"[^\n]{0,60}?(?=[ \n\\])")


def condition(writer: "Writer", word: str) -> None:
    name = word.removeprefix("if")
    if word == "iffalse" or (word != "iftrue" and name in writer.page.truths and not writer.page.truths[name]):
        skip_branch(writer, to_else=True)
    elif word in ("ifnum", "ifdim", "ifcase", "ifodd"):
        writer.source.take(_TEST)
    elif word in ("ifx", "ifdefined", "ifcsname"):
        for _ in range(2 if word == "ifx" else 1):
            writer.source.argument()


def skip_branch(writer: "Writer", to_else: bool) -> None:
    """Passes over a branch that is not printed, as far as the end of its condition or its other branch."""
    open_ifs, skipped = 1, []
    for token in writer.source.tokens():
        kind, value = token
        if kind == "word":
            if value == "fi":
                open_ifs -= 1
            elif value == "else" and open_ifs == 1 and to_else:
                break
            elif value.startswith("if") and value not in NO_IF:
                open_ifs += 1
            if not open_ifs:
                break
            skipped.append(" ")
        elif kind == "text":
            skipped.append(value)
        elif kind == "gap":
            skipped.append(" ")
    if (text := one_line("".join(skipped))) and to_else:
        writer.page.hidden.append(("switched off", text))


def is_white(writer: "Writer", model: str | None, colour: str) -> bool:
    colour = colour.replace(" ", "")
    return colour in writer.page.white or bool(_WHITE.fullmatch(colour) and (model or colour.startswith("white")))


def colour(writer: "Writer", word: str) -> None:
    model = writer.source.option()
    white = is_white(writer, model, writer.source.argument())
    if word == "color":
        writer.groups[-1] = "white" if white else "" if writer.groups[-1] == "white" else writer.groups[-1]
    elif white:
        _hide(writer, "white", writer.source.argument())


def _hide(writer: "Writer", how: str, text: str) -> None:
    if said := writer.plain(text):
        writer.page.hidden.append((how, said))


def phantom(writer: "Writer", word: str) -> None:
    _hide(writer, "phantom", writer.source.argument())


def size(writer: "Writer", word: str) -> None:
    size, _ = writer.source.argument(), writer.source.argument()
    number = re.match(r"\s*(\d*\.?\d+)\s*(?:pt)?\s*$", size)
    if number and float(number[1]) < 4:
        writer.groups[-1] = "tiny"
    elif writer.groups[-1] == "tiny":
        writer.groups[-1] = ""


def transparent(writer: "Writer", word: str) -> None:
    amount = writer.source.argument().strip()
    if re.fullmatch(r"0?\.?0*", amount):
        if word == "texttransparent":
            _hide(writer, "transparent", writer.source.argument())
        else:
            writer.groups[-1] = "transparent"


def scaled(writer: "Writer", word: str) -> None:
    amount = writer.source.argument().strip()
    writer.source.option()
    if re.fullmatch(r"0?\.[01]\d*|0", amount):
        _hide(writer, "tiny", writer.source.argument())


def define_colour(writer: "Writer", word: str) -> None:
    name, model, value = (writer.source.argument().strip() for _ in range(3))
    if is_white(writer, model, value):
        writer.page.white.add(name)


def switch(writer: "Writer", word: str) -> None:
    writer.page.truths[writer.source.argument().strip().removeprefix("\\if")] = False


def exclude(writer: "Writer", word: str) -> None:
    writer.page.excluded.add(writer.source.argument().strip())


def boxed(writer: "Writer", word: str) -> None:
    """A box that is kept and not printed where it stands."""
    writer.source.argument()
    writer.source.option()
    writer.source.option()
    _hide(writer, "put into a box", writer.source.argument())


def cut_out(writer: "Writer", formula: str) -> str:
    """``formula`` without what no reader sees of it; "" where it is white in part, which formulas never are."""
    if any(is_white(writer, colour[1], colour[2]) for colour in _COLOUR.finditer(formula)):
        writer.page.hidden.append(("white", one_line(formula)))
        return ""
    return _PHANTOM.sub("", formula)


_COLOUR = re.compile(r"\\(?:text)?color[ \t]*(?:\[([^\]]*)\])?[ \t]*\{([^{}]*)\}")
_PHANTOM = re.compile(r"\\[hv]?phantom[ \t]*\{[^{}]*\}")
