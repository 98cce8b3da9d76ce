"""A pair of models with one vocabulary: in memory, as a folder, on the Hugging Face hub.

A folder holds `config.json` (what it is; the hub counts downloads by it), `README.md` (its card),
`vocabulary.txt`, perhaps `abstract.txt`, and `coherence/` and `context/`, which transformers can
read as GPT-2. The methods are those of huggingface_hub's `ModelHubMixin`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from cas.atomic_files import appearing
from cas.checkpoint import (
    ABSTRACT_FILE,
    CONFIG,
    MODELS,
    SHIPPED_PAIRS,
    VOCABULARY_FILE,
    pair_abstract,
    pair_folder,
)
from cas.errors import CasError
from cas.hub import CARD, LIBRARY, downloaded, names_hub, push_folder, write_card
from cas.model import ConceptModel
from cas.vocabulary import Vocabulary


class Pair:
    """Two models that know the same concepts.

    Args:
        coherence: trained on artworks' concept sets.
        context: trained on artists' concepts.
        abstract: concepts that a picture can only allude to, such as *sadness*. They are picked as
            any other unless the caller lets them cool down, as a running artist does.

    Raises:
        CasError: the two models have different vocabularies.
        UnknownConceptError: a concept of `abstract` is not in them.
    """

    def __init__(
        self, coherence: ConceptModel, context: ConceptModel, *, abstract: Collection[str] = ()
    ) -> None:
        if coherence.vocabulary != context.vocabulary:
            raise CasError(
                f"The coherence model knows {len(coherence.vocabulary)} concepts and the context"
                f" model {len(context.vocabulary)}, not the same: train both on one vocabulary."
            )
        self.coherence = coherence
        self.context = context
        coherence.vocabulary.indices(abstract)
        self.abstract = frozenset(abstract)

    @classmethod
    def from_pretrained(
        cls,
        path_or_preset: Path | str = SHIPPED_PAIRS[0],
        *,
        device: str = "cpu",
        revision: str | None = None,
        token: str | None = None,
        cache_dir: Path | str | None = None,
        local_files_only: bool = False,
    ) -> Self:
        """Load a folder that `save_pretrained` or `train` wrote, a shipped pair or one of the hub.

        Args:
            path_or_preset: a folder, a shipped pair's name, or the hub's `owner/name` as text where
                no folder `owner` is here.
            device: of the models.
            revision: of the hub: a branch, a tag or a commit; as all that follow.
            token: the one that `hf auth login` kept if not given.
            cache_dir: in place of the hub's own.
            local_files_only: take what the cache has.

        Raises:
            CheckpointError: there is no such folder or pair, or its files are corrupt.
        """
        if names_hub(path_or_preset):
            path_or_preset = downloaded(
                str(path_or_preset),
                revision=revision,
                token=token,
                cache_dir=cache_dir,
                local_files_only=local_files_only,
            )
        folder = pair_folder(path_or_preset)
        vocabulary = Vocabulary.load(folder / VOCABULARY_FILE)
        return cls(
            *(ConceptModel.load(folder / kind, vocabulary, device=device) for kind in MODELS),
            abstract=pair_abstract(folder),
        )

    def save_pretrained(self, folder: Path | str, *, card: str = "", licence: str = "") -> None:
        """Write vocabulary, both models in half precision, `config.json` and a card.

        Args:
            folder: of the pair.
            card: text of `README.md` under its metadata; one that lies there stays if not given.
            licence: for its metadata, as the hub names it, such as `apache-2.0`.
        """
        from huggingface_hub import ModelCardData

        folder = Path(folder)
        self.coherence.save(folder / "coherence")
        self.context.save(folder / "context")
        self.vocabulary.save(folder / VOCABULARY_FILE)
        if self.abstract:
            chosen = [concept for concept in self.vocabulary if concept in self.abstract]
            with appearing(folder / ABSTRACT_FILE) as part:
                part.write_text("\n".join([*chosen, ""]), encoding="utf-8")
        else:
            (folder / ABSTRACT_FILE).unlink(missing_ok=True)  # another pair's
        told = {
            "model_type": "cultural-alien-pair",
            "models": list(MODELS),
            "concepts": len(self.vocabulary),
            "fingerprint": self.fingerprint,
        }
        with appearing(folder / CONFIG) as part:
            part.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        if card or not (folder / CARD).exists():
            data = ModelCardData(
                license=licence or None,
                language="en",
                library_name=LIBRARY,
                tags=["art", "concepts", "creativity", "arxiv:2510.20849"],
            )
            write_card(folder, data, card or self._card())

    def push_to_hub(
        self,
        name: str,
        *,
        card: str = "",
        licence: str = "",
        message: str = "A pair of the Cultural Alien Sampler",
        private: bool | None = None,
        token: str | None = None,
        revision: str | None = None,
    ) -> str:
        """Upload what `save_pretrained` writes to the hub's `owner/name`; return the address.

        The repository is made if need be; the other arguments are those of `save_pretrained` and
        `cas.hub.push_folder`.
        """
        with TemporaryDirectory() as folder:
            self.save_pretrained(folder, card=card, licence=licence)
            return push_folder(
                folder, name, kind="model", message=message, private=private, token=token,
                revision=revision,
            )  # fmt: skip

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts that both models know."""
        return self.coherence.vocabulary

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, over the vocabulary and both models' weights."""
        parts = (
            self.vocabulary.fingerprint,
            self.coherence.fingerprint,
            self.context.fingerprint,
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _card(self) -> str:
        """Return what is known of a pair without its training."""
        return (
            "# A pair of the Cultural Alien Sampler\n\n"
            "Two GPT-2 language models over one token per concept: *coherence* learnt what goes"
            " together in an artwork, *context* what goes together in an artist's body of work"
            f" (arXiv 2510.20849). {len(self.vocabulary):,} concepts; SHA-256 `{self.fingerprint}`."
            "\n\n```python\nfrom cas import CulturalAlienSampler\n\n"
            'sampler = CulturalAlienSampler.from_pretrained("owner/name")\n```\n\n'
            "On what it was trained, and its limits, are for whoever shares it to say here.\n"
        )
