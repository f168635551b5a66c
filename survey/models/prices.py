"""What a model's tokens cost: ``prices.toml`` of the workspace, then the one beside this file."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from survey.errors import BadPrices
from survey.settings import Endpoint, read_toml

_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|latest)$")


class Price(NamedTuple):
    """In billionths of a US dollar per token (a dollar per million tokens is 1,000), so that sums are exact."""

    input: int
    output: int

    def of(self, prompt_tokens: int, reply_tokens: int) -> int:
        return self.input * prompt_tokens + self.output * reply_tokens


FREE = Price(0, 0)


def load_prices(workspace: Path) -> Mapping[str, Price]:
    """Raises :class:`BadPrices` for a table of the workspace that cannot be read."""
    prices = _read(Path(str(files("survey"))) / "models" / "prices.toml")
    own = workspace / "prices.toml"
    return {**prices, **(_read(own) if own.is_file() else {})}


def price_of(endpoint: Endpoint, prices: Mapping[str, Price]) -> Price | None:
    """None: not known."""
    known = prices.get(endpoint.model) or prices.get(_DATED.sub("", endpoint.model))
    return known or (FREE if endpoint.is_this_machine else None)


def _read(path: Path) -> dict[str, Price]:
    tables = read_toml(path, BadPrices)
    prices = {}
    for model, table in tables.items():
        whole = isinstance(table, dict) and set(table) == {"input", "output"}
        if not whole or not all(type(value) in (int, float) and 0 <= value < 1e6 for value in table.values()):
            raise BadPrices(path, f"the entry of '{model}' is not understood")
        prices[model] = Price(round(1000 * table["input"]), round(1000 * table["output"]))
    return prices
