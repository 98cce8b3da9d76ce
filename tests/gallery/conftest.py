"""A gallery with works of an artist that ran some simulated cycles.

The pictures are real paintings if CULTURAL_ALIEN_DATA has them, else coloured fields; their records
(pools, candidates, ranks, novelty) are random, but follow every rule of the design.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image, ImageDraw
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.c2pa import Credentials
from storage.archive.archive import Archive, open_store
from storage.archive.events import ArtistCreated, Parts, TuningChanged
from storage.archive.manifest import (
    Candidate,
    Composition,
    Inspiration,
    Judgement,
    Manifest,
    Material,
    Nearest,
    Painting,
    Pool,
    PoolEntry,
    Shown,
    Tuning,
)
from storage.catalogue import Catalogue
from storage.vectors.edge import EdgeMemory
from storage.vectors.embeddings import as_point
from storage.vectors.store import VectorSpace
from tests.gallery.certificates import Key, certify, pem

BORN = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)
WORDS = re.findall(
    r"\w+",
    """
cormorant quarryman causeway lighthouse kiln orchard anvil heron mourning tower lantern ferry plough
acrobat harvest thistle bellows comet veil chapel hound ladder marsh mask mill moth oar parade
pilgrim quay raft reaper sail scarecrow shepherd ship skull sleep smoke snow storm stair swan sword
thaw tide torch vineyard violin vulture weaver well whale willow windmill wreck bridge candle cat
ceremony cloak cliff clock cloud cradle crown dance dawn desert dove dream drum dusk eclipse egg
embroidery feather field fire fisherman flood flute fog forest fountain fox garden gate ghost glove
goat gold harbour harp hermit horse ice island ivy juggler kite knight lake lemon letter lion loom
lute map market meadow mirror monk moon mountain nest night nude oak ochre owl palace peacock pear
pearl pigeon pine poppy portrait queen rain raven ribbon river road rose ruin saddle saint salt
""",
)
TITLES = (
    "What the {A} Kept",
    "{A}, before the {B}",
    "A Small Argument with the {A}",
    "{A} and {B}",
    "The {A} Remembers",
    "Nobody's {A}",
    "Study for a Slower {A}",
    "Third {A} from the Left",
    "The Weight of the {A}",
    "Toward {A}",
)


@dataclasses.dataclass
class Exhibition:
    """The sample: stores on disk, and the manifests in them."""

    catalogue: Catalogue
    archive: Archive
    manifests: list[Manifest]


def build_exhibition(folder: Path, *, works: int = 30, artist: str = "ada") -> Exhibition:
    """An archive and a catalogue in a folder, with `works` works of one artist."""
    catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.db'}")
    archive = Archive(open_store(str(folder / "archive"), create=True))
    return hang(catalogue, archive, works=works, artist=artist)


def hang(catalogue: Catalogue, archive: Archive, *, works: int, artist: str) -> Exhibition:
    """Simulate `works` cycles of an artist, and store them."""
    life = Life(artist)
    catalogue.artists.add(life.created)
    for version, beta in ((1, 0.85), (2, 0.7)):
        catalogue.artists.tune(
            TuningChanged(
                artist=artist,
                at=BORN + timedelta(hours=6 * version),
                version=version,
                tuning=Tuning(beta=beta),
                who="test",
            )
        )
    manifests = [life.cycle(archive) for _ in range(works)]
    for manifest in manifests:
        archive.save_manifest(manifest)
        catalogue.restore_work(manifest)
    return Exhibition(catalogue, archive, manifests)


class Life:
    """A simulated artist: random numbers in place of models."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dice = np.random.default_rng(len(name) * 1000 + sum(map(ord, name)))
        self.pool = Pool(
            entries=(PoolEntry(concept="sea", seed=True), PoolEntry(concept="sky", seed=True))
        )
        self.past: list[Manifest] = []
        self.created = ArtistCreated(
            artist=name,
            at=BORN,
            title=name.capitalize(),
            statement=(
                "I begin from the sea and the sky and look for what does not belong to them yet. "
                "I keep what makes the next picture unlike the last, and let the rest go."
            ),
            style="broad, dry brushwork; few colours; low horizon",
            seeds=("sea", "sky"),
            seed=7,
            scope=name,
            parts=Parts(
                composer="grammar", painter="offline", text_encoder="minilm", image_encoder="clip"
            ),
        )

    def cycle(self, archive: Archive) -> Manifest:
        """One cycle, its picture archived."""
        number = len(self.past) + 1
        tuning = Tuning(beta=0.85 if number < 12 else 0.7)
        inspiration = self._inspire(tuning)
        composition = self._compose(inspiration)
        painting = self._paint(archive, number, composition)
        judgement = self._judge(number, inspiration, composition, tuning)
        begun = BORN + timedelta(minutes=15 * number)
        manifest = Manifest(
            artist=self.name,
            number=number,
            tuning=tuning,
            tuning_version=1 if number < 12 else 2,
            inspiration=inspiration,
            composition=composition,
            painting=painting,
            judgement=judgement,
            started_at=begun,
            finished_at=begun + timedelta(seconds=float(self.dice.uniform(2, 5))),
        )
        self.pool = judgement.pool_after
        self.past.append(manifest)
        return manifest

    def _inspire(self, tuning: Tuning) -> Inspiration:
        known = {*self.pool.concepts, *(past.inspiration.concept for past in self.past)}
        words = [word for word in WORDS if word not in known]
        count = min(128, len(words))
        chosen = self.dice.choice(words, count, replace=False)
        coherence = self.dice.gamma(6, 1.1, count)
        context = 0.55 * coherence + self.dice.gamma(4, 1.0, count)
        coherence_rank = coherence.argsort().argsort() + 1
        context_rank = context.argsort().argsort() + 1
        beta = tuning.beta
        score = (1 - beta) * (count - coherence_rank) - beta * (count - context_rank)
        candidates = [
            Candidate(
                concept=str(chosen[i]),
                coherence_nll=float(coherence[i]),
                context_nll=float(context[i]),
                coherence_rank=float(coherence_rank[i]),
                context_rank=float(context_rank[i]),
                score=float(score[i]),
            )
            for i in range(count)
        ]
        candidates.sort(key=lambda one: (-one.score, one.coherence_nll, one.concept))
        return Inspiration(
            concept=candidates[0].concept,
            pool_before=self.pool,
            candidates=tuple(candidates),
            seed=int(self.dice.integers(2**31)),
            models="5f0c" * 16,
        )

    def _compose(self, inspiration: Inspiration) -> Composition:
        new = inspiration.concept
        others = [entry.concept for entry in self.pool.entries if not entry.seed]
        keep = [str(one) for one in self.dice.permutation(others)[:3]] if others else []
        words = (*self.pool.seeds, *keep, new)
        other = keep[0] if keep else "sky"
        title = str(self.dice.choice(TITLES)).format(
            a=new, A=new.capitalize(), b=other, B=other.capitalize()
        )
        return Composition(
            title=title,
            prompt=(
                f"One {new} stands at the left third, taller than the horizon, in umber and lead "
                f"white. Behind it the sea lies flat, slate blue #41566b, under a pale ochre sky "
                f"#d8c08f. {' and '.join(keep).capitalize() or 'Nothing else'} at the lower right, "
                f"half its size, lit from the right by one low light; long shadows fall to the "
                f"left. Dry brush, visible weave."
            ),
            concepts=words,
            thought=f"The {new} is the only upright thing; everything else may lie down.",
            composer="grammar",
        )

    def _paint(self, archive: Archive, number: int, composition: Composition) -> Painting:
        picture = _picture(number)
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=88)
        image = archive.save_image(file.getvalue(), "image/jpeg")
        strip = picture.resize((6, 1)).convert("RGB")
        return Painting(
            image=image,
            media_type="image/jpeg",
            width=picture.width,
            height=picture.height,
            painter="offline",
            seed=int(self.dice.integers(2**31)),
            technique="woodblock print in five colours",
            palette=tuple("#{:02x}{:02x}{:02x}".format(*strip.getpixel((x, 0))) for x in range(6)),
            shown=tuple(
                Shown(concept=word, how=how)
                for word, how in zip(
                    composition.concepts,
                    (
                        "a flat band with one line of foam",
                        "a gradient from ochre to grey",
                        "a silhouette at the right, half height",
                        "three small shapes far off",
                        "cut paper, leaning",
                        "the large form at the left",
                    ),
                    strict=False,
                )
            ),
            materials=(Material(name="paper grain", source="made here", licence="CC0"),),
            digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        )

    def _judge(
        self, number: int, inspiration: Inspiration, composition: Composition, tuning: Tuning
    ) -> Judgement:
        text, image = (_unit(self.dice, 384), _unit(self.dice, 512))
        near_text = self._nearest("text_vector", text)
        near_image = self._nearest("image_vector", image)
        previous = self.past[-1].judgement.novelty if self.past else None
        novelty = 1.0
        if near_text and near_image:
            novelty = 1 - (near_text.cosine + near_image.cosine) / 2
        improved = None if previous is None else novelty > previous
        shown = set(composition.concepts)
        entries, departed = [], []
        joined = PoolEntry(concept=inspiration.concept, entered=number)
        for entry in (*self.pool.entries, joined):
            gained = improved is None or (improved and entry.concept in shown)
            count = 0 if gained else entry.count + 1
            if entry.seed:
                entries.append(entry)
            elif count >= tuning.patience:
                departed.append(entry.concept)
            else:
                entries.append(entry.model_copy(update={"count": count}))
        return Judgement(
            sequence=number,
            scope=self.name,
            watermark=number - 1,
            novelty=novelty,
            previous_novelty=previous,
            improved=improved,
            nearest_text=near_text,
            nearest_image=near_image,
            text_encoder="all-MiniLM-L6-v2",
            image_encoder="ViT-B-32/openai",
            text_vector=text,
            image_vector=image,
            pool_after=Pool(entries=tuple(entries)),
            departed=tuple(departed),
        )

    def _nearest(self, kind: str, vector: np.ndarray) -> Nearest | None:
        similar_works = [(float(getattr(p.judgement, kind) @ vector), p.work) for p in self.past]
        return (
            Nearest(work=max(similar_works)[1], cosine=max(similar_works)[0])
            if similar_works
            else None
        )


