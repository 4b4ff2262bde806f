"""Attention heads: small Transformers learn in seconds, and each head can be looked at and changed.

config       the controls; inputs: what may be given to each task
tasks        copy, reverse, sort, dates; digits: real pictures as patches
attention    attention from scratch; transformer: encoder and decoder around it
training     the lesson: run; sources: batches and what is held out; judging: who is right
surgery      heads cut, averaged, sharpened, patched; weights painted; other masks
example      the learner's input; explain: what an output rests on
observe      from weights to a frame
measures     of the weights, whatever model they are of
minilm       a pretrained sentence model; sentences: two texts read layer by layer, from reading
             and worth
figure       panels and draw, from the views and marks
words, formulas, presets, challenges, tour
"""

from __future__ import annotations

from labcore import Lab, Reference
from labcore.attention.attention_heads.attention import attention, join, split
from labcore.attention.attention_heads.challenges import CHALLENGES
from labcore.attention.attention_heads.config import Config
from labcore.attention.attention_heads.figure import GRABS, VIEWS, draw, panels
from labcore.attention.attention_heads.formulas import FORMULAS
from labcore.attention.attention_heads.minilm import sentence_block
from labcore.attention.attention_heads.observe import observe
from labcore.attention.attention_heads.presets import PRESETS
from labcore.attention.attention_heads.surgery import operation
from labcore.attention.attention_heads.tour import TOUR
from labcore.attention.attention_heads.training import length, run
from labcore.attention.attention_heads.transformer import attend, decode, encode
from labcore.attention.attention_heads.words import readout

__all__ = ["LAB", "Config", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="attention_heads",
    title="Attention heads",
    question="What does each attention head look at, and does it matter?",
    tip="Play the training, click a head, then cut it and see what the model can no longer write.",
    covers=("B11.1", "B11.2", "B11.3", "B11.4", "B11.5", "B11.6", "B11.7", "B11.8"),
    config=Config,
    length=length,
    quick={"task": "copy", "steps": 24, "length": 5, "width": "16", "heads": "2", "text": "",
           "second": ""},
    references=(
        Reference(
            "Bahdanau, Cho & Bengio (2015), Neural machine translation by jointly learning to "
            "align and translate",
            "https://arxiv.org/abs/1409.0473",
        ),
        Reference(
            "Vaswani et al. (2017), Attention is all you need",
            "https://arxiv.org/abs/1706.03762",
        ),
        Reference(
            "Jain & Wallace (2019), Attention is not explanation",
            "https://arxiv.org/abs/1902.10186",
        ),
        Reference(
            "Wiegreffe & Pinter (2019), Attention is not not explanation",
            "https://arxiv.org/abs/1908.04626",
        ),
        Reference(
            "Michel, Levy & Neubig (2019), Are sixteen heads really better than one?",
            "https://arxiv.org/abs/1905.10650",
        ),
        Reference(
            "Abnar & Zuidema (2020), Quantifying attention flow in transformers",
            "https://arxiv.org/abs/2005.00928",
        ),
        Reference(
            "Xiong et al. (2020), On layer normalization in the Transformer architecture",
            "https://arxiv.org/abs/2002.04745",
        ),
        Reference(
            "Su et al. (2021), RoFormer: enhanced Transformer with rotary position embedding",
            "https://arxiv.org/abs/2104.09864",
        ),
        Reference(
            "Dosovitskiy et al. (2021), An image is worth 16 x 16 words",
            "https://arxiv.org/abs/2010.11929",
        ),
        Reference(
            "Olsson et al. (2022), In-context learning and induction heads",
            "https://arxiv.org/abs/2209.11895",
        ),
        Reference(
            "Wang et al. (2020), MiniLM: deep self-attention distillation for task-agnostic "
            "compression of pre-trained Transformers",
            "https://arxiv.org/abs/2002.10957",
        ),
        Reference(
            "Reimers & Gurevych (2019), Sentence-BERT: sentence embeddings using Siamese "
            "BERT-networks",
            "https://arxiv.org/abs/1908.10084",
        ),
        Reference(
            "Roy & Vetterli (2007), The effective rank: a measure of effective dimensionality, "
            "EUSIPCO",
        ),
        Reference(
            "Xiao et al. (2023), Efficient streaming language models with attention sinks",
            "https://arxiv.org/abs/2309.17453",
        ),
        Reference(
            "Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI",
            "https://doi.org/10.24432/C50P49",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    resumable=True,
    observes=(
        "text", "brush", "temperature", "mask", "scaled", "second", "scope", "row", "head",
        "query", "key", "operated", "painted",
    ),
    code=(attention, split, join, attend, encode, decode, operation, sentence_block),
    tour=TOUR,
    data="Letters and dates are synthetic, made up while the model trains; one sequence in eight, "
    "by a rule on the sequence itself, is never trained on. The pictures are the UCI handwritten "
    "digits (CC BY 4.0) as scikit-learn ships them, 297 of 1,797 held out. Sentences are read by "
    "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), trained by others; it is there after "
    "“make language”.",
)  # fmt: skip
