"""A plan in words: sentences that say only what the picture shows, each with what checks it.

A check is a word and its arguments, such as `place 0 left` or `light left`; `worker.studio.check`
measures them in the picture's buffers. A sentence may carry several.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from storage.archive.plan import Actor, Plan, Statement
from worker.nouns import Kind, Number, article, classify
from worker.studio.field.colour import from_hex, luminance
from worker.studio.marks.paper import ink_of, paper_of
from worker.studio.marks.technique import Technique
from worker.studio.plan.depiction import Depiction, Reader
from worker.studio.plan.palette import pigment_name
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.layout import Seen, look
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import RELATIONS, UNPLACED
from worker.studio.scene.settings import SETTINGS
from worker.studio.scene.sky import HOURS
from worker.studio.scene.staging import LIGHT_PATTERNS, lamp_of
from worker.studio.scene.structures import COUNTS
from worker.studio.scene.support import RESTS

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen",
)  # fmt: skip
_DRESS = (
    "robe", "coat", "cloak", "dress", "uniform", "armour", "apron", "rags", "hat", "top hat",
    "cap", "hood", "helmet", "crown", "turban", "veil", "headscarf", "bonnet", "halo", "wig",
    "beard", "moustache",
)  # fmt: skip
_PEOPLE = ("old", "young")
_BEINGS = ("person", "head", "couple", "group", "crowd", "rider", "mother and child", "hand")
_NEVER_SEEN = (Kind.ABSTRACT, Kind.ACTION, Kind.QUALITY, Kind.GENRE, Kind.MOVEMENT)
_LARGER = 1.3
"""Height of a giant over that of its form in life from which on it is called one."""
_TOO_DARK = -0.6
"""Key of the hour up to which no colour of a thing is named."""
_FAINT = ("isolation", "absence")
"""Structures in which the first actor need not stand out."""
_EVEN = 0.6
"""Light of the surroundings from which on no side of the light is named."""
_OWN_AREA = 0.4
"""Share of an actor's surface in its colour from which on it is said to have it."""
_VIEW_SEEN = (0.35, 0.65)
"""Horizons, from the top, beyond which a view from above or from low down is seen as such."""
_KEY_SAID = 0.75
"""Strength of the key from which on a picture is called dark or light."""
_VERBS = (
    ("is", "are"), ("has", "have"), ("stands", "stand"), ("holds", "hold"), ("leans", "lean"),
    ("towers", "tower"), ("hovers", "hover"), ("takes", "take"), ("carries", "carry"),
    ("encloses", "enclose"), ("casts", "cast"),
)  # fmt: skip
_FEATURES = {"a beard", "a moustache"}
_POSES = (
    "arms raised",
    "arms folded",
    "hands on hips",
    "head in hands",
    "open",
    "closed",
    "broken",
    "lit",
    "overturned",
    "lying",
)
"""Poses that are said though they do not end in -ing."""

_INDOORS = ("room", "table", "cloth", "stage", "void", "paper")
"""Settings without a sky."""
HOUR_SENTENCES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("day", "noon", "summer", "autumn"), ("it is day", "day")),
    "dawn": ("the sky has the warm light of dawn", "warm"),
    "sunset": ("the sky has the warm light of sunset", "warm"),
    "dusk": ("it is dusk", "dusk"),
    **dict.fromkeys(("night", "moonlight"), ("it is night", "night")),
    **dict.fromkeys(("overcast", "rain"), ("the sky is grey with cloud", "grey")),
    "snowfall": ("the sky is pale and grey", "grey"),
    "storm": ("the sky is dark before a storm", "dusk"),
    "mist": ("the air is pale with mist", "grey"),
    **dict.fromkeys(
        ("firelight", "lamplight", "spotlight"), ("what is around lies in the dark", "dark")
    ),
}
"""What a viewer sees of each hour, and what is measured of it."""

