"""`artist watermark`: find the work that a picture shows, by its watermark."""

from __future__ import annotations

from pathlib import Path

import click

from cli.errors import UserError
from cli.options import data_option, deployment_of, json_option
from cli.output import print_json


@click.command()
@data_option
@json_option
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def watermark(context: click.Context, /, *, file: Path, as_json: bool) -> None:
    """Say which work a picture shows, by the watermark in its pixels.

    The picture may be resized, compressed and cropped, and need not have metadata.
    """
    from cas.data.image_files import PictureError, open_picture
    from cli.runtime.gallery_settings import site_settings, site_watermark
    from gallery.images.watermark import SpectrumWatermark
    from gallery.urls import Urls

    deployment = deployment_of(context).must_exist()
    try:
        picture = open_picture(file)
    except PictureError as error:
        raise UserError(f"{error}.") from error
    # One that was set earlier is tried too, if it needs no package.
    tried = (site_watermark(deployment), SpectrumWatermark())
    methods = {one.algorithm: one for one in tried if one is not None}
    found = ((name, method.find(picture)) for name, method in methods.items())
    name, identifier = next((one for one in found if one[1]), ("", None))
    if identifier is None:
        raise UserError(f"{file} has no watermark that can be found ({', '.join(methods)}).")
    work = deployment.catalogue.works.of_identifier(identifier)
    if work is None:
        raise UserError(
            f"{file} has the watermark {name}/{identifier}, but no work here has it: it may be"
            " another deployment's."
        )
    site = site_settings(deployment)
    address = None
    if site.base_url:
        to = Urls.public(site)
        address = to.absolute(to.work(work.artist, work.number))
    if as_json:
        told = {"work": work.id, "title": work.title, "watermark": f"{name}/{identifier}"}
        print_json({**told, "image": work.image, "url": address})
        return
    click.echo(f"{work.id}: {work.title!r}" + (f", {address}" if address else ""))
