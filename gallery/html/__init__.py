"""The template environment, and markup that many pages share."""
