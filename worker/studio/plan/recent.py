"""What the latest works showed, so that the next one shows something else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from storage.archive.plan import Plan

REST = 7
"""Works in which a concept that was just shown is left to rest, unless it is asked for."""
_FADES, _REPEATED = 0.88, 0.85
"""How fast a repetition is forgotten, and how much the latest work's is held against a choice."""

Kinds = Callable[[Plan], Collection[str]]


def forms_of(plan: Plan) -> Collection[str]:
    """The forms of its actors."""
    return {actor.form for actor in plan.actors}


def setting_of(plan: Plan) -> Collection[str]:
    """Its setting."""
    return {plan.setting.kind}


def technique_of(plan: Plan) -> Collection[str]:
    """Its technique."""
    return {plan.technique}


def kinds_of_relations(plan: Plan) -> Collection[str]:
    """The kinds of its relations."""
    return {relation.kind for relation in plan.relations}


def freshness(recent: Sequence[Plan], kinds: Kinds, name: str) -> float:
    """Weight of a choice, 0..1: the later and the oftener it was taken, the less."""
    weight = 1.0
    for age, plan in enumerate(recent):
        if name in kinds(plan):
            weight *= 1 - _REPEATED * _FADES**age
    return weight


def rests(recent: Sequence[Plan], concept: str) -> bool:
    """Whether a concept was shown in one of the latest works."""
    return any(concept in plan.shown for plan in recent[:REST])
