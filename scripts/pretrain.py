#!/usr/bin/env python3
"""Masked-language-model training: RoBERTa's procedure (Liu et al. 2019) on tweets, from MiniLM's layers.

Every pass masks anew (dynamic masking): 15 % of the pieces are predicted, of which 80 % are shown as <mask>, 10 % as a random
piece, 10 % as they are. No next-sentence task. Writes `pretrained.pt`; a run that was cut off goes on from its last checkpoint.
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from mini.batches import batches_by_length, pad
from mini.checkpoint import resume, save_checkpoint
from mini.data import find_split, is_tagging, open_text, read_classification, read_tagging
from mini.encoder import Encoder, MaskedLanguageModel, Shape, initialise_from_minilm, linear_warmup_decay
from mini.text import UNK_ID, encode_text, load_tokenizer, map_texts

TOKENIZER = None
LONG_TEXT_TASKS = {"imdb"}  # reviews are ten times as long as tweets; fine-tuning reads them


def start_worker(bundle: Path) -> None:
    global TOKENIZER
    TOKENIZER = load_tokenizer(bundle)


def encode(text: str) -> np.ndarray:
    return np.array(encode_text(TOKENIZER, text), dtype=np.int32)


def read_corpus(data: Path, limit: int | None) -> list[str]:
    """The unlabelled tweets and every task's training texts."""
    with open_text(data / "tweets.txt.gz") as lines:
        texts = [line.rstrip("\n") for line in lines]
    for folder in sorted(path for path in data.iterdir() if path.is_dir() and path.name not in LONG_TEXT_TASKS):
        path = find_split(folder, "train")
        if path and is_tagging(path):
            texts += [" ".join(words) for words, _ in read_tagging(path)]
        elif path:
            texts += [text for text, _ in read_classification(path)]
    return texts[:limit]


def mask_dynamically(ids: torch.Tensor, mask_id: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """(what the encoder is shown, which positions it has to predict); special tokens are never chosen."""
    chosen = (torch.rand(ids.shape, generator=rng) < 0.15) & (ids > UNK_ID)
    fate = torch.rand(ids.shape, generator=rng)
    noise = torch.randint(UNK_ID + 1, mask_id, ids.shape, generator=rng)
    shown = torch.where(chosen & (fate < 0.8), mask_id, ids)
    return torch.where(chosen & (fate >= 0.9), noise, shown), chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with tweets.txt.gz and the tasks' folders")
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and pretrained.pt")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, help="use only the first N texts (smoke run)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)

    # Corpus
    tokenizer = load_tokenizer(args.bundle)
    pieces = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
    rows = map_texts(read_corpus(args.data, args.limit), start_worker, (args.bundle,), encode, "tokenize")
    rows = [row for row in rows if len(row) > 4]
    held_out, rows = rows[: max(1, len(rows) // 100)], rows[len(rows) // 100 :]
    lengths = [len(row) for row in rows]

    # Model
    model = MaskedLanguageModel(Encoder(Shape(vocab_size=len(pieces)), dropout=0.0))
    initialise_from_minilm(model.encoder, pieces)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
        lr=args.learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True,
    )
    plan = [
        batch
        for epoch in range(args.epochs)
        for batch in batches_by_length(lengths, args.batch_tokens, random.Random(args.seed * 1000 + epoch))
    ]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: linear_warmup_decay(step, len(plan)))
    checkpoint, parts = args.out / "pretrain-checkpoint.pt", {"model": model, "optimizer": optimizer, "schedule": schedule}
    start = resume(checkpoint, parts)

    def loss_of(batch: list[np.ndarray], rng: torch.Generator) -> torch.Tensor:
        ids = pad(batch)
        shown, chosen = mask_dynamically(ids, tokenizer.mask_token_id, rng)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(shown, chosen)
        return F.cross_entropy(logits.float(), ids[chosen])

    @torch.no_grad()
    def held_out_loss() -> float:
        model.eval()
        rng = torch.Generator().manual_seed(0)
        losses = [loss_of(held_out[i : i + 128], rng).item() for i in range(0, len(held_out), 128)]
        model.train()
        return sum(losses) / len(losses)

    # Training
    model.train()
    saved_at, mean = time.monotonic(), None
    bar = tqdm(range(start, len(plan)), initial=start, total=len(plan), desc="pretrain", mininterval=10)
    for step in bar:
        rng = torch.Generator().manual_seed(args.seed * 1_000_003 + step)
        loss = loss_of([rows[i] for i in plan[step]], rng)
        if not loss.isfinite():  # a batch in which chance masked nothing
            continue
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
        bar.set_postfix(loss=f"{mean:.3f}", refresh=False)
        if time.monotonic() - saved_at > args.save_minutes * 60:
            save_checkpoint(checkpoint, parts, step + 1, shape=model.encoder.shape.as_dict())
            print(f"\nstep {step + 1}: held-out loss {held_out_loss():.3f}", flush=True)
            saved_at = time.monotonic()

    print(f"held-out loss {held_out_loss():.3f}")
    torch.save({"shape": model.encoder.shape.as_dict(), "model": model.state_dict()}, args.out / "pretrained.pt")


if __name__ == "__main__":
    main()
