"""The way out to servers of others: only to public addresses, checked when the connection is made."""

from nexusplanner.infrastructure.egress.fetcher import PinnedFetcher
from nexusplanner.infrastructure.egress.pinning import Resolver, system_resolver

__all__ = ("PinnedFetcher", "Resolver", "system_resolver")
