"""Serve the product so that it also calls one local server: python -m tests.fakes.serve --port 8719 --site 9200.

Only this program can let it: no setting and no variable of the environment leads the product to addresses of one's own.
"""

from __future__ import annotations

import argparse

import uvicorn
from tests.fakes.web import HERE

from nexusplanner import bootstrap
from nexusplanner.bootstrap import Outside
from nexusplanner.infrastructure.egress import PinnedFetcher
from nexusplanner.infrastructure.logging import configure
from nexusplanner.settings import Settings


def main() -> None:
    """Serve pages, API and worker until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.serve", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port of this machine to listen on")
    parser.add_argument("--site", type=int, required=True, help="port of this machine that may be called")
    options = parser.parse_args()
    configure(level="WARNING")
    settings = Settings().model_copy(update={"port": options.port})
    outside = Outside.over(PinnedFetcher(exempt=frozenset({(HERE, options.site)})))
    container = bootstrap.assemble(settings, outside=outside)
    uvicorn.run(
        bootstrap.application(container, closing=True),
        host=settings.host,
        port=settings.port,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
