"""Local servers that speak the wire formats of model providers, and misbehave on demand.

async with WireServer(Behaviour.VALID) as server:
    provider = server.provider(kind=ProviderKind.OPENAI)

Both formats are served on one port: OpenAI's chat completions and Bedrock's Converse, each also as a stream. A valid
answer fits whatever schema the request carries and cites the passages of its prompt. `python -m tests.fakes.wire`
runs one until it is killed.
"""

from tests.fakes.wire.behaviours import BEHAVIOURS, FAILING, Behaviour
from tests.fakes.wire.invented import Invention
from tests.fakes.wire.messages import Reply, Transport, WireRequest
from tests.fakes.wire.scripts import Script, by_schema, hostile, in_turn
from tests.fakes.wire.server import WireServer

__all__ = (
    "BEHAVIOURS",
    "FAILING",
    "Behaviour",
    "Invention",
    "Reply",
    "Script",
    "Transport",
    "WireRequest",
    "WireServer",
    "by_schema",
    "hostile",
    "in_turn",
)
