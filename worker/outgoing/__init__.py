"""Outgoing HTTP: every exchange with models, webhooks and other servers.

Each exchange has a deadline and a maximum size, redirects and addresses are checked, and secrets
are sent only to the host that they are for.
"""

from worker.outgoing.addresses import NotAllowed, PrivateAddress, is_public
from worker.outgoing.hosts import is_listed, origin
from worker.outgoing.retry_after import LONGEST_RETRY, retry_after
from worker.outgoing.transport import TooLarge, Transport, client, transport_to
from worker.outgoing.unreachable import why_unreachable

__all__ = [
    "LONGEST_RETRY",
    "NotAllowed",
    "PrivateAddress",
    "TooLarge",
    "Transport",
    "client",
    "is_listed",
    "is_public",
    "origin",
    "retry_after",
    "transport_to",
    "why_unreachable",
]
