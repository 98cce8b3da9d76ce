"""Publishing: send each finished work to the channels of its artist, once.

The worker writes outbox rows; a `Publisher` sends them, each through its `Channel`: a signed
webhook, Mastodon or Bluesky. If the outcome is unknown, the row's state is *unknown*, and an admin
decides. A channel that its remote refuses is held, and the others go on.
`gallery.publishing.export` writes the whole gallery as files for a plain web server.
"""

from gallery.publishing.channel import (
    Channel,
    ChannelRefused,
    DeliveryUnknown,
    Rejected,
    RetryLater,
)
from gallery.publishing.post import Post
from gallery.publishing.publisher import Publisher

__all__ = [
    "Channel",
    "ChannelRefused",
    "DeliveryUnknown",
    "Post",
    "Publisher",
    "Rejected",
    "RetryLater",
]
