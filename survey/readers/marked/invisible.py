"""What a web page hides from its reader: by attributes, by styles, by rules of its own style sheet."""

import re

from survey.readers.marked.flow import Element

_HIDING = re.compile(
    r"display:none|visibility:hidden|(?:^|;)opacity:0(?:\.0+)?(?:;|!|$)|font-size:(?:0(?:\.0+)?(?:[a-z%;!]|$)|[0-2](?:\.\d+)?p[xt])|"
    r"text-indent:-\d{3,}|(?:^|;)(?:left|top|right):-\d{4,}|(?:^|;)color:transparent|(?:^|;)clip:rect\(0|clip-path:inset\((?:50|100)%|"
    r"transform:scale\(0\)"
)
_FLAT = re.compile(r"(?:^|;)(?:max-)?height:0(?:px)?(?:;|!|$)")
_WHITE = re.compile(
    r"(?:^|;)color:(?:white|#f{3,4}(?![0-9a-f])|#(?:f[89a-f]){3}(?:ff)?|rgba?\(25[0-5],25[0-5],25[0-5](?:,[\d.]+)?\)|hsl\(0,0%,100%\))(?:;|!|$)"
)
_MOST = 2000
"""Characters: what a rule hides and is longer is text that a script shows again, as in tabs."""


def _hides(style: str) -> bool:
    style = re.sub(r"\s", "", style.casefold())
    white = _WHITE.search(style) and "background" not in style
    return bool(white or _HIDING.search(style) or ("overflow:hidden" in style and _FLAT.search(style)))


def hiding_names(root: Element) -> frozenset[str]:
    """The classes (".x") and ids ("#x") that the page's own style sheets hide, on every screen."""
    names: set[str] = set()
    for sheet in root.getroottree().iter("style"):
        rules = re.sub(r"/\*(?:[^*]|\*(?!/))*(?:\*/|$)", "", (sheet.text or "")[:500_000])
        depth, at = 0, 0
        for match in re.finditer(r"[{}]", rules):
            if match[0] == "{":
                depth += 1
                if depth == 1:
                    head, at = rules[at : match.start()].strip(), match.end()
            elif depth:
                depth -= 1
                if depth == 0:
                    if not head.startswith("@") and _hides(rules[at : match.start()]):
                        names.update(re.findall(r"(?:^|,)\s*\w*([.#][\w-]+)\s*(?=,|$)", head))
                    at = match.end()
    return frozenset(name.casefold() for name in names)


def is_hidden(element: Element, names: frozenset[str] = frozenset()) -> bool:
    """Whether no reader of the page sees it; ``names`` are those that its style sheets hide."""
    if element.get("hidden") is not None or element.get("aria-hidden", "").casefold() == "true":
        return True
    style = element.get("style", "") or (f"color:{element.get('color')}" if element.tag == "font" and element.get("color") else "")
    if style and _hides(style):
        return True
    if not names:
        return False
    own = {f".{name}" for name in element.get("class", "").casefold().split()} | {f"#{element.get('id', '').casefold()}"}
    return bool(own & names) and sum(len(str(text)) for text in element.itertext()) <= _MOST
