#!/usr/bin/env python3
"""Train the encoder as a masked language model on tweets: RoBERTa's procedure (Liu et al. 2019), starting from MiniLM's layers.

- Every pass masks other pieces (dynamic masking). 15 % of the pieces are predicted. Of these, 80 % are replaced by <mask>, 10 % by a
  random piece, and 10 % stay. There is no next-sentence task.
- The vocabulary is new. So training keeps the hidden states close to MiniLM's for the same words (hidden-state distillation, Sanh et
  al. 2019, Jiao et al. 2020).

Writes `pretrained.pt`. An interrupted run resumes from its last checkpoint.
"""

from pathlib import Path

from bertweet.command_line import add_data_options, add_run_options, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    add_data_options(parser)
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and pretrained.pt")
    parser.add_argument("--epochs", type=float, default=1, help="passes over the texts (default: %(default)s)")
    parser.add_argument("--learning-rate", type=float, default=2e-4, help="peak learning rate of the layers (default: %(default)s)")
    parser.add_argument(
        "--table-learning-rate", type=float, default=1e-3, help="peak learning rate of the embedding table, which is new (default: %(default)s)"
    )
    parser.add_argument(
        "--distance", type=float, default=8, help="weight of the distance from MiniLM in the loss (default: %(default)s)"
    )
    add_run_options(parser, batch_tokens=4096, save_minutes=5)
    args = parser.parse_args()

    from bertweet.training.pretraining import pretrain

    run(parser, pretrain, args)


if __name__ == "__main__":
    main()
