"""`ConceptModel`: a decoder-only GPT-2 over one token per concept, plus BOS and EOS."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from cas.atomic_files import appearing
from cas.checkpoint import CONFIG, WEIGHTS
from cas.errors import CheckpointError, VocabularyError
from cas.forward import NextConceptForward
from cas.gpt2_shape import GPT2Shape
from cas.validation import check_number
from cas.vocabulary import Vocabulary

if TYPE_CHECKING:
    from cas.lazy_imports import GPT2LMHeadModel


@dataclass(frozen=True)
class ModelSize:
    """The size of a GPT-2: 4 layers of 256 are 3.5 million weights with 1,300 concepts."""

    layers: int = 4
    width: int = 256
    heads: int = 4
    dropout: float = 0.1
    longest: int = 24

    def __post_init__(self) -> None:
        if min(self.layers, self.width, self.heads, self.longest) < 1 or self.width % self.heads:
            raise CheckpointError(
                f"Layers, width, heads and longest must be at least 1 and heads must divide width,"
                f" but this size is {self}."
            )
        meaning = "from 0 to 1"
        check_number("dropout", self.dropout, meaning, low=0, high=1, error=CheckpointError)


class ConceptModel:
    """Scores what concept comes next, given concepts in an order.

    Token *i* is concept *i* of the vocabulary; BOS is token V and EOS token V + 1.

    Args:
        network: transformers' GPT-2 language model with V + 2 tokens.
        vocabulary: the V concepts it was trained on.

    Raises:
        VocabularyError: the network has another number of tokens.
    """

    def __init__(self, network: GPT2LMHeadModel, vocabulary: Vocabulary) -> None:
        self._network: GPT2LMHeadModel | None = network
        self._begin(network.config.to_dict(), vocabulary)

    def _begin(self, config: dict[str, Any], vocabulary: Vocabulary) -> None:
        self._shape = GPT2Shape.of(config)
        if self._shape.vocabulary != len(vocabulary) + 2:
            raise VocabularyError(
                f"This model has {self._shape.vocabulary - 2} concepts, but the vocabulary has"
                f" {len(vocabulary)}: use the vocabulary that the model was trained with."
            )
        self._config = config
        self._loaded: dict[str, Tensor] = {}
        self.vocabulary = vocabulary
        self._forward: NextConceptForward | None = None

    @classmethod
    def new(cls, vocabulary: Vocabulary, size: ModelSize) -> ConceptModel:
        """Make an untrained model; torch's global generator draws the weights."""
        from cas.lazy_imports import GPT2Config, GPT2LMHeadModel

        config = GPT2Config(
            vocab_size=len(vocabulary) + 2,
            n_positions=size.longest + 1,
            n_embd=size.width,
            n_layer=size.layers,
            n_head=size.heads,
            resid_pdrop=size.dropout,
            embd_pdrop=size.dropout,
            attn_pdrop=size.dropout,
            bos_token_id=len(vocabulary),
            eos_token_id=len(vocabulary) + 1,
        )
        return cls(GPT2LMHeadModel(config), vocabulary)

    @property
    def network(self) -> GPT2LMHeadModel:
        """The network: to train it, or for what else NLLs are not enough.

        That of a loaded model is made when it is first asked for: transformers takes seconds.
        """
        if self._network is None:
            from cas.lazy_imports import GPT2Config, GPT2LMHeadModel

            with torch.random.fork_rng(devices=[]):
                network = GPT2LMHeadModel(GPT2Config.from_dict(dict(self._config)))
            network.load_state_dict(self._loaded, strict=False)
            network.tie_weights()
            module: torch.nn.Module = network
            module.to(self.device).train(False)
            self._network, self._loaded = network, {}
        return self._network

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        if self._network is not None:
            return self._network.device
        return next(iter(self._loaded.values())).device

    @property
    def bos(self) -> int:
        """The token that begins every sequence."""
        return len(self.vocabulary)

    @property
    def eos(self) -> int:
        """The token that ends every sequence."""
        return len(self.vocabulary) + 1

    @property
    def longest(self) -> int:
        """How many concepts the model can be given: one less than its positions, for BOS."""
        return self._shape.positions - 1

    @torch.inference_mode()
    def next_nll(self, pools: Tensor) -> Tensor:
        """Return the negative log-likelihood of every concept as the next one.

        Args:
            pools: [B, L] int64 tokens, L from 0 to `longest`; `PAD` fills up shorter pools. On
                any device.

        Returns:
            [B, V] float32 on the CPU, in nats; BOS and EOS share in the softmax but are left out.
        """
        logits = self._fast(self.after_bos(pools)).float()
        return (logits.logsumexp(-1, keepdim=True) - logits)[:, : len(self.vocabulary)].cpu()

    def forget_forward(self) -> None:
        """Forget the copy of the weights that NLLs are read from; call it after changing them."""
        self._forward = None

    @torch.inference_mode()
    def sequence_nll(self, sequences: Tensor) -> Tensor:
        """Return each sequence's mean negative log-likelihood a concept: [B, L] tokens → [B].

        The tokens may be on any device; the answer is on the CPU.
        """
        return self._fast.nlls(self.after_bos(sequences)).mean(dim=1).cpu()

    def after_bos(self, rows: Tensor) -> Tensor:
        """Return [B, L + 1] tokens for the network, on its device: BOS and [B, L] of any device."""
        rows = rows.to(self.device)
        return torch.cat([rows.new_full((len(rows), 1), self.bos), rows], dim=1)

    @property
    def _fast(self) -> NextConceptForward:
        if self._forward is None:
            self._forward = NextConceptForward(self.weights(), self._shape)
        return self._forward

    def weights(self) -> dict[str, Tensor]:
        """Return the weights by transformers' names; the tied output layer is left out."""
        if self._network is None:
            return dict(self._loaded)
        state = cast(dict[str, Tensor], self._network.state_dict())
        return {name: tensor for name, tensor in state.items() if name != "lm_head.weight"}

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of the weights in half precision, as the shipped files hold them."""
        digest = hashlib.sha256()
        for name, tensor in sorted(self.weights().items()):
            digest.update(name.encode())
            digest.update(tensor.detach().half().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()

    def save(self, folder: Path | str, *, half: bool = True) -> None:
        """Write `model.safetensors` (fp16 unless `half` is False) and `config.json`.

        transformers' own `GPT2LMHeadModel.from_pretrained` reads the folder too.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        kind = torch.float16 if half else torch.float32
        weights = {k: w.detach().to("cpu", kind).contiguous() for k, w in self.weights().items()}
        # An artist may be reading the folder: it must not meet a file that is being written.
        with appearing(folder / WEIGHTS) as part:
            save_file(weights, part, metadata={"format": "pt"})
        config = self.network.config.to_diff_dict()
        config |= {"architectures": ["GPT2LMHeadModel"], "vocabulary": self.vocabulary.fingerprint}
        with appearing(folder / CONFIG) as part:
            part.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")

    @classmethod
    def load(cls, folder: Path | str, vocabulary: Vocabulary, *, device: str = "cpu") -> Self:
        """Read a folder written by `save`; the weights become float32.

        Raises:
            CheckpointError: a file is missing, cut short or not a GPT-2 of this shape.
            VocabularyError: the model was trained on another vocabulary.
        """
        folder = Path(folder)
        try:
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
            trained_on = config.pop("vocabulary", None)
            expected = GPT2Shape.of(config).tensors()
            weights = load_file(folder / WEIGHTS)
        except Exception as error:  # safetensors raises whatever a file leads it to
            raise CheckpointError(
                f"{folder} holds no readable model ({error}). Copy it again, or train it anew."
            ) from error
        if trained_on is not None and trained_on != vocabulary.fingerprint:
            raise VocabularyError(
                f"The model in {folder} was trained on another vocabulary (fingerprint"
                f" {trained_on!s:.12}…, this one is {vocabulary.fingerprint[:12]}…): keep each"
                " model with its own vocabulary.txt."
            )
        _check(weights, expected, folder)
        model = cls.__new__(cls)
        model._network = None
        model._begin(config, vocabulary)
        model._loaded = {name: weights[name].float().to(device) for name in expected}
        return model


def _check(
    weights: Mapping[str, Tensor], expected: Mapping[str, tuple[int, ...]], folder: Path
) -> None:
    """Check every name and shape, and that the weights are numbers."""
    found = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    wrong = sorted({name for name, _ in found.items() ^ expected.items()})
    if wrong:
        raise CheckpointError(
            f"The weights in {folder} do not fit its config.json ({len(wrong)} differ, first"
            f" {wrong[0]}): the two files belong to different models."
        )
    if not all(torch.isfinite(tensor).all() for tensor in weights.values()):
        raise CheckpointError(
            f"The weights in {folder} hold NaN or infinity: train the model anew."
        )
