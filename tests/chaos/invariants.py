"""What must be true of a deployment after every fault, read from its stores and the API's books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from storage.archive.events import CycleFailed, Event, PictureReceived, Spending
from storage.archive.manifest import Manifest
from storage.vectors.server import ServerMemory
from storage.verify import Finding, Verification
from tests.recompute import expected_novelty, recompute
from tests.served import painting_api
from tests.served.quick import SPACE
from tests.served.topology import Topology
from worker.errors import BadPicture
from worker.painters.picture import inspect_picture


@dataclass
class Auditor:
    """Looks into one deployment, again and again; what never changes is read once.

    It may look while the artists work: what is written last is read first.
    """

    topology: Topology
    _events: dict[str, Event] = field(default_factory=dict)
    _manifests: dict[str, dict[int, Manifest]] = field(default_factory=lambda: defaultdict(dict))
    _checked: set[str] = field(default_factory=set)
    _usable: dict[str, bool] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def violations(self) -> list[str]:
        """Everything that is not as it must be and was not told before, in sentences."""
        calls = painting_api.calls(self.topology.ports["api"])
        self._read_events()
        cycles = self._cycles()
        self._read_manifests()
        found = [
            *self._numbers(cycles),
            *self._pictures(cycles),
            *self._calls(calls),
            *self._budgets(calls),
            *self._novelties(),
        ]
        new = [violation for violation in found if violation not in self._told]
        self._told.update(new)
        return new

    def last_violations(self) -> list[str]:
        """Once nobody works: all of it again from the manifests alone, and `verify --repair`."""
        found = self.violations()
        for artist, manifests in self._manifests.items():
            try:
                recompute([manifests[number] for number in sorted(manifests)])
            except AssertionError as error:
                found.append(f"{artist} can't be recomputed: {error}")
        self.repaired = [finding for finding in self._verify() if _mended(finding)]
        left = self._verify()
        found += [f"after verify --repair: {f.kind} {f.what}: {f.says}" for f in left]
        return found

    def _verify(self) -> list[Finding]:
        topology = self.topology
        memory = ServerMemory(f"http://127.0.0.1:{topology.ports['qdrant']}", SPACE)
        scopes = {artist.created.scope for artist in topology.catalogue.artists.all()}
        memories = dict.fromkeys(scopes, memory)
        return list(Verification(topology.archive, topology.catalogue, memories).findings())

    def _read_events(self) -> None:
        archive = self.topology.archive
        new = [key for key in archive.store.keys("events/") if key not in self._events]

        def read(key: str) -> Event | None:
            _, artist, kind, name = key.split("/")
            return archive.read_event(artist, kind, name.removesuffix(".json"))

        with ThreadPoolExecutor(4) as readers:
            for key, event in zip(new, readers.map(read, new), strict=True):
                if event is not None:
                    self._events[key] = event

    def _read_manifests(self) -> None:
        archive = self.topology.archive
        for key in archive.store.keys("manifests/"):
            _, artist, name = key.split("/")
            number = int(name.removesuffix(".json"))
            if number not in self._manifests[artist]:
                self._manifests[artist][number] = archive.read_manifest(artist, number)

    def _cycles(self) -> dict[str, dict[int, str]]:
        """State of every cycle, by artist and number."""
        from sqlalchemy import select

        from storage.catalogue.db.tables import cycles

        states: dict[str, dict[int, str]] = defaultdict(dict)
        with self.topology.catalogue.database.read() as connection:
            for row in connection.execute(select(cycles.c.artist, cycles.c.number, cycles.c.state)):
                states[row.artist][row.number] = row.state
        return states

    def _numbers(self, cycles: dict[str, dict[int, str]]) -> Iterator[str]:
        """Every number has one work or one recorded failure."""
        failed = {(e.artist, e.number) for e in self._events.values() if isinstance(e, CycleFailed)}
        for artist, states in cycles.items():
            if sorted(states) != list(range(1, len(states) + 1)):
                yield f"{artist}: numbers are missing in {sorted(states)}"
            if [s for _, s in sorted(states.items())][:-1].count("open"):
                yield f"{artist}: an open cycle lies behind a newer one"
            for number, state in states.items():
                has_work = number in self._manifests[artist]
                if state == "done" and (not has_work or (artist, number) in failed):
                    yield f"{artist}:{number} is done, but has no work, or a failure too"
                if state == "failed" and (has_work or (artist, number) not in failed):
                    yield f"{artist}:{number} failed, but has a work, or no record of it"

    def _pictures(self, cycles: dict[str, dict[int, str]]) -> Iterator[str]:
        """No received picture is lost: its cycle is known, whatever became of it."""
        for event in self._events.values():
            if isinstance(event, PictureReceived):
                state = cycles[event.artist].get(event.number)
                work = self._manifests[event.artist].get(event.number)
                if state is None:
                    yield f"{event.artist}:{event.number} received a picture and is unknown"
                if work is not None and work.painting.image != event.painting.image:
                    yield f"{work.work} shows another picture than it received"
            if isinstance(event, Spending) and self._bought_a_picture(event):
                work = self._manifests[event.artist].get(event.number)
                if work is not None and work.painting.image != event.result:
                    yield f"{work.work} bought {event.result}, and shows another picture"

    def _calls(self, calls: list[painting_api.Call]) -> Iterator[str]:
        """No two calls for one picture without an *unknown* between them, and none unwritten."""
        entries = self._entries()
        for (artist, number), attempts in entries.items():
            usable = [e for e in attempts if self._bought_a_picture(e)]
            if len(usable) > 1:
                yield f"{artist}:{number} bought {len(usable)} pictures"
            for earlier in attempts[:-1]:
                if earlier in usable or earlier.state == "reserved":
                    yield f"{earlier.entry} is {earlier.state}, and yet it was asked again"
        written = sum(map(len, entries.values()))
        if len(calls) > written:
            yield f"{len(calls)} calls were made, and {written} were written down"
        asked = Counter(call.prompt for call in calls)
        for artist, manifests in self._manifests.items():
            for number, manifest in manifests.items():
                prompt = manifest.composition.prompt
                if asked[prompt] > len(entries.get((artist, number), ())) > 0:
                    yield f"{manifest.work} was asked for {asked[prompt]} times"

    def _bought_a_picture(self, entry: Spending) -> bool:
        """Whether the call was settled with bytes that are a whole picture."""
        if entry.state != "settled" or not entry.result:
            return False
        if entry.result not in self._usable:
            data, _ = self.topology.archive.read_image(entry.result)
            try:
                inspect_picture(data)
                self._usable[entry.result] = True
            except BadPicture:
                self._usable[entry.result] = False
        return self._usable[entry.result]

    def _entries(self) -> dict[tuple[str, int], list[Spending]]:
        from sqlalchemy import select

        from storage.catalogue.db.tables import ledger

        found: dict[tuple[str, int], list[Spending]] = defaultdict(list)
        query = select(ledger.c.spending).where(ledger.c.purpose == "paint")
        with self.topology.catalogue.database.read() as connection:
            for text in connection.scalars(query.order_by(ledger.c.attempt)):
                entry = Spending.model_validate_json(text)
                found[entry.artist, entry.number].append(entry)
        return found

    def _budgets(self, calls: list[painting_api.Call]) -> Iterator[str]:
        """Spending is never over the cap, and never less than what was billed."""
        catalogue, charged = self.topology.catalogue, 0.0
        for artist in catalogue.artists.all():
            spent = catalogue.ledger.spent(artist.name)
            charged += spent.month
            tuning = catalogue.artists.tuning(artist.name)
            if tuning is not None and spent.today > tuning.tuning.daily_budget + 1e-9:
                yield f"{artist.name} spent {spent.today} of {tuning.tuning.daily_budget}"
        billed = painting_api.PRICE * sum(call.billed for call in calls)
        if billed > charged + 1e-4:
            yield f"${billed:.4f} were billed, and ${charged:.4f} charged"

    def _novelties(self) -> Iterator[str]:
        """Every novelty equals a recomputation from the archive."""
        for artist, manifests in self._manifests.items():
            earlier: list[Manifest] = []
            for number in sorted(manifests):
                manifest = manifests[number]
                if manifest.work not in self._checked:
                    self._checked.add(manifest.work)
                    if abs(manifest.judgement.novelty - expected_novelty(manifest, earlier)) > 1e-6:
                        yield f"{artist}:{number} has a wrong novelty"
                earlier.append(manifest)


def _mended(finding: Finding) -> bool:
    if finding.mend:
        finding.mend()
    return finding.mend is not None
