"""Run a customer system until it is killed: python -m tests.fakes.crm --port 9200 --contacts 200."""

from __future__ import annotations

import argparse
import asyncio

from tests.fakes.crm.server import PASTED, CrmServer
from tests.fakes.crm.world import World, filled


def main() -> None:
    """Say where it listens and what it takes, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.crm", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--contacts", type=int, default=200)
    parser.add_argument("--companies", type=int, default=40)
    parser.add_argument("--deals", type=int, default=60)
    parser.add_argument("--slow", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    world = filled(World(), contacts=options.contacts, companies=options.companies, deals=options.deals)
    server = CrmServer(world, port=options.port)
    server.trouble.slow = options.slow
    asyncio.run(_serve(server))


async def _serve(server: CrmServer) -> None:
    async with server:
        client, secret = next(iter(server.clients.items()))
        print(f"{server.host} token {PASTED} client {client} secret {secret}", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
