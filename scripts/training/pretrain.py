#!/usr/bin/env python3
"""Masked-language-model training: RoBERTa's procedure (Liu et al. 2019) on tweets, from MiniLM's layers.

Every pass masks anew (dynamic masking): 15 % of the pieces are predicted, of which 80 % are shown as <mask>, 10 % as a random
piece, 10 % as they are. No next-sentence task. Since the vocabulary is a new one, the encoder is also held to what
MiniLM makes of the same words (hidden-state distillation, Sanh et al. 2019, Jiao et al. 2020).
Writes `pretrained.pt`; a run that was cut off goes on from its last checkpoint.
"""

import argparse
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm import tqdm

from bertweet.teachers.aligned import Aligned, align, distance
from bertweet.data.batches import batches_by_length, pad
from bertweet.model.checkpoint import resume, save_checkpoint
from bertweet.data.corpus import read_corpus
from bertweet.model.encoder import MaskedLanguageModel, linear_warmup_decay
from bertweet.data.masking import mask_dynamically
from bertweet.teachers.minilm import FOLDER, encoder_for, load_minilm
from bertweet.data.tokenizer import load_tokenizer, map_texts
from bertweet.data.wordpiece import load_wordpiece

TOKENIZER = WORDPIECE = None
HELD_STATES = slice(0, None, 2)  # the embeddings and every second layer


def start_worker(bundle: Path) -> None:
    global TOKENIZER, WORDPIECE
    TOKENIZER, WORDPIECE = load_tokenizer(bundle), load_wordpiece(FOLDER)


def encode(text: str) -> Aligned:
    return align(text, TOKENIZER, WORDPIECE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with tweets.txt.gz and the tasks' folders")
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and pretrained.pt")
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--learning-rate", type=float, default=2e-4, help="of the layers")
    parser.add_argument("--table-learning-rate", type=float, default=1e-3, help="of the embedding table, which is new")
    parser.add_argument("--distance", type=float, default=8, help="weight of the distance from MiniLM")
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
    rows = [row for row in rows if len(row.student.ids) > 4]
    held_out, rows = rows[: max(1, len(rows) // 100)], rows[len(rows) // 100 :]
    lengths = [max(len(row.student.ids), len(row.teacher.ids)) for row in rows]

    # Model
    teacher = load_minilm()
    model = MaskedLanguageModel(encoder_for(pieces, teacher))
    table = [model.encoder.words.weight, model.bias]
    layers = [p for p in model.parameters() if not any(p is other for other in table)]
    optimizer = torch.optim.AdamW(
        [{"params": table, "lr": args.table_learning_rate}, {"params": layers, "lr": args.learning_rate}],
        weight_decay=0.01, betas=(0.9, 0.98), eps=1e-6, fused=True,
    )
    plan = [
        batch
        for epoch in range(math.ceil(args.epochs))
        for batch in batches_by_length(lengths, args.batch_tokens, random.Random(args.seed * 1000 + epoch))
    ]
    plan = plan[: round(len(plan) * args.epochs / math.ceil(args.epochs))]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: linear_warmup_decay(step, len(plan)))
    checkpoint, parts = args.out / "pretrain-checkpoint.pt", {"model": model, "optimizer": optimizer, "schedule": schedule}
    start = resume(checkpoint, parts)

    def losses_of(batch: list[Aligned], rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """(cross-entropy of the masked pieces, distance from the teacher)"""
        ids = pad([text.student.ids for text in batch])
        shown, chosen = mask_dynamically(ids, tokenizer.mask_token_id, rng)
        with torch.autocast("cpu", torch.bfloat16):
            states = model.encoder.all_hidden_states(shown)
            logits = model.scores(states[-1][chosen])
            with torch.no_grad():
                wanted = teacher.all_hidden_states(pad([text.teacher.ids for text in batch]))
        return F.cross_entropy(logits.float(), ids[chosen]), distance(states[HELD_STATES], wanted[HELD_STATES], batch, chosen)

    @torch.no_grad()
    def held_out_losses() -> str:
        model.eval()
        rng = torch.Generator().manual_seed(0)
        losses = torch.tensor([losses_of(held_out[i : i + 128], rng) for i in range(0, len(held_out), 128)])
        model.train()
        return "held out: loss {:.3f}, distance {:.3f}".format(*losses.mean(0).tolist())

    # Training
    model.train()
    saved_at, mean = time.monotonic(), None
    bar = tqdm(range(start, len(plan)), initial=start, total=len(plan), desc="pretrain", mininterval=10)
    for step in bar:
        rng = torch.Generator().manual_seed(args.seed * 1_000_003 + step)
        loss, apart = losses_of([rows[i] for i in plan[step]], rng)
        if not loss.isfinite():  # a batch in which chance masked nothing
            continue
        optimizer.zero_grad()
        (loss + args.distance * apart).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
        bar.set_postfix(loss=f"{mean:.3f}", distance=f"{apart.item():.3f}", refresh=False)
        if time.monotonic() - saved_at > args.save_minutes * 60:
            save_checkpoint(checkpoint, parts, step + 1, shape=model.encoder.shape.as_dict())
            print(f"\nstep {step + 1}: {held_out_losses()}", flush=True)
            saved_at = time.monotonic()

    print(held_out_losses())
    torch.save({"shape": model.encoder.shape.as_dict(), "model": model.state_dict()}, args.out / "pretrained.pt")


if __name__ == "__main__":
    main()