STRUCTURE_SENTENCES: Mapping[str, str] = {
    "repetition": "{The} is repeated {n} times in a row that runs into the distance.",
    "procession": "{N} copies of {it} stand in one row that leads away from the viewer.",
    "growth": "{N} copies of {it} stand in a row, each larger than the one to its left.",
    "decline": "{N} copies of {it} stand in a row, each smaller than the one to its left.",
    "rhythm": "{N} copies of {it} stand in a row, small and tall by turns.",
    "circle": "{N} copies of {it} form a ring and face its empty middle.",
    "mirror": "The same figure stands twice, the right one a mirror image of the left one.",
    "opposition": "Two copies of {it} face each other across an empty middle.",
    "falling": "Three copies of {it} fall through the air, turned over.",
    "stack": "{N} copies of {it} stand on top of each other, smaller towards the top.",
    "scale": "Beside the large one stands a second, many times smaller.",
    "isolation": "{The} is small and alone in a wide space.",
    "absence": "Where {the} should be, only the bare paper shows its outline.",
    "light from below": "The light comes from below, so that shadows climb upwards.",
    "light from above": "The light falls straight from above.",
    "gesture": "Broad sweeps of the brush cross the ground.",
}
"""What each structure does to the picture, as a sentence: `{it}` names the actor."""


def describe(plan: Plan, read: Reader, *, technique: Technique) -> tuple[Statement, ...]:
    """The plan's sentences in order, unchecked: technique and subject first, the accent last."""
    seen = look(plan, side=160)
    words = [_Words(actor, read) for actor in plan.actors]
    for one in [w for w in words if sum(o.the == w.the for o in words) > 1]:
        one.the = f"{one.the} for “{one.concept}”"
    said: list[tuple[str, str]] = [_opening(plan, words, technique), _setting(plan)]
    coloured = technique.colours != "ink"
    # In the dark a thing's own colour can't be seen well enough to be named.
    lit = _strength(plan) > _TOO_DARK
    for index in range(len(plan.actors)):
        said += _standing(plan, index, words, seen)
        said += _dress(plan, index, words) if coloured and lit else []
    if words and (plan.structure is None or plan.structure.kind not in _FAINT):
        said.append((f"{words[0].the} stands out from what is behind.", "contrast 0"))
    said += _relations(plan, words)
    said += _structure(plan, words)
    said += _between(plan, words, seen)
    said += _features(plan)
    said += _light(plan, words, coloured=coloured)
    said += _colours(plan, words) if coloured else _inks(plan)
    return tuple(Statement(text=_capital(_agreed(text, words)), kind=kind) for text, kind in said)


def _agreed(text: str, words: Sequence[_Words]) -> str:
    """The sentence with the verb of each plural subject in the plural."""
    for one in words:
        if one.plural:
            subject = rf"\b{re.escape(one.the)}(?:, [^,]+,)? "
            for singular, plural in _VERBS:
                text = re.sub(rf"({subject}){singular}\b", rf"\g<1>{plural}", text, flags=re.I)
    return text


class _Words:
    """How an actor is named: at first with an article, then with "the"."""

    def __init__(self, actor: Actor, read: Reader) -> None:
        rows = read(actor.concept)
        row = next((row for row in rows if row.form == actor.form), rows[0])
        noun = classify(actor.concept)
        scale = _scale(actor)
        self.concept = actor.concept
        self.plural = False
        self.shape = _shape(actor)
        if _names(row, actor, noun.kind):
            self.first = _with_article(actor.concept, noun.number, scale) + _attributes(actor)
            self.plural = noun.plural
            self.the = actor.concept if noun.number is Number.BARE else f"the {actor.concept}"
        else:
            body = f"{scale}{self.shape}"
            self.first = f"{article(body)} {body}{_attributes(actor)} (for “{actor.concept}”)"
            self.the = f"the {self.shape}"


def _scale(actor: Actor) -> str:
    """The word for a size that it has not in life: of buildings not every giant is larger."""
    if actor.scale == "giant" and actor.height < _LARGER * FORMS[actor.form].height:
        return ""
    return {"giant": "giant ", "tiny": "tiny "}.get(actor.scale, "")


def _names(row: Depiction, actor: Actor, kind: Kind) -> bool:
    """Whether the concept is a name of what is seen, and not of its place or a part of it."""
    if actor.form == actor.concept:
        return True
    if actor.form in _BEINGS:
        return row.names_form and kind in (Kind.PERSON, Kind.PEOPLE)
    return row.names_form and not row.setting and kind not in _NEVER_SEEN


def _shape(actor: Actor) -> str:
    """The form in a word: a person by age and sex."""
    if actor.form != "person":
        return actor.form
    who = next((w for w in ("woman", "child", "man") if w in actor.attributes), "figure")
    age = next((w for w in _PEOPLE if w in actor.attributes), "")
    return f"{age} {who}".strip()


def _attributes(actor: Actor) -> str:
    """What the actor wears: " with a coat and a top hat"."""
    if actor.form not in ("person", "head"):
        return ""
    worn = [f"{article(w)} {w}" for w in actor.attributes if w in _DRESS]
    return f" {'with' if set(worn) <= _FEATURES else 'in'} {_list(worn)}" if worn else ""


