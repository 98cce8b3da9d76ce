"""`artist followers`, `artist block`, `artist replies`: the fediverse from the command line."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Literal, get_args
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.markup import escape

from cli.errors import UserError
from cli.options import data_option, deployment_of, json_option, person
from cli.output import print_json
from storage.catalogue.fediverse import People, Reaction

Decided = Literal["allow", "refuse", "hold"]
_STATES: dict[Decided, Literal["allowed", "refused", "held"]] = {
    "allow": "allowed",
    "refuse": "refused",
    "hold": "held",
}
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}|localhost")


@click.command()
@data_option
@json_option
@click.argument("name", required=False)
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="How many followers are listed, the newest first.",
)
@click.option("--new-key", is_flag=True, help="Give the artist a new key to sign with.")
@click.pass_context
def followers(
    context: click.Context, /, *, name: str | None, limit: int, new_key: bool, as_json: bool
) -> None:
    """Show who follows an artist on the fediverse, and its likes, boosts and replies.

    A new key is for a lost secret of the gallery alone: other servers read it when a signature
    fails.
    """
    deployment = deployment_of(context).must_exist()
    artist, stored = deployment.artist(name), deployment.catalogue.fediverse
    if new_key:
        from cli.runtime.gallery_settings import federation_of

        federation = federation_of(deployment)
        if federation is None:
            raise UserError("The fediverse is switched off: fediverse.enabled = false.")
        federation.keys.renew(artist.name)
        click.echo(f"{artist.name} signs with a new key from now on.")
        return
    count, counts = stored.people.count(artist.name), stored.reactions.of_artist(artist.name)
    newest = stored.people.followers(artist.name, limit=limit)
    failing = stored.deliveries.failing()
    if as_json:
        print_json(
            {
                "artist": artist.name,
                "followers": count,
                **asdict(counts),
                "newest": [asdict(one) for one in newest],
                "failing_inboxes": [inbox for inbox, _ in failing],
            }
        )
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{escape(artist.name)}: {count} followers, {counts.likes} likes, {counts.boosts} boosts,"
        f" {counts.replies} replies that visitors see"
    )
    for one in newest:
        console.print(f"  {escape(one.handle)}  [dim]{escape(one.actor)}[/dim]")
    for inbox, _ in failing:
        console.print(f"[yellow]{escape(inbox)} can't be reached[/yellow]")


@click.command()
@data_option
@json_option
@click.argument("who", required=False, metavar="[DOMAIN|@USER@DOMAIN|ADDRESS]")
@click.option("--remove", is_flag=True, help="Block it no longer.")
@click.pass_context
def block(context: click.Context, /, *, who: str | None, remove: bool, as_json: bool) -> None:
    """Block a domain or an account of the fediverse, or list who is blocked.

    A domain is blocked with all below it. What is blocked is forgotten: it follows no more, and its
    likes, boosts and replies are gone.
    """
    deployment = deployment_of(context).must_exist()
    people = deployment.catalogue.fediverse.people
    if who is None:
        if remove:
            raise UserError("Name whom to block no longer; `artist block` lists them.")
        rows = people.blocks()
        if as_json:
            print_json([asdict(row) for row in rows])
            return
        for row in rows:
            click.echo(f"{row.name}  by {row.who}")
        if not rows:
            click.echo("Nobody is blocked.")
        return
    name = _name(people, who)
    if remove:
        if not people.unblock(name):
            raise UserError(f"{name} is not blocked; `artist block` lists who is.")
        click.echo(f"{name} is not blocked any more.")
        return
    forgotten = people.block(name, who=person())
    click.echo(f"{name} is blocked; {forgotten} known accounts were forgotten.")


def _name(people: People, who: str) -> str:
    """What is stored of whom to block: an actor's id, or a domain."""
    if who.startswith("@"):
        known = people.of_handle(who)
        if known is None:
            raise UserError(
                f"{who} is not known here. Give the account's address, as in"
                " https://example.org/users/ada, or the whole domain."
            )
        return known.id
    if _DOMAIN.fullmatch(who.lower()):
        return who.lower()
    if urlsplit(who).scheme not in ("http", "https"):
        raise UserError(f"{who!r} is no domain and no address of an account.")
    return who


@click.command()
@data_option
@json_option
@click.argument("reply", required=False, metavar="[REPLY]")
@click.argument("decision", required=False, type=click.Choice(get_args(Decided)))
@click.pass_context
def replies(
    context: click.Context,
    /,
    *,
    reply: str | None,
    decision: Decided | None,
    as_json: bool,
) -> None:
    """List the replies that wait for a person's word, or decide on one.

    `artist replies https://example.org/notes/1 allow` shows it on the work's page, as plain text.
    """
    deployment = deployment_of(context).must_exist()
    reactions = deployment.catalogue.fediverse.reactions
    if reply is None:
        rows = reactions.replies("held", limit=60)
        if as_json:
            print_json([asdict(row) for row in rows])
            return
        console = Console(highlight=False, soft_wrap=True)
        for row in rows:
            _print(console, row)
        if not rows:
            console.print("No reply waits.")
        return
    if decision is None:
        raise UserError("Say what is decided: allow, refuse or hold.")
    if not reactions.decide(reply, _STATES[decision]):
        raise UserError(f"There is no reply {reply}. `artist replies` lists those that wait.")
    click.echo(f"The reply is {_STATES[decision]}.")


def _print(console: Console, row: Reaction) -> None:
    console.print(f"{escape(row.note)}\n  {escape(row.handle)} on {escape(row.work)}:")
    for line in row.text.splitlines():
        console.print(f"  [dim]{escape(line)}[/dim]")
