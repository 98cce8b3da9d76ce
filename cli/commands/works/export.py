"""`artist export`: write the whole gallery as static files."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of
from cli.runtime.gallery_settings import site_credentials, site_settings, site_watermark

_FAILURES_SHOWN = 10


@click.command()
@data_option
@click.argument("target", metavar="FOLDER|s3://BUCKET/PREFIX")
@click.option("--base-url", help="The public URL  [default: gallery.base_url]")
@click.pass_context
def export(context: click.Context, /, *, target: str, base_url: str | None) -> None:
    """Write the gallery with its feeds to a folder or bucket; later runs write only changes.

    Any web server or CDN can serve the result.
    """
    from pydantic import ValidationError

    from gallery import SiteSettings, create_app
    from gallery.publishing.export import Export, ExportFailed
    from storage.archive.archive import open_store

    deployment = deployment_of(context).must_exist()
    settings = site_settings(deployment).model_dump()
    if base_url is not None:
        settings["base_url"] = base_url
    if settings["base_url"] is None:
        raise UserError(
            "Feeds and shared links need the gallery's public URL: give --base-url https://…, or"
            " set gallery.base_url."
        )
    try:
        site = SiteSettings.model_validate({**settings, "static": True})
    except ValidationError as error:
        raise UserError(f"--base-url {base_url}: {error.errors()[0]['msg']}") from error
    try:
        store = open_store(target if "://" in target else str(Path(target).absolute()), create=True)
    except ValueError as error:
        raise UserError(f"The target {error}.") from error
    app = create_app(
        deployment.catalogue,
        deployment.archive,
        site=site,
        credentials=site_credentials(deployment),
        watermark=site_watermark(deployment),
        limited=False,
    )
    try:
        done = asyncio.run(Export(app, site, deployment.catalogue, store).run())
    except (ValueError, ExportFailed) as error:
        raise UserError(str(error)) from error
    click.echo(f"{done.looked_at} pages and pictures, {done.written} of them new or changed.")
    if done.failed:
        failures = islice(done.failed.items(), _FAILURES_SHOWN)
        shown = "".join(f"\n  {path}: {why}" for path, why in failures)
        more = len(done.failed) - _FAILURES_SHOWN
        pages = "page" if len(done.failed) == 1 else "pages"
        raise UserError(
            f"{len(done.failed)} {pages} could not be made; everything else is exported, and the"
            f" next export tries again:{shown}" + (f"\n  and {more} more" if more > 0 else "")
        )