def _with_article(concept: str, number: Number, scale: str) -> str:
    words = f"{scale}{concept}"
    match number:
        case Number.ONE:
            return f"{article(words)} {words}"
        case Number.UNIQUE:
            return f"the {words}"
        case Number.PAIR:
            return f"a pair of {words}"
        case _:
            return words


def _opening(plan: Plan, words: Sequence[_Words], technique: Technique) -> tuple[str, str]:
    named = [w.first for w in words] or ["sweeps of colour"]
    return f"{technique.phrase}: {_list(named)}.", "technique " + " ".join(
        f"visible {i}" for i in range(len(words))
    )


def _setting(plan: Plan) -> tuple[str, str]:
    kind = SETTINGS[plan.setting.kind]
    view = {"low": "from low down", "eye level": "at eye level", "high": "from above"}[
        plan.setting.viewpoint
    ]
    by = plan.setting.concept
    scene = kind.phrase if not by or by in kind.phrase else f"{kind.phrase} (for “{by}”)"
    low, high = _VIEW_SEEN
    horizon = plan.camera.horizon
    told = {"low": horizon > high, "eye level": True, "high": horizon < low}[plan.setting.viewpoint]
    seen = f", seen {view}" if told and kind.name not in ("air", "paper", "void") else ""
    return f"The scene is {scene}{seen}.", f"setting {kind.name}"


def _standing(
    plan: Plan, index: int, words: Sequence[_Words], seen: Mapping[int, Seen]
) -> list[tuple[str, str]]:
    one, actor = seen.get(index), plan.actors[index]
    if one is None or _is_tied(plan, index) or (plan.structure and plan.structure.kind in COUNTS):
        return []
    place = _place(one)
    size = _size(one)
    where = {"left": "on the left", "centre": "in the middle", "right": "on the right"}[place]
    said = actor.pose.split(" ")[0].endswith("ing") or actor.pose in _POSES
    said = said and not any(r.kind == "hovers over" for r in plan.relations)
    pose = f", {actor.pose}" if said and len(FORMS[actor.form].poses) > 1 else ""
    pose = f", {RESTS[actor.rest]}" if actor.rest else pose
    text = f"{words[index].the}{pose}, is {where} and {size_phrase(size)}."
    text = text if pose else text.replace(", is ", " is ", 1)
    return [(text, f"place {index} {place} size {index} {size}")]


def size_phrase(size: str) -> str:
    """A size in words, as a share of the picture's height."""
    return {
        "small": "small, less than a quarter of the picture's height",
        "medium": "less than half the picture's height",
        "large": "large, more than half the picture's height",
        "huge": "so large that it nearly fills the picture's height",
    }[size]


def _place(one: Seen) -> str:
    return "left" if one.middle < 0.42 else "right" if one.middle > 0.58 else "centre"


def _size(one: Seen) -> str:
    if one.height < 0.25:
        return "small"
    if one.height < 0.5:
        return "medium"
    return "large" if one.height < 0.8 else "huge"


def _dress(plan: Plan, index: int, words: Sequence[_Words]) -> list[tuple[str, str]]:
    colour = plan.actors[index].colour
    if not colour or not _wears(plan, index):
        return []
    return [(f"{words[index].the} is painted in {colour}.", f"colour {index} {colour}")]


def _wears(plan: Plan, index: int) -> bool:
    """Whether most of an actor takes its colour."""
    if any(r.object == index and r.kind in UNPLACED for r in plan.relations):
        return False
    parts = make_actor(plan.actors[index]).parts
    areas = np.array([part.mesh.areas.sum() for part in parts])
    own = np.array([part.material == "main" for part in parts])
    return float(areas[own].sum()) > _OWN_AREA * float(areas.sum())


def _is_tied(plan: Plan, index: int) -> bool:
    return any(r.object == index for r in plan.relations)


def _relations(plan: Plan, words: Sequence[_Words]) -> list[tuple[str, str]]:
    found = []
    for number, relation in enumerate(plan.relations):
        clause = RELATIONS[relation.kind].format(
            a=words[relation.subject].the, b=words[relation.object].the
        )
        found.append((f"{clause}.", f"relation {number}"))
    return found


