"""Customer systems, and where they are."""

from __future__ import annotations

from dataclasses import dataclass

from nexusplanner.application.connections.keeping import Systems
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.domain.connections import CrmKind
from nexusplanner.infrastructure.customers import HubSpot, Salesforce
from nexusplanner.infrastructure.customers import hubspot as hubspot_places
from nexusplanner.infrastructure.customers import salesforce as salesforce_places
from nexusplanner.infrastructure.customers.rest import Hosts


@dataclass(frozen=True, kw_only=True)
class CrmPlaces:
    """Where the vendors' servers are; other ones in tests. page: where people sign in to HubSpot."""

    hubspot: Hosts = hubspot_places.OWN
    page: str = hubspot_places.SIGN_IN_PAGE
    salesforce: Hosts = salesforce_places.OWN

    @classmethod
    def at(cls, host: str) -> CrmPlaces:
        """Both at one host without TLS, such as 127.0.0.1:9200."""
        here = Hosts(usual=host, ends=(host,), scheme="http")
        return cls(hubspot=here, page=f"http://{host}{hubspot_places.SIGN_IN_PATH}", salesforce=here)

    def systems(self, fetcher: Fetcher) -> Systems:
        """What asks them."""
        return {
            CrmKind.HUBSPOT: HubSpot(fetcher, hosts=self.hubspot, page=self.page),
            CrmKind.SALESFORCE: Salesforce(fetcher, hosts=self.salesforce),
        }
