"""`ConceptModel`: a decoder-only GPT-2 over one token per concept, plus BOS and EOS."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from cas.atomic_files import appearing
from cas.checkpoint import CONFIG, WEIGHTS
from cas.errors import CheckpointError, VocabularyError
from cas.forward import NextConceptForward
from cas.lazy_imports import GPT2Config, GPT2LMHeadModel
from cas.validation import check_number
from cas.vocabulary import Vocabulary


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
        if network.config.vocab_size != len(vocabulary) + 2:
            raise VocabularyError(
                f"This model has {network.config.vocab_size - 2} concepts, but the vocabulary has"
                f" {len(vocabulary)}: use the vocabulary that the model was trained with."
            )
        self.network = network
        self.vocabulary = vocabulary
        self._forward: NextConceptForward | None = None

    @classmethod
    def new(cls, vocabulary: Vocabulary, size: ModelSize) -> ConceptModel:
        """Make an untrained model; torch's global generator draws the weights."""
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
        return int(self.network.config.n_positions) - 1

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
        rows = rows.to(self.network.device)
        return torch.cat([rows.new_full((len(rows), 1), self.bos), rows], dim=1)

    @property
    def _fast(self) -> NextConceptForward:
        if self._forward is None:
            self._forward = NextConceptForward(self.network)
        return self._forward

    def weights(self) -> dict[str, Tensor]:
        """Return the weights by transformers' names; the tied output layer is left out."""
        state = cast(dict[str, Tensor], self.network.state_dict())
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
    def load(
        cls, folder: Path | str, vocabulary: Vocabulary, *, device: str = "cpu"
    ) -> ConceptModel:
        """Read a folder written by `save`; the weights become float32.

        Raises:
            CheckpointError: a file is missing, cut short or not a GPT-2 of this shape.
            VocabularyError: the model was trained on another vocabulary.
        """
        folder = Path(folder)
        try:
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
            trained_on = config.pop("vocabulary", None)
            network = GPT2LMHeadModel(GPT2Config.from_dict(config))
            weights = load_file(folder / WEIGHTS)
        except Exception as error:  # transformers raises whatever a config leads it to
            raise CheckpointError(
                f"{folder} holds no readable model ({error}). Copy it again, or train it anew."
            ) from error
        if trained_on is not None and trained_on != vocabulary.fingerprint:
            raise VocabularyError(
                f"The model in {folder} was trained on another vocabulary (fingerprint"
                f" {trained_on!s:.12}…, this one is {vocabulary.fingerprint[:12]}…): keep each"
                " model with its own vocabulary.txt."
            )
        _fill(network, weights, folder)
        return cls(_placed(network, device), vocabulary)


def _placed(network: GPT2LMHeadModel, device: str) -> GPT2LMHeadModel:
    """Move the network to a device, ready to be asked (without dropout)."""
    module: nn.Module = network
    module.to(device).train(False)
    return network


def _fill(network: GPT2LMHeadModel, weights: dict[str, Tensor], folder: Path) -> None:
    """Load the weights, checking every name and shape."""
    expected = {k: v for k, v in network.state_dict().items() if k != "lm_head.weight"}
    wrong: Sequence[str] = sorted(
        set(expected.keys() ^ weights.keys())
        | {n for n in expected.keys() & weights.keys() if expected[n].shape != weights[n].shape}
    )
    if wrong:
        raise CheckpointError(
            f"The weights in {folder} do not fit its config.json ({len(wrong)} differ, first"
            f" {wrong[0]}): the two files belong to different models."
        )
    if not all(torch.isfinite(tensor).all() for tensor in weights.values()):
        raise CheckpointError(
            f"The weights in {folder} hold NaN or infinity: train the model anew."
        )
    network.load_state_dict({k: w.float() for k, w in weights.items()}, strict=False)
    network.tie_weights()
