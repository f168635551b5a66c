"""Who answers a task: the embedded default (``extractive``), a language model (``openai_api``), and the ledger that wraps either."""

from collections.abc import Mapping
from pathlib import Path

from survey.library import Library
from survey.models.extractive import Extractive
from survey.models.meter import Meter
from survey.models.prices import Price, load_prices, price_of
from survey.models.roles import ROLE_OF, ByRole
from survey.settings import Endpoint, Settings
from survey.tasks import Model


def chosen_model(settings: Settings, workspace: Path, library: Library, meter: Meter) -> Model:
    """Who answers, by the settings: the embedded default, unless a model was named. Calls nobody."""
    endpoints = {role: settings.endpoint(role) for role in sorted(set(ROLE_OF.values()))}
    if not any(endpoints.values()):
        return Extractive()
    from survey.models.openai_api import OpenAIModel  # needed only where a model was named

    prices = load_prices(workspace)
    made: dict[Endpoint, Model] = {}
    models: dict[str, Model] = {}
    for role, endpoint in endpoints.items():
        if endpoint is None:
            models[role] = Extractive()
            continue
        if endpoint not in made:
            made[endpoint] = OpenAIModel(
                endpoint,
                workspace,
                library,
                meter,
                price=price_of(endpoint, prices),
                timeout=settings.timeout,
                reply_tokens=settings.reply_tokens,
            )
        models[role] = made[endpoint]
    return ByRole(models)


def prices_by_role(settings: Settings, workspace: Path) -> Mapping[str, tuple[str, Price | None]]:
    """Of each role that a language model has: the model's name, and its price if it is known."""
    prices = load_prices(workspace)
    endpoints = {role: settings.endpoint(role) for role in sorted(set(ROLE_OF.values()))}
    return {role: (endpoint.model, price_of(endpoint, prices)) for role, endpoint in endpoints.items() if endpoint}
