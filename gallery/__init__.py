"""The gallery: the website of the works, and the feeds.

`create_app` makes the web application from a catalogue, an archive and `SiteSettings`. Pages are
rendered on the server and work without JavaScript.
"""

from gallery.app import create_app
from gallery.site import SiteSettings

__all__ = ["SiteSettings", "create_app"]
