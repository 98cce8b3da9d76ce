"""The pages for visitors, one module each; here the types of the parts of their addresses."""

from typing import Annotated, Any, Final

from fastapi import Path, Query
from pydantic import AfterValidator
from starlette.convertors import Convertor, register_url_convertor

from gallery.path_names import decode_name

READ: Final[dict[str, Any]] = {"methods": ["GET", "HEAD"], "include_in_schema": False}
"""Options of a page's route: it can only be read, and is not in the API's schema."""

Name = Annotated[str, AfterValidator(decode_name), Path(max_length=64)]
"""An artist's name in an address."""

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""A cycle's number in an address."""

Concept = Annotated[str, AfterValidator(decode_name)]
"""A concept in an address, of any length; in a route it is `{concept:name}`."""


class _NameInRoute(Convertor[str]):
    """A name as `gallery.path_names` writes it, or with unescaped slashes, as in old links."""

    regex = "[^/](?:.*[^/])?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("name", _NameInRoute())

Before = Annotated[str | None, Query(max_length=96, description="a work; older ones are listed")]
"""Cursor of a page of works: `artist:number` of the last work on the page before."""
