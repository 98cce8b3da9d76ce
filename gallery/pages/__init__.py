"""The pages that people visit, one module each.

What their addresses are made of is told here.
"""

from typing import Annotated, Any, Final

from fastapi import Path, Query
from pydantic import AfterValidator
from starlette.convertors import Convertor, register_url_convertor

from gallery.path_names import decode_name

READ: Final[dict[str, Any]] = {"methods": ["GET", "HEAD"], "include_in_schema": False}
"""How a page is routed: it can be read, and is no part of the API."""

Name = Annotated[str, AfterValidator(decode_name), Path(max_length=64)]
"""An artist's name in an address."""

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""A cycle's number in an address."""

Concept = Annotated[str, AfterValidator(decode_name)]
"""A concept in an address, however long; in a route it is `{concept:name}`."""


class _NameInRoute(Convertor[str]):
    """A name as `gallery.path_names` writes it, or with its slashes plain, as old links have it."""

    regex = "[^/](?:.*[^/])?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("name", _NameInRoute())

Before = Annotated[str | None, Query(max_length=96, description="a work; older ones are listed")]
"""Where a page of a stream begins: `artist:number` of the last work on the page before."""
