"""Run the site until it is killed: python -m tests.fakes.site --port 9200."""

from __future__ import annotations

import argparse
import asyncio

from tests.fakes.site import site


def main() -> None:
    """Say where it listens, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.site", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    asyncio.run(_serve(parser.parse_args().port))


async def _serve(port: int) -> None:
    async with site(port=port) as server:
        print(server.url(), flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
