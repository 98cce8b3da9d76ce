"""Initialise from GPT-2's weights: its layers, and token embeddings from the pieces of a concept.

GPT-2 writes words in pieces, our models one token a concept: the embedding of a concept is the mean
of its pieces' embeddings, and both BOS and EOS begin as GPT-2's end of text. The paper does not say
what its models began with.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from cas.errors import TrainingError
from cas.lazy_imports import AutoTokenizer, GPT2LMHeadModel
from cas.model import ConceptModel


def begin_from_gpt2(model: ConceptModel, source: Path | str) -> None:
    """Give a new model the weights of a GPT-2.

    Args:
        model: of the same layers, width and heads, with no more positions; changed in place.
        source: a folder that transformers wrote, with its tokenizer, or a name on the Hugging Face
            hub, such as "openai-community/gpt2".

    Raises:
        TrainingError: there is no GPT-2 with a tokenizer at `source`, or it has another shape.
    """
    elder, tokenizer = _load(source)
    ours, theirs = model.network.config, elder.config
    shape = [(c.n_layer, c.n_embd, c.n_head) for c in (ours, theirs)]
    if shape[0] != shape[1] or ours.n_positions > theirs.n_positions:
        raise TrainingError(
            f"The GPT-2 at {source} has (layers, width, heads) {shape[1]} and {theirs.n_positions}"
            f" positions, but the model to train {shape[0]} and {ours.n_positions}: give it a size"
            " that fits, such as preset gpt2 for the 124 million weights of GPT-2 small."
        )
    weights = elder.transformer.state_dict()
    weights["wte.weight"] = _rows(model, weights["wte.weight"], tokenizer)
    weights["wpe.weight"] = weights["wpe.weight"][: ours.n_positions]
    model.network.transformer.load_state_dict(weights)
    model.network.tie_weights()


def _load(source: Path | str) -> tuple[Any, Any]:
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        loaded: Any = GPT2LMHeadModel.from_pretrained(source, output_loading_info=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise TrainingError(
            f"There is no GPT-2 with its tokenizer at {str(source)!r}"
            f" ({str(error).splitlines()[0]:.160}). Give a folder that transformers'"
            " save_pretrained wrote, model and tokenizer, or a name on the Hugging Face hub."
        ) from error
    elder, told = loaded
    if told["missing_keys"]:
        raise TrainingError(
            f"The model at {source} lacks {len(told['missing_keys'])} weights of a GPT-2, first"
            f" {sorted(told['missing_keys'])[0]}: it is another kind of model."
        )
    return elder, tokenizer


def _rows(model: ConceptModel, pieces: torch.Tensor, tokenizer: Any) -> torch.Tensor:
    """Return [V + 2, width] embeddings of the concepts, BOS and EOS."""
    # With a space before it, as a word stands in running text: other pieces than without.
    written = [tokenizer(f" {concept}")["input_ids"] for concept in model.vocabulary]
    rows = [pieces[torch.tensor(tokens)].mean(dim=0) for tokens in written]
    end = pieces[int(tokenizer.eos_token_id)]
    return torch.stack([*rows, end, end])
