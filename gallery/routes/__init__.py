"""Routes that serve no page: the JSON API, images, health, sitemap."""
