"""A customer system on the loopback address that speaks as HubSpot and as Salesforce over one changing world.

world = World()
async with CrmServer(world) as server:
    systems = server.places.systems(server.fetcher())

Both wire formats are served on one port. The world is changed by its methods, the server's manners by `Trouble`.
`python -m tests.fakes.crm --port 9200` runs one until it is killed.
"""

from tests.fakes.crm.server import CrmServer
from tests.fakes.crm.trouble import Trouble
from tests.fakes.crm.world import Kind, Thing, World

__all__ = ("CrmServer", "Kind", "Thing", "Trouble", "World")
