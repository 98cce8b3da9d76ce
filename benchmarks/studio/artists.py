"""Three artists with the concepts of 24 works each: the material of the contact sheets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Artist:
    """A style, and what each work is to show."""

    name: str
    style: str
    seed: int
    works: tuple[tuple[str, ...], ...]


def _works(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(word.strip() for word in line.split(",")) for line in text.strip().splitlines()
    )


ARTISTS = (
    Artist(
        "tide",
        "woodblock, ink wash, engraving, watercolour, cyanotype, charcoal",
        11,
        _works("""
sea, sky, ship
sea, storm, lighthouse
moon, sea, fisherman
boat, harbour, church
wave, cliff, sailing boat
island, seagull, rowing boat
beach, woman, parasol
river, bridge, gondola
whale, sea, star
shipwreck, rock, moonlight
lake, swan, willow
estuary, windmill, evening
sailor, portrait, anchor
shell, fish, bottle
mountain, lake, pine
waterfall, deer, forest
coast, castle, rainbow
pier, man, mist
sea, mourning, woman
lighthouse, snow, night
pagoda, mountain, crane
fishing net, basket, crab
sea, horse, sunset
reflection, tower, cypress
"""),
    ),
    Artist(
        "ember",
        "linocut, paper-cut, stained glass, silkscreen, gold ground, scratchboard",
        23,
        _works("""
soldier, fire, city
mourning, skull, candle
king, crown, lion
factory, worker, smoke
saint, halo, dove
violin, mask, dance
grief, bare tree, raven
horse, battle, flag
woman, mirror, rose
prison, bird, freedom
clock, skeleton, love
train, bridge, night
angel, church, star
bull, man, sword
owl, moon, forest
cathedral, window, prayer
portrait, beard, eyeglasses
cat, chair, book
circus, dancer, drum
mother and child, halo, apple
protest, crowd, street
snake, tree, apple
wolf, winter, village
hand, eye, key
"""),
    ),
    Artist(
        "meadow",
        "gouache, fresco, pointillism, tapestry, palette knife, pastel, vase painting",
        37,
        _works("""
cow, field, windmill
flower, vase, window
woman, hat, garden
shepherd, sheep, hill
cottage, autumn, path
fruit, bottle, bread
horse, cart, valley
girl, butterfly, meadow
ruin, column, cypress
portrait, woman, necklace
poplar, river, reflection
village, church, snow
harvest, labourer, sun
tulip, bee, bowl
dog, hunting, forest
piano, room, lamp
fox, hare, moon
temple, palm tree, camel
bathing, river, nude
rooster, basket, egg
bridge, town, evening
man, pipe, mustache
peacock, garden, fountain
geometric, colour, rhythm
"""),
    ),
)
