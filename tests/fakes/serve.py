"""Serve the product so that it also calls one local server: python -m tests.fakes.serve --port 8719 --site 9200.

Only this program can let it: no setting and no variable of the environment leads the product to addresses of one's own.
"""

from __future__ import annotations

import argparse

import uvicorn
from tests.fakes.web import HERE

from nexusplanner import bootstrap
from nexusplanner.bootstrap import Outside
from nexusplanner.bootstrap.customers import CrmPlaces
from nexusplanner.infrastructure.egress import PinnedFetcher
from nexusplanner.infrastructure.logging import configure
from nexusplanner.settings import Settings


def main() -> None:
    """Serve pages, API and worker until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.serve", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port of this machine to listen on")
    parser.add_argument("--site", type=int, required=True, help="port of this machine that may be called")
    parser.add_argument(
        "--crm", type=int, help="port of this machine with a customer system (python -m tests.fakes.crm)"
    )
    options = parser.parse_args()
    configure(level="WARNING")
    settings = Settings().model_copy(update={"port": options.port})
    exempt = frozenset((HERE, port) for port in (options.site, options.crm) if port)
    crm = CrmPlaces.at(f"{HERE}:{options.crm}") if options.crm else None
    outside = Outside.over(PinnedFetcher(exempt=exempt), crm=crm)
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
