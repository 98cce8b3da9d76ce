"""What the admin pages need of a deployment to create and edit artists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import ValidationError

from cas.errors import UnknownConceptError
from cas.vocabulary import Vocabulary
from scheduler import control
from storage.archive.archive import Archive
from storage.archive.events import Parts
from storage.catalogue import ArtistRow, Catalogue
from storage.errors import UserFacingError
from worker.config.sections import ArtistSection, PartsSection
from worker.config.settings import Settings, SettingsError
from worker.create_artist import NAME, create_artist, default_seed
from worker.edit_artist import Changes, edit_artist, editable


class InvalidArtist(UserFacingError):  # noqa: N818 - reads as what it says
    """Values that no artist can have: `faults` has a sentence for each field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


COMPOSERS: Final = PartsSection.choices("composer")
PAINTERS: Final = PartsSection.choices("painter")


@dataclass(frozen=True)
class ArtistEditing:
    """Creates and edits artists; `settings` and `vocabulary` return the current ones."""

    catalogue: Catalogue
    archive: Archive
    settings: Callable[[], Settings]
    vocabulary: Callable[[], Vocabulary]

    def create(
        self, values: Mapping[str, Any], *, composer: str, painter: str, who: str
    ) -> ArtistRow:
        """Create an artist with the encoders of those that exist; its first cycle is due.

        Raises:
            InvalidArtist: a value can't be used, or the name is taken.
        """
        name = str(values.get("name", ""))
        if not NAME.fullmatch(name):
            raise InvalidArtist(
                {"name": "Use lower-case letters, digits and hyphens, such as blue-alien."}
            )
        if self.catalogue.artists.get(name) is not None:
            raise InvalidArtist({"name": f"There is an artist {name} already."})
        wanted = self._section({**values, "seed": default_seed(name)})
        self._check_seeds(wanted.seeds)
        self._check_parts({"composer": composer, "painter": painter})
        try:
            made = create_artist(
                self.catalogue,
                self.archive,
                wanted,
                parts=lambda: self._parts(composer, painter),
                vocabulary=self.vocabulary(),
            )
        except SettingsError as error:
            raise InvalidArtist({"name": f"{error}."}) from error
        control.note_creation(self.archive, made, who=who)
        return made

    def edit(self, artist: ArtistRow, values: Mapping[str, Any], *, who: str) -> bool:
        """Change an artist; False if nothing changed.

        Raises:
            InvalidArtist: a value can't be used.
        """
        before = editable(artist)
        section = self._section(
            {k: v for k, v in values.items() if k in ArtistSection.model_fields}
        )
        changes = {name: getattr(section, name, value) for name, value in values.items()}
        if section.seeds != before["seeds"]:
            self._check_seeds(section.seeds)
        parts = {part: changes[part] for part in ("composer", "painter") if part in changes}
        self._check_parts({part: name for part, name in parts.items() if name != before[part]})
        stored = edit_artist(
            self.catalogue, self.archive, artist, changes=cast("Changes", changes), who=who
        )
        return stored is not None

    def retire(self, artist: ArtistRow, *, who: str, undo: bool = False) -> None:
        """Let an artist make no more works; with `undo`, let it work again at once."""
        control.retire(self.catalogue, self.archive, artist, who=who, undo=undo)

    def _section(self, values: Mapping[str, Any]) -> ArtistSection:
        try:
            return ArtistSection.model_validate(dict(values))
        except ValidationError as error:
            faults: dict[str, str] = {}
            for fault in error.errors():
                name = str(fault["loc"][0]) if fault["loc"] else "name"
                text = fault["msg"].removeprefix("Value error, ")
                faults.setdefault(name, f"{text[0].upper()}{text[1:]}.")
            raise InvalidArtist(faults) from error

    def _check_seeds(self, seeds: tuple[str, ...]) -> None:
        try:
            self.vocabulary().indices(seeds)
        except UnknownConceptError as error:
            raise InvalidArtist({"seeds": str(error)}) from error

    def _check_parts(self, wanted: Mapping[str, Any]) -> None:
        # Encoders and painters take seconds to import.
        from worker.components import check_usable

        known = {"composer": COMPOSERS, "painter": PAINTERS}
        for part, name in wanted.items():
            if name not in known[part]:
                raise InvalidArtist({part: f"There is no {part} “{name}”."})
            try:
                check_usable(self.settings(), part, name)
            except UserFacingError as error:
                raise InvalidArtist({part: f"{error}."}) from error

    def _parts(self, composer: str, painter: str) -> Parts:
        others = self.catalogue.artists.all()
        if others:
            parts = others[0].created.parts
        else:
            from worker.components import choose_components

            parts = choose_components(self.settings()).parts
        return parts.model_copy(update={"composer": composer, "painter": painter})
