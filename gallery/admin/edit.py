"""Create an artist, change one, retire it and let it work again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, HTTPException
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.auth import DESK, Admin, Signed, SignedIn
from gallery.admin.notices import EDITED, redirect
from gallery.admin.page import admin_page
from gallery.artist_editing import COMPOSERS, PAINTERS, ArtistEditing, InvalidArtist
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.threads import WRITING, in_threads, work_in
from worker.edit_artist import Changes, editable

router = APIRouter(prefix="/admin")

SEEDS: Final = 6
"""Inputs for seeds."""

_TEXTS: Final = ("title", "statement", "style", "show_seeds", "composer", "painter")

COMPOSER_WORDS: Final = {"grammar": "built-in rules", "openai": "a language model"}
COMPOSER_MEANS: Final = (
    "Built-in rules are free and need no internet. A language model runs at OpenAI or on another"
    " server, and may cost money."
)
PAINTER_WORDS: Final = {
    "offline": "the built-in painter",
    "openai": "OpenAI Images",
    "comfyui": "your ComfyUI server",
    "bfl": "FLUX by Black Forest Labs",
    "replicate": "a model at Replicate",
    "fal": "a model at fal",
    "diffusers": "a model on this machine",
}
PAINTER_MEANS: Final = (
    "The built-in painter is free and needs no internet; so is a model on this machine, slow"
    " without a graphics card. A ComfyUI server is your own. All others cost money for each"
    " picture."
)


@router.api_route("/create", **READ)
def create_page(request: Request, gallery: GalleryDependency, admin: Admin) -> Response:
    """The form of a new artist."""
    values: dict[str, Any] = {
        "name": "",
        "title": "",
        "statement": "",
        "style": "",
        "seeds": (),
        "show_seeds": "free",
        "memory": "own",
        "composer": "grammar",
        "painter": "offline",
    }
    return _form(request, gallery, admin, values)


@router.post("/create", **DESK)
async def create(request: Request, gallery: GalleryDependency, admin: Signed) -> Response:
    """Create an artist; wrong values come back with the reason at their field."""
    async with request.form() as sent:
        values = _typed(sent, "name", "memory", *_TEXTS)

    def store() -> Response:
        section = {k: v for k, v in values.items() if k not in ("composer", "painter")}
        section["title"] = section["title"] or section["name"]
        try:
            made = _editing(gallery).create(
                section,
                composer=values["composer"],
                painter=values["painter"],
                who=admin.who,
            )
        except InvalidArtist as error:
            return _form(request, gallery, admin, values, faults=error.faults)
        return redirect(request, gallery, "artists", made.name, done="created")

    return await work_in(WRITING, store)


@router.api_route("/artists/{name}/edit", **READ)
def edit_page(request: Request, gallery: GalleryDependency, admin: Admin, name: Name) -> Response:
    """The form of an artist's title, statement, style, seeds, composer and painter."""
    row = known_artist(gallery, name)
    return _form(request, gallery, admin, dict(editable(row)), name=row.name)


@router.post("/artists/{name}/edit", **DESK)
async def edit(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Change the artist; wrong values come back with the reason at their field."""
    async with request.form() as sent:
        values = _typed(sent, *_TEXTS)

    def store() -> Response:
        row = known_artist(gallery, name)
        before = dict(editable(row))
        try:
            changed = _editing(gallery).edit(row, values, who=admin.who)
        except InvalidArtist as error:
            shown = {**editable(row), **values}
            return _form(request, gallery, admin, shown, name=name, faults=error.faults)
        if not changed:
            return redirect(request, gallery, "artists", name, "edit", done="same")
        after = dict(editable(known_artist(gallery, name)))
        names = [field for field in EDITED if after[field] != before[field]]
        return redirect(request, gallery, "artists", name, "edit", done="edited", fields=names)

    return await work_in(WRITING, store)


@router.post("/artists/{name}/retire", **DESK)
@in_threads(WRITING)
def retire(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Let the artist make no more works; its works stay."""
    _editing(gallery).retire(known_artist(gallery, name), who=admin.who)
    return redirect(request, gallery, "artists", name, done="retired")


@router.post("/artists/{name}/restore", **DESK)
@in_threads(WRITING)
def restore(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Let a retired artist work again."""
    _editing(gallery).retire(known_artist(gallery, name), who=admin.who, undo=True)
    return redirect(request, gallery, "artists", name, done="back")


def _typed(sent: FormData, *names: str) -> dict[str, Any]:
    """The form's values; empty seeds are left out."""
    values: dict[str, Any] = {name: str(sent[name]).strip() for name in names if name in sent}
    given = [str(seed) for seed in sent.getlist("seed")]
    seeds = [part.strip().lower() for text in given for part in text.split(",")]
    values["seeds"] = tuple(seed for seed in seeds if seed)
    return values


def _editing(gallery: Gallery) -> ArtistEditing:
    if gallery.editing is None:
        raise HTTPException(503, "Artists can be edited by `artist edit` alone here.")
    return gallery.editing


def _form(
    request: Request,
    gallery: Gallery,
    admin: SignedIn,
    values: Mapping[str, Any] | Changes,
    *,
    name: str = "",
    faults: Mapping[str, str] | None = None,
) -> Response:
    seeds = tuple(values["seeds"])
    return admin_page(
        request,
        gallery,
        "admin/edit.html",
        admin=admin,
        status=400 if faults else 200,
        name=name,
        values=values,
        seeds=(*seeds, *[""] * (SEEDS - len(seeds))),
        faults=faults or {},
        concepts=sorted(_editing(gallery).vocabulary()),
        composers=[(one, COMPOSER_WORDS.get(one, one)) for one in COMPOSERS],
        painters=[(one, PAINTER_WORDS.get(one, one)) for one in PAINTERS],
        composer_means=COMPOSER_MEANS,
        painter_means=PAINTER_MEANS,
    )
