"""A sentence-transformers model small enough to make in each test run."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import BertConfig

WORDS = [
    "the",
    "of",
    "and",
    "in",
    "a",
    "to",
    "was",
    "were",
    "city",
    "cities",
    "informal",
    "settlements",
    "water",
    "tanks",
    "truck",
    "food",
    "bicycle",
    "lanes",
    "quarantine",
    "buildings",
    "closed",
    "markets",
    "hardest",
    "problem",
    "major",
    "challenge",
    "durban",
    "lima",
    "quito",
    "public",
    "families",
    "baskets",
    "outdoors",
    "how",
    "did",
    "handle",
]

DIMENSION, MAX_TOKENS, CHANNELS = 32, 48, 64


def make_tiny_crossing(folder: Path, *, figures: int = 1, seed: int = 7) -> Path:
    """Write a cross-encoder of the same size, which gives each pair of texts so many figures."""
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(seed)
    vocabulary = _vocabulary()
    config = _config(len(vocabulary), num_labels=figures)
    BertForSequenceClassification(config).save_pretrained(folder)
    _write_tokenizer(folder, vocabulary)
    return folder


def make_tiny_model(
    folder: Path,
    *,
    prompts: dict[str, str] | None = None,
    seed: int = 7,
    tokens: int = MAX_TOKENS,
    channels: int = CHANNELS,
) -> Path:
    """Write a one-layer BERT: random weights, mean pooling, words and letters as vocabulary.

    Args:
        folder: where it goes.
        prompts: before questions and documents.
        seed: of the weights.
        tokens: that it reads at most.
        channels: of the activation function.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertModel

    torch.manual_seed(seed)
    parts = folder / "parts"
    vocabulary = _vocabulary()
    BertModel(_config(len(vocabulary), tokens, channels)).save_pretrained(parts)
    _write_tokenizer(parts, vocabulary)
    transformer = Transformer(str(parts), max_seq_length=tokens)
    model = SentenceTransformer(
        modules=[transformer, Pooling(DIMENSION, "mean")], prompts=prompts, device="cpu"
    )
    model.save(str(folder / "model"))
    return folder / "model"


def _vocabulary() -> list[str]:
    letters = string.ascii_lowercase + string.digits + string.punctuation
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *letters]
    return list(dict.fromkeys([*pieces, *(f"##{letter}" for letter in letters)]))


def _config(
    words: int, tokens: int = MAX_TOKENS, channels: int = CHANNELS, **more: Any
) -> BertConfig:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=words,
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=channels,
        max_position_embeddings=tokens,
        **more,
    )


def _write_tokenizer(folder: Path, vocabulary: list[str]) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing

    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    special = [("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])]
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=special
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        "model_input_names": ["input_ids", "attention_mask"],
        "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
