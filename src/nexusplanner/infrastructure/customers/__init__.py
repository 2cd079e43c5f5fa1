"""Customer systems over their REST interfaces."""

from nexusplanner.infrastructure.customers.hubspot import HubSpot
from nexusplanner.infrastructure.customers.salesforce import Salesforce

__all__ = ["HubSpot", "Salesforce"]
