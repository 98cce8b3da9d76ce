import pytest

from worker.nouns import Kind, Number, article, classify


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tower", "a"),
        ("ochre boat", "an"),
        ("hour", "an"),
        ("horse", "a"),
        ("uniform", "a"),
        ("unicorn", "a"),
        ("umbrella", "an"),
        ("urn", "an"),
        ("eucalyptus", "a"),
        ("us capitol", "a"),
        ("old man", "an"),
        ("Indian elephant", "an"),
    ],
)
def test_article(words: str, expected: str) -> None:
    assert article(words) == expected


@pytest.mark.parametrize(
    ("concept", "kind", "number"),
    [
        ("rowing boat", Kind.THING, Number.ONE),
        ("lobster pot", Kind.THING, Number.ONE),
        ("clouds", Kind.SKY, Number.MANY),
        ("glass", Kind.THING, Number.MASS),
        ("dress", Kind.THING, Number.ONE),
        ("scissors", Kind.THING, Number.PAIR),
        ("sea", Kind.PLACE, Number.UNIQUE),
        ("harbour", Kind.PLACE, Number.ONE),
        ("fog", Kind.SKY, Number.MASS),
        ("old man", Kind.PERSON, Number.ONE),
        ("women", Kind.PEOPLE, Number.MANY),
        ("fishermen", Kind.PEOPLE, Number.MANY),
        ("quarryman", Kind.PERSON, Number.ONE),
        ("violinists", Kind.PEOPLE, Number.MANY),
        ("cormorant", Kind.ANIMAL, Number.ONE),
        ("sheep", Kind.ANIMAL, Number.MANY),
        ("winter", Kind.TIME, Number.BARE),
        ("ukiyo-e", Kind.MOVEMENT, Number.BARE),
        ("abstract expressionism", Kind.MOVEMENT, Number.BARE),
        ("still life", Kind.GENRE, Number.ONE),
        ("gothic", Kind.QUALITY, Number.BARE),
        ("mourning", Kind.ABSTRACT, Number.BARE),
        ("loneliness", Kind.ABSTRACT, Number.BARE),
        ("colonialism", Kind.ABSTRACT, Number.BARE),
        ("standing", Kind.ACTION, Number.BARE),
        ("bust facing right", Kind.ACTION, Number.BARE),
        ("painting", Kind.THING, Number.ONE),
        ("paris", Kind.NAMED, Number.BARE),
        ("virgin mary", Kind.NAMED, Number.BARE),
        ("coat of arms", Kind.THING, Number.ONE),
        ("man with the blue guitar", Kind.MOTIF, Number.BARE),
        ("1795 1820 clothing", Kind.MOTIF, Number.BARE),
    ],
)
def test_kind_and_number(concept: str, kind: Kind, number: Number) -> None:
    noun = classify(concept)
    assert (noun.kind, noun.number) == (kind, number)