def _structure(plan: Plan, words: Sequence[_Words]) -> list[tuple[str, str]]:
    if plan.structure is None:
        return []
    kind, concept = plan.structure.kind, plan.structure.concept
    count = COUNTS.get(kind, 0)
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    the = words[0].the if words else "the ground"
    text = STRUCTURE_SENTENCES[kind].format(
        The=_capital(the), the=the, it=the, n=number, N=_capital(number)
    )
    if concept and words and concept != words[0].concept:
        text = f"For “{concept}”: {text[0].lower()}{text[1:]}"
    return [(text, f"structure {kind} {count}")]


def _between(
    plan: Plan, words: Sequence[_Words], seen: Mapping[int, Seen]
) -> list[tuple[str, str]]:
    """Which of two actors is nearer, or covers the other."""
    found = []
    free = [i for i in seen if not _is_tied(plan, i)]
    for a, b in pairwise(free):
        near, far = (a, b) if seen[a].depth <= seen[b].depth else (b, a)
        if seen[far].depth < 1.15 * seen[near].depth:
            continue
        text = f"{words[near].the} is nearer to the viewer than {words[far].the}"
        if seen[far].hidden > 0.08:
            text += " and covers a part of it"
        found.append((f"{text}.", f"nearer {near} {far}"))
    return found


def _features(plan: Plan) -> list[tuple[str, str]]:
    if not plan.setting.features:
        return []
    named = [_with_article(f, classify(f).number, "") for f in plan.setting.features]
    plural = len(named) > 1 or classify(plan.setting.features[0]).plural
    stand = "stand" if plural else "stands"
    checks = " ".join(f"feature {i}" for i in range(len(named)))
    return [(f"farther back {stand} {_list(named)}.", checks)]


def _strength(plan: Plan) -> float:
    """How light (above zero) or dark the hour and the key make a picture."""
    return HOURS[plan.light.hour].key + {"low": -0.45, "high": 0.45}.get(plan.light.key, 0.0)


def _hour(plan: Plan, *, coloured: bool) -> list[tuple[str, str]]:
    """What of the hour and the weather can be seen: indoors and in one ink little of it."""
    light = plan.light
    text, check = HOUR_SENTENCES[light.hour]
    inside = plan.setting.kind in _INDOORS
    if light.concept:
        return [(f"{text} (for “{light.concept}”).", f"hour {check}")]
    if check != "dark" and (inside or not coloured):
        return []
    return [(f"{text}.", f"hour {check}")]


def _light(plan: Plan, words: Sequence[_Words], *, coloured: bool) -> list[tuple[str, str]]:
    hour, light = HOURS[plan.light.hour], plan.light
    where = {
        "left": "the light comes from the left",
        "right": "the light comes from the right",
        "behind": "the light comes from behind, towards the viewer",
        "above": "the light comes from above",
        "front": "the light falls straight on",
        "below": "the light comes from below",
    }[light.direction]
    found = _hour(plan, coloured=coloured)
    even = hour.ambient > _EVEN and light.direction in ("left", "right")
    if not even and not lamp_of(plan):
        found.append((f"{where}.", f"light {light.direction}"))
    if lamp_of(plan) and words:
        found.append((f"{words[0].the} lights what is around it.", "glow 0"))
    if light.pattern and words:
        disc = "moon" if hour.stars else "sun"
        text = LIGHT_PATTERNS[light.pattern].format(disc=disc, the=words[0].the)
        found.append((f"{text}.", f"pattern {light.pattern}"))
    key = {
        "low": "the picture is dark as a whole, with few lights.",
        "high": "the picture is light as a whole, with few darks.",
    }.get(light.key)
    if key and abs(_strength(plan)) >= _KEY_SAID:
        found.append((key, f"key {light.key}"))
    return found


def _colours(plan: Plan, words: Sequence[_Words]) -> list[tuple[str, str]]:
    by_role = {p.role: p.name for p in plan.palette}
    found = []
    index = plan.accented
    if index is not None and _wears(plan, index):
        holder = words[index]
        found.append((f"the one strong accent is {holder.the}, in {by_role['accent']}.", "accent"))
    return found


def _inks(plan: Plan) -> list[tuple[str, str]]:
    """Ink and paper of a technique without colour, named as they come out of the palette."""
    pigments = sorted((from_hex(p.colour) for p in plan.palette), key=lambda c: float(luminance(c)))
    ink, paper = pigment_name(ink_of(pigments[0])), pigment_name(paper_of(pigments[-1]))
    return [(f"the ink is {ink} and the paper {paper}.", "technique")]


def _list(items: Sequence[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
