"""Publishing: send each finished work to the channels of its artist, once.

The worker writes outbox rows; a `Publisher` sends what waits there, through a `Channel` each: a
signed webhook, Mastodon or Bluesky. An unknown outcome is called *unknown*, and a person decides.
`gallery.publishing.export` writes the whole gallery as files for a plain web server.
"""

from gallery.publishing.channel import Channel, DeliveryUnknown, Rejected, RetryLater
from gallery.publishing.post import Post
from gallery.publishing.publisher import Publisher

__all__ = ["Channel", "DeliveryUnknown", "Post", "Publisher", "Rejected", "RetryLater"]
