#!/usr/bin/env python3
"""Learn a fastBPE vocabulary from raw tweets and write `bpe.codes` and `vocab.txt` in fastBPE's format.

Tweets get BERTweet's normalization (mentions to @USER, links to HTTPURL, emoji to names). Then they are split at white space and merged
pair by pair (Sennrich et al. 2016). The vocabulary has the most frequent pieces of the merged corpus. Rarer pieces become <unk>, as in
fastBPE's `getvocab`.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--tweets", type=Path, required=True, help="gzip file with one raw tweet per line")
    parser.add_argument("--out", type=Path, required=True, help="folder for bpe.codes and vocab.txt")
    parser.add_argument(
        "--vocab-size", type=int, default=32_000, help="rows of the embedding table, including special tokens (default: %(default)s)"
    )
    parser.add_argument("--merges", type=int, default=31_000, help="number of merges (default: %(default)s)")
    parser.add_argument(
        "--alphabet", type=int, default=1_000, help="number of characters that are merged, the most frequent ones (default: %(default)s)"
    )
    parser.add_argument("--limit", type=int, help="use only the first N tweets (smoke run)")
    args = parser.parse_args()

    from bertweet.data.bpe import learn_bpe

    run(parser, learn_bpe, args)


if __name__ == "__main__":
    main()
