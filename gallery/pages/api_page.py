"""The page that explains the API to people, from its machine-readable description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import GalleryDependency
from gallery.pages import READ

router = APIRouter()


@dataclass(frozen=True)
class Operation:
    """One thing that a program can ask for."""

    method: str
    path: str
    text: str
    parameters: tuple[tuple[str, str], ...]
    body: str
    needs_token: bool


@router.api_route("/api", **READ)
def api_page(request: Request, gallery: GalleryDependency) -> Response:
    """Every address of the API, with what it takes."""
    described = request.app.openapi()
    operations = [
        operation
        for operation in _operations(described)
        if gallery.api_tokens is not None or not operation.needs_token
    ]
    return gallery.page(
        request,
        "api.html",
        fresh=300,
        reading=[operation for operation in operations if not operation.needs_token],
        control=[operation for operation in operations if operation.needs_token],
    )


def _operations(described: Mapping[str, Any]) -> Iterator[Operation]:
    schemas = described.get("components", {}).get("schemas", {})
    for path, methods in described["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method, operation in methods.items():
            yield Operation(
                method.upper(),
                path,
                operation.get("description", ""),
                tuple(
                    (parameter["name"], parameter.get("description", ""))
                    for parameter in operation.get("parameters", ())
                    if parameter["in"] == "query"
                ),
                _body(operation, schemas),
                "control" in operation.get("tags", ()),
            )


def _body(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """The fields of the JSON body, with the allowed words of each."""
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    fields = schemas.get(reference.rpartition("/")[2], {}).get("properties", {})
    return ", ".join(
        f"{name} ({', '.join(field['enum'])})" if "enum" in field else name
        for name, field in fields.items()
    )