def _unit(dice: np.random.Generator, size: int) -> np.ndarray:
    vector = dice.normal(0.25, 1, size).astype(np.float32)
    return vector / np.linalg.norm(vector)


def _picture(number: int) -> Image.Image:
    """A real painting about 1000 pixels wide, or three coloured fields."""
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if data:
        folder = Path(data) / "paintings"
        lines = (folder / "images.jsonl").read_text().splitlines()
        record = json.loads(lines[(number * 37) % len(lines)])
        with Image.open(folder / record["file"]) as opened:
            picture = opened.convert("RGB")
        factor = 1080 / max(picture.size)
        return picture.resize((round(picture.width * factor), round(picture.height * factor)))
    width, height = ((1024, 1024), (1152, 864), (864, 1152))[number % 3]
    picture = Image.new("RGB", (width, height), (216, 192 - number, 143))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 2 // 3, width, height), fill=(65, 86 + number, 107))
    draw.ellipse((width // 4, height // 4, width // 2, height // 2 + number), fill=(180, 53, 29))
    return picture


@pytest.fixture(scope="session")
def exhibition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibition]:
    """Thirty works of one artist; tests read it and change nothing."""
    built = build_exhibition(tmp_path_factory.mktemp("exhibition"))
    yield built
    built.catalogue.close()


def open_memory(folder: Path, catalogue: Catalogue) -> EdgeMemory:
    """A memory in a folder that holds every work of the catalogue."""
    space = VectorSpace("minilm", text_size=384, image_encoder="clip", image_size=512)
    memory = EdgeMemory(folder, space)
    memory.upsert(as_point(row) for row in catalogue.works.vectors())
    return memory


@pytest.fixture(scope="session")
def memory(
    exhibition: Exhibition, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EdgeMemory]:
    """The memory of the exhibition."""
    opened = open_memory(tmp_path_factory.mktemp("memory"), exhibition.catalogue)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def visitor(exhibition: Exhibition, memory: EdgeMemory) -> Iterator[TestClient]:
    """A client of the exhibition."""
    app = create_app(
        exhibition.catalogue,
        exhibition.archive,
        site=SiteSettings(per_page=12),
        memory_of=lambda *_: memory,
        limited=False,
    )
    with TestClient(app) as client:
        yield client


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Exhibition]:
    """A gallery before the first work."""
    built = build_exhibition(tmp_path, works=0)
    yield built
    built.catalogue.close()


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """This module, for tests that make their own works."""
    return sys.modules[__name__]


@pytest.fixture(scope="session")
def root() -> tuple[Key, bytes]:
    """The key and certificate of an authority for tests only."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify("root", key, by="root", signed_with=key)
    return key, certificate.public_bytes(Encoding.PEM)


@pytest.fixture(scope="session")
def credentials(root: tuple[Key, bytes], tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    """Credentials read from two files."""
    return Credentials.read(*signer(tmp_path_factory.mktemp("credentials"), root))


def signer(
    folder: Path, root: tuple[Key, bytes], *, name: str = "gallery", **validity: Any
) -> tuple[Path, Path]:
    """Files of a certificate chain and its key; `validity` is an option of `certify`."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify(name, key, by="root", signed_with=root[0], **validity)
    (folder / "chain.pem").write_bytes(certificate.public_bytes(Encoding.PEM) + root[1])
    (folder / "key.pem").write_bytes(pem(key))
    return folder / "chain.pem", folder / "key.pem"
