"""Run a server until it is killed: python -m tests.fakes.wire --port 9100 --behaviour valid."""

from __future__ import annotations

import argparse
import asyncio

from tests.fakes.wire.behaviours import Behaviour
from tests.fakes.wire.scripts import Script, hostile
from tests.fakes.wire.server import WireServer


def main() -> None:
    """Say where it listens, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.wire", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--behaviour", default="valid", choices=[*Behaviour, "hostile"])
    parser.add_argument("--payload", default="<img src=x onerror=alert(1)>", help="what a hostile model says")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds between the pieces of a stream")
    parser.add_argument("--retry-after", default="1", help="of a 429: seconds, or an HTTP date")
    options = parser.parse_args()
    script: Script | Behaviour = (
        hostile(options.payload) if options.behaviour == "hostile" else Behaviour(options.behaviour)
    )
    server = WireServer(script, port=options.port, pace=options.pace, retry_after=options.retry_after)
    asyncio.run(_serve(server))


async def _serve(server: WireServer) -> None:
    async with server:
        print(f"{server.url}/v1 (OpenAI) and {server.url} (Bedrock)", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
