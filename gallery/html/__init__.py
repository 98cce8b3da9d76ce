"""Rendering of templates, and markup that many pages share."""
