"""The offline painter: concepts in, a picture out; no key, no network, no trained model."""

import hashlib
import io
from collections import Counter
from collections.abc import Sequence

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from worker.studio.brief import Brief
from worker.studio.colour import Pixels
from worker.studio.composition import FAMILIES
from worker.studio.composition.family import choose_family
from worker.studio.lexicon import Lexicon, Subject
from worker.studio.lexicon.vectors import Encode
from worker.studio.light import choose_key, choose_light
from worker.studio.mount import choose_mount, edge_of, mount
from worker.studio.noise import Rng
from worker.studio.palette import choose_palette
from worker.studio.picture import ALGORITHMIC, TRAINED, PaintError, Picture
from worker.studio.scene import Scene
from worker.studio.techniques import TECHNIQUES
from worker.studio.techniques.technique import choose_technique

SMALLEST, LARGEST, WIDEST = 64, 4096, 4.0
# Marks are made at a working size and the sheet is enlarged or reduced from it.
_WORKING_SIDE = (384, 1152)
_MOST_SUBJECTS = 7


class OfflinePainter:
    """Paints concepts by its own hand. The same arguments give the same bytes on one machine.

    `encode` gives unit text vectors, (n, d), for strange words; without it they are matched by
    spelling. Raises `PaintError` for sizes outside 64..4096 or wider than 4 : 1.
    """

    def __init__(
        self, width: int = 1024, height: int = 1024, *, encode: Encode | None = None
    ) -> None:
        check_size(width, height)
        self.width, self.height = width, height
        self._lexicon = Lexicon(encode)

    def paint(
        self,
        concepts: Sequence[str],
        *,
        seed: int,
        style: str = "",
        prompt: str = "",
        title: str = "",
        instead_of: Sequence[Picture] = (),
    ) -> Picture:
        """Paint these concepts, the weightiest first.

        `instead_of` are pictures of them that did not please: this one is made by another hand,
        and arranged otherwise where the concepts leave a choice.

        Raises `PaintError` if there is no concept to paint.
        """
        words = _clean(concepts)
        rng = _seeded(words, seed, style, attempt=len(instead_of))
        subjects = tuple(self._lexicon.read(word, rng) for word in words)
        brief = self._brief(subjects, style, prompt, rng)
        family = choose_family(FAMILIES, brief, rng, tried=[one.family for one in instead_of])
        leanings = Counter(brief.moods) + Counter({family.name: 1})
        hands = [one.technique for one in instead_of]
        technique = choose_technique(TECHNIQUES, style, leanings, rng, tried=hands)
        tags = frozenset(tag for tag, weight in brief.moods.items() if weight >= 1)
        framed = technique.framed or family.framed
        shape = choose_mount(rng, framed=framed, again=bool(instead_of))
        scene = Scene(
            self._working(),
            brief.palette,
            brief.light,
            rng,
            tags,
            coarse=float(np.exp(rng.uniform(-0.35, 0.45))),
            edge=edge_of(shape),
        )
        family.compose(scene, brief)
        scene.finish(choose_key(brief.moods, rng))
        sheet = mount(technique.render(scene), scene, shape)
        brief.materials.update(technique.materials, scene.materials)
        source_type = TRAINED if technique.trained else ALGORITHMIC
        return Picture(
            png=_png(self._resized(sheet), source_type, title=title, prompt=prompt),
            width=self.width,
            height=self.height,
            family=family.name,
            technique=technique.name,
            digital_source_type=source_type,
            palette=brief.palette.hexes,
            shown=brief.shown(_undertones(brief)),
            materials=tuple(sorted(brief.materials, key=lambda material: material.name)),
        )

    def _brief(self, subjects: tuple[Subject, ...], style: str, prompt: str, rng: Rng) -> Brief:
        moods: Counter[str] = Counter()
        for subject in subjects[:_MOST_SUBJECTS]:
            moods.update(subject.tags)
        for word in style.lower().replace(",", " ").split():
            moods.update(self._lexicon.read(word, rng).tags if len(word) > 3 else ())
        del prompt
        palette = choose_palette(moods, rng)
        return Brief(subjects, moods, palette, choose_light(moods, rng), rng)

    def _working(self) -> tuple[int, int]:
        longest = max(self.width, self.height)
        scale = min(max(longest, _WORKING_SIDE[0]), _WORKING_SIDE[1]) / longest
        return max(round(self.height * scale), 48), max(round(self.width * scale), 48)

    def _resized(self, sheet: Pixels) -> Image.Image:
        image = Image.fromarray((np.clip(sheet, 0, 1) * 255 + 0.5).astype(np.uint8))
        if image.size == (self.width, self.height):
            return image
        return image.resize((self.width, self.height), Image.Resampling.LANCZOS)


def check_size(width: int, height: int) -> None:
    """Refuse sizes that can't be painted."""
    for name, value in (("width", width), ("height", height)):
        if not SMALLEST <= value <= LARGEST:
            raise PaintError(f"{name} must be {SMALLEST} to {LARGEST} pixels, not {value}")
    if max(width, height) / min(width, height) > WIDEST:
        raise PaintError(f"the sheet may be at most {WIDEST:g} : 1, not {width} x {height}")


def _clean(concepts: Sequence[str]) -> tuple[str, ...]:
    if isinstance(concepts, str):
        raise PaintError('concepts must be a list of words, like ["fox", "church"], not one text')
    words = dict.fromkeys(" ".join(concept.split())[:80] for concept in concepts)
    words.pop("", None)
    if not words:
        raise PaintError("there is no concept to paint; give at least one word")
    return tuple(words)


def _seeded(words: Sequence[str], seed: int, style: str, *, attempt: int) -> Rng:
    """One stream of randomness from the whole request."""
    request = [*words, str(seed), style, *([str(attempt)] if attempt else [])]
    digest = hashlib.sha256("\x1f".join(request).encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32))


def _undertones(brief: Brief) -> list[tuple[str, str]]:
    """How concepts without a place of their own still tell in the picture."""
    rest = []
    for subject in brief.silent:
        if subject.tags:
            how = f"in the palette ({brief.palette.name}) and the {brief.light.hour} light"
        else:
            how = "in the rhythm and the texture of the marks alone"
        rest.append((subject.concept, how + subject.stand_in))
    return rest


def _png(image: Image.Image, source_type: str, *, title: str, prompt: str) -> bytes:
    """PNG bytes that say of themselves what they are, as text and as XMP."""
    info = PngInfo()
    if title:
        info.add_itxt("Title", title)
    if prompt:
        info.add_itxt("Description", prompt)
    info.add_text("Software", "Cultural Alien offline painter")
    info.add_text("DigitalSourceType", source_type)
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'Iptc4xmpExt:DigitalSourceType="{source_type}"/></rdf:RDF></x:xmpmeta>'
    )
    info.add_itxt("XML:com.adobe.xmp", xmp)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=info, compress_level=6)
    return buffer.getvalue()
