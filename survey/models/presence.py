"""Is a server there, and does it take the key? For `survey doctor`: one small request, which holds no text and costs nothing."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from survey.errors import NoSuchModel
from survey.models.meter import Meter, Use
from survey.models.openai_api import Body, Came, Errand, Fault, Server
from survey.models.retrying import SystemClock
from survey.settings import Endpoint

if TYPE_CHECKING:
    from survey.models.openai_api import Client

REQUEST = "GET /models"


class _AtOnce(SystemClock):
    """Who looks whether a server is there does not wait until it is."""

    def sleep(self, seconds: float) -> None:
        pass


def presence(endpoint: Endpoint, transport: Any = None) -> str:
    """What the server says of its models. Raises a :class:`survey.errors.ModelError` if it does not answer, or refuses the key."""
    server = Server(endpoint, Meter(), timeout=20, clock=_AtOnce(), transport=transport)

    def send(client: "Client", body_of: Callable[[Any], Body]) -> Came[bytes]:
        with client.models.with_streaming_response.list() as response:
            return Came(body_of(response).whole(), Use(0, 0), 0)

    try:
        came = server.ask(Errand("doctor", "", "", Use(0, 0), 0), send)
        assert not isinstance(came, Fault)
    except NoSuchModel:
        return "it answers, and does not list its models"
    finally:
        server.close()
    names: list[Any] = []
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        names = [item["id"] for item in json.loads(came)["data"]]
    if endpoint.model in names:
        return "it answers, and has the model"
    return f"it answers, and lists {len(names)} models, not this one" if names else "it answers, and does not list its models"
