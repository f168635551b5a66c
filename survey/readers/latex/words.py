"""What LaTeX's commands and environments are for: headings, facts of the paper, what prints nothing, what prints a sign."""

LEVELS = {
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
    "frametitle": 3,
    "bmhead": 3,
}
FRONT = {
    **dict.fromkeys(("title", "Title", "icmltitle", "mlsystitle", "subtitle"), "om"),
    **dict.fromkeys(("author", "Author", "name", "date", "keywords", "Keywords", "keyword", "kwd", "icmlkeywords"), "om"),
    **dict.fromkeys(("acmDOI", "doi", "DOI", "acmYear", "acmJournal", "acmConference", "journal"), "om"),
    "icmlauthor": "m",
}
"""What tells facts of the paper, wherever it stands; the last argument counts."""
DROPPED = {
    **dict.fromkeys(("label", "index", "glossary", "pagestyle", "thispagestyle", "bibliographystyle", "hypersetup", "graphicspath"), "m"),
    **dict.fromkeys(
        ("theoremstyle", "pagenumbering", "email", "orcid", "orcidID", "pacs", "preprint", "copyrightyear", "setcopyright"), "m"
    ),
    **dict.fromkeys(("titlerunning", "authorrunning", "shorttitle", "shortauthors", "runningtitle", "runningauthor", "titlenote"), "m"),
    **dict.fromkeys(
        ("institute", "IEEEpubid", "acmISBN", "acmPrice", "acmVolume", "acmNumber", "acmArticle", "acmMonth", "acmBooktitle"), "m"
    ),
    **dict.fromkeys(
        ("authornote", "captionsetup", "lstset", "tikzset", "pgfplotsset", "usetikzlibrary", "sisetup", "newlength", "newif"), "m"
    ),
    **dict.fromkeys(("markright", "vfootnote", "authorcontributions", "corref", "fnref", "tnoteref", "tnotetext", "icmltitlerunning"), "m"),
    **dict.fromkeys(
        ("input@path", "subjclass", "dedicatory", "newcounter", "stepcounter", "refstepcounter", "cellcolor", "rowcolor"), "om"
    ),
    **dict.fromkeys(("usepackage", "RequirePackage", "documentclass", "documentstyle", "LoadClass", "PassOptionsToPackage"), "om"),
    **dict.fromkeys(("todo", "marginpar", "marginnote", "thanks", "affiliation", "affil", "address", "ead", "curraddr", "fntext"), "om"),
    **dict.fromkeys(("cortext", "ccsdesc", "received", "icmlaffiliation"), "om"),
    **dict.fromkeys(("vspace", "hspace", "includegraphics", "linebreak", "addbibresource", "bibliography", "nocite"), "som"),
    **dict.fromkeys(("setlength", "addtolength", "setcounter", "addtocounter", "markboth", "fontsize", "icmlaffiliation"), "mm"),
    **dict.fromkeys(
        ("icmlcorrespondingauthor", "settowidth", "pdfbookmark", "altaffiltext", "IEEEspecialpapernotice", "numberwithin"), "mm"
    ),
    **dict.fromkeys(("DeclareMathOperator", "DeclarePairedDelimiter", "titleformat"), "smm"),
    **dict.fromkeys(
        (
            "addcontentsline",
            "definecolor",
        ),
        "mmm",
    ),
    **dict.fromkeys(("footnotemark", "authornotemark", "newpage", "linebreak", "pagebreak", "nolinebreak", "nopagebreak"), "o"),
    **{"rule": "omm", "scalebox": "mo", "titlespacing": "smmmm", "newtcolorbox": "omom"},
    **{"AtBeginDocument": "m", "makeatletter": "", "includepdf": "om", "colorbox": "om"},
    **dict.fromkeys(
        ("correspondingauthor", "collaboration", "submitjournal", "affiliations", "emails", "emailAdd", "equalcont", "corres"), "om"
    ),
    **dict.fromkeys(("TitleCitation", "AuthorNames", "AuthorCitation", "firstnote", "secondnote", "history", "authormark"), "om"),
    **{"icmlsetsymbol": "mm"},
    **{"newacronym": "ommm", "newglossaryentry": "mm", "DeclareAcronym": "mm"},
    **{"newsavebox": "m", "bibinfo": "m", "orcidlink": "m", "ORCID": "m", "cline": "m", "cmidrule": "om", "lstinputlisting": "om"},
    **{"selectlanguage": "m", "gls": "", "vskip": "", "hskip": "", "IEEEauthorrefmark": "m"},
    **{"inst": "m", "altaffiliation": "om", "noaffiliation": "", "homepage": "m", "corresp": "m", "footnotetext": "om", "linespread": "m"},
}
"""Commands that print nothing, and the arguments that go with them."""
OUT = frozenset(
    ("figure", "table", "wrapfigure", "wraptable", "sidewaysfigure", "sidewaystable", "SCfigure", "SCtable", "teaserfigure",
     "floatingfigure",
     "marginfigure", "algorithm", "algorithm2e", "algorithmic", "listing", "tabular", "tabularx", "tabulary", "longtable", "supertabular",
     "tblr", "longtblr", "array", "tikzpicture", "pgfpicture", "picture", "axis", "forest", "IEEEbiography", "IEEEbiographynophoto",
     "overpic",
     "icmlauthorlist", "deluxetable", "scope", "adjustbox", "subfigure", "highlights", "graphicalabstract", "tabbing", "alltt")
)  # fmt: skip
"""Environments whose bodies are no running text; their captions are kept."""
MATHS = frozenset(
    ("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "flalign", "alignat", "split", "dmath", "subequations")
)
ENVIRONMENT_ARGUMENTS = {
    "minipage": "m",
    "list": "mm",
    "multicols": "m",
    "spacing": "m",
    "adjustwidth": "mm",
    "restatable": "mm",
    "column": "m",
}
APART = frozenset(("keywords", "keyword", "IEEEkeywords", "thebibliography"))
ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307", "u": "\u0306", "v": "\u030c",
    "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
SIGNS = {" ": " ", "\n": " ", "\t": " ", ",": " ", ";": " ", ":": " ", ">": " ", "-": "", "/": "", "!": "", "@": "", "\\": " ", "*": ""}
WORDS = {
    "ldots": "…", "dots": "…", "textellipsis": "…", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "quad": " ",
    "qquad": " ", "space": " ", "newline": " ", "linebreak": " ", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "hfill": " ",
    "par": "\n", "bigskip": "\n", "medskip": "\n", "smallskip": "\n", "vfill": "\n", "tabularnewline": " ", "and": ", ", "newblock": " ",
    "i": "ı", "j": "ȷ", "xspace": "\x03", "slash": "/", "textendash": "–", "textemdash": "—", "textbar": "|", "textless": "<",
    "thinspace": " ",
    "textgreater": ">", "textquotesingle": "'", "textquotedblleft": "“", "textquotedblright": "”", "item": "\n", "nobreakspace": " ",
    "eg": "e.g.", "Eg": "E.g.", "ie": "i.e.", "Ie": "I.e.", "etal": "et al.", "etc": "etc.", "cf": "cf.", "wrt": "w.r.t.", "vs": "vs.",
    "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "degree": "°", "checkmark": "✓", "lbrack": "[",
    "rbrack": "]", "sep": ", ", "textbf": "", "bf": "", "it": "", "em": "", "tt": "", "sc": "", "sf": "", "rm": "", "sl": "",
}  # fmt: skip
QUOTES = {"``": "“", "''": "”", "`": "‘", "---": "—", "--": "–", "-": "-", "~": " ", "&": " ", "#": "#"}
UNITS = {
    "percent": "%", "degree": "°", "celsius": "°C", "degreeCelsius": "°C", "per": "/", "squared": "²", "cubed": "³", "square": "²",
    "hertz": "Hz", "second": "s", "minute": "min", "hour": "h", "day": "d", "meter": "m", "metre": "m", "gram": "g", "kilogram": "kg",
    "volt": "V", "watt": "W", "ampere": "A", "ohm": "Ω", "joule": "J", "kelvin": "K", "newton": "N", "pascal": "Pa", "mole": "mol",
    "litre": "L", "liter": "L", "byte": "B", "bit": "bit", "decibel": "dB", "electronvolt": "eV", "tesla": "T", "radian": "rad",
    "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "kilo": "k", "mega": "M", "giga": "G", "tera": "T",
}  # fmt: skip
"""How siunitx prints its units; an unknown one is given by its name."""
THEOREMS = {
    name: name.capitalize()
    for name in ("theorem", "lemma", "definition", "corollary", "proposition", "remark", "example", "conjecture", "claim", "proof")
}
"""What classes call their theorems; a document may define more."""
