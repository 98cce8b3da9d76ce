"""What other servers of the fediverse told of the artists, and what they are told.

It is personal data of other people: it lies in the catalogue alone, and not in the archive, which
forgets nothing. A rebuild from the archive begins without followers.
"""

from storage.catalogue.fediverse.deliveries import Deliveries, Delivery, Told
from storage.catalogue.fediverse.fediverse import Fediverse
from storage.catalogue.fediverse.people import Block, Follower, People, RemoteActor
from storage.catalogue.fediverse.reactions import Counts, Reaction, Reactions

__all__ = [
    "Block",
    "Counts",
    "Deliveries",
    "Delivery",
    "Fediverse",
    "Follower",
    "People",
    "Reaction",
    "Reactions",
    "RemoteActor",
    "Told",
]
