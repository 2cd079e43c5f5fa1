"""What reads servers, pages and files of others, and the runs that do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nexusplanner.application.durable import StepBook
from nexusplanner.application.fetching_ports import Fetcher
from nexusplanner.domain.runs import RunKind
from nexusplanner.infrastructure.egress import PinnedFetcher


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The one way out of a process, and everything that reads by it."""

    fetcher: Fetcher

    @classmethod
    def over(cls, fetcher: Fetcher | None = None) -> Outside:
        """Over the product's own way out, which calls public addresses only, unless another is given."""
        return cls(fetcher=fetcher or PinnedFetcher())

    def books(self) -> Mapping[RunKind, StepBook]:
        """The steps of the runs that bring facts in."""
        return {}
