"""Routes other than pages: the JSON API, images, health, sitemap."""
