"""The Cultural Alien Sampler (arXiv 2510.20849), a library of its own.

Two small language models over a vocabulary of concepts: one knows what goes together in an artwork
(*coherence*), the other what goes together in an artist's whole body of work (*context*). The
sampler draws concepts that fit a pool and picks one that its context model finds unlikely there.

    from cas import CulturalAlienSampler
    sampler = CulturalAlienSampler.from_pretrained()
    pick = sampler.sample(["sea", "sky"], beta=0.85, seed=7)
    print(pick.concept, pick.explain())

Sampling: `CulturalAlienSampler`, `Pick`, `Candidate`, `Idea`, `SamplerTuning`, `PRESETS`.
Parts: `Vocabulary`, `ConceptModel`. Another pair: `cas.data.corpus`, `cas.training.train`,
`cas.evaluation.recipe`.
Errors: `CasError` and, of it, `UnknownConceptError`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cas.errors import CasError, UnknownConceptError
    from cas.model import ConceptModel
    from cas.pick import Candidate, Idea, Pick
    from cas.sampler import CulturalAlienSampler
    from cas.tuning import PRESETS, SamplerTuning
    from cas.vocabulary import Vocabulary

__all__ = [
    "PRESETS",
    "Candidate",
    "CasError",
    "ConceptModel",
    "CulturalAlienSampler",
    "Idea",
    "Pick",
    "SamplerTuning",
    "UnknownConceptError",
    "Vocabulary",
]

_HOMES = {
    "PRESETS": "cas.tuning",
    "Candidate": "cas.pick",
    "CasError": "cas.errors",
    "ConceptModel": "cas.model",
    "CulturalAlienSampler": "cas.sampler",
    "Idea": "cas.pick",
    "Pick": "cas.pick",
    "SamplerTuning": "cas.tuning",
    "UnknownConceptError": "cas.errors",
    "Vocabulary": "cas.vocabulary",
}


def __getattr__(name: str) -> Any:
    # Torch takes seconds to import: code that needs only a preset or an error does not wait for it.
    if name not in _HOMES:
        raise AttributeError(f"module 'cas' has no attribute {name!r}")
    try:
        return getattr(import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{name} needs {error.name}: pip install 'cultural-alien[sampler]'.", name=error.name
        ) from error
