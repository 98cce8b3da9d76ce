"""The fediverse: each artist is an ActivityPub actor that people on other servers follow.

Nothing here runs unless `fediverse.enabled` is set. `documents` makes what other servers read,
`routes` serves it, `inbox` takes in what they send, once its signature is verified
(`signatures`, `remote`), and `channel` and `delivery` send works to the followers.
"""

from gallery.fediverse.channel import FediverseChannel
from gallery.fediverse.delivery import Deliverer
from gallery.fediverse.federation import Federation
from gallery.fediverse.tasks import add_federation

__all__ = ["Deliverer", "Federation", "FediverseChannel", "add_federation"]
