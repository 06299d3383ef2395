#!/usr/bin/env python3
"""Add your own task to a bundle: a linear head on its unchanged encoder, trained in minutes on a CPU.

`--data` is a folder with `train` and `dev`: JSON lines (`{"text","label"}`) for a classification, CoNLL (`token<TAB>tag`) for a
tagging; `.gz` allowed. A label may be a number, as in Hugging Face's data sets; answers then say it by its digits.

- The bundle's int8 encoder reads every text once. On its hidden states a softmax regression is fitted for several strengths of L2,
  with and without class weights. Dev picks the best. Nothing depends on chance.
- A classification gets a temperature fitted on dev.
- The new bundle differs from the old one in `heads.bin` and `manifest.json` only, and has an id of its own: the bucket holds one current
  version of each id, so the old bundle would take its place. Other tasks answer as before. `npm start -- --bundle OUT` answers the new one.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle to add to; it stays as it is")
    parser.add_argument("--data", type=Path, required=True, help="folder with train and dev")
    parser.add_argument("--name", required=True, help="the task's, as in /v1/NAME; NAME/SCHEME for one more tag set of NAME")
    parser.add_argument("--out", type=Path, required=True, help="the new bundle's folder")
    parser.add_argument("--id", help="the new bundle's id (default: made of the name of --out)")
    parser.add_argument("--metric", help="accuracy, macro_f1, average_recall, f1:LABEL or entity_f1; dev picks by it")
    parser.add_argument("--description", help="what the task says about a text, for the manifest")
    parser.add_argument("--source", help="the data's name, for the manifest (default: the folder's)")
    parser.add_argument("--windows", action="store_true", help="texts are longer than the encoder: read all of them in windows")
    parser.add_argument("--limit", type=int, help="use only the first N texts of each split (smoke run)")
    args = parser.parse_args()

    from bertweet.export.adding import add_head

    run(parser, add_head, args)


if __name__ == "__main__":
    main()
