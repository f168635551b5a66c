"""How many tokens a text has: estimated for the account, and bounded for the budget.

The estimate counts with o200k_base, the vocabulary of OpenAI's models since 2024; other models' counts of English text differ by about a
tenth. Its table comes inside llama-index-core, so nothing is fetched; should it be missing there one day, four characters count as a token.
"""

import base64
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from survey.prompting import Message

if TYPE_CHECKING:
    from tiktoken import Encoding

_TABLE = "fb374d419588a4632f3f557e76b4b70aebbca790"  # sha1 of the address of o200k_base.tiktoken, as tiktoken names its cache
_PIECES = "|".join(
    [  # how o200k_base parts a text before it merges bytes (tiktoken_ext/openai_public.py)
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
        r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
        r"""\p{N}{1,3}""",
        r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""",
        r"""\s*[\r\n]+""",
        r"""\s+(?!\S)""",
        r"""\s+""",
    ]
)
_MESSAGE = 4  # tokens that a chat template puts around a message: 3 to 5 with the usual ones
_REPLY = 3  # and before the reply
_TEMPLATE_BOUND = 128  # the longest usual ones: a default system prompt, a date


def counted(text: str) -> int:
    encoding = _encoding()
    return len(encoding.encode_ordinary(text)) if encoding else (len(text) + 3) // 4


def prompt_tokens(messages: Sequence[Message]) -> int:
    return sum(counted(message.content) + _MESSAGE for message in messages) + _REPLY


def prompt_bound(messages: Sequence[Message], schema: str) -> int:
    """No tokenizer in use makes more than one token of a byte."""
    return sum(len(message.content.encode("utf-8", "replace")) + 16 for message in messages) + len(schema.encode()) + _TEMPLATE_BOUND


@cache
def _encoding() -> "Encoding | None":
    core = find_spec("llama_index.core")
    path = Path(core.origin).parent / "_static" / "tiktoken_cache" / _TABLE if core and core.origin else None
    if path is None or not path.is_file():
        return None
    from tiktoken import Encoding  # its table takes a third of a second

    ranks = {base64.b64decode(token): int(rank) for token, _, rank in (line.partition(b" ") for line in path.read_bytes().splitlines())}
    return Encoding("o200k_base", pat_str=_PIECES, mergeable_ranks=ranks, special_tokens={})
