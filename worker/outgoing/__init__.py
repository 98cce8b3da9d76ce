"""Outgoing HTTP: every exchange with models, webhooks and remotes.

A whole exchange has a deadline and its answer a ceiling, redirects and addresses are checked, and
no secret goes to another host than the one that it is for.
"""

from worker.outgoing.addresses import NotAllowed, PrivateAddress, is_public
from worker.outgoing.transport import TooLarge, Transport, client, transport_to

__all__ = [
    "NotAllowed",
    "PrivateAddress",
    "TooLarge",
    "Transport",
    "client",
    "is_public",
    "transport_to",
]
