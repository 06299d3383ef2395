#!/usr/bin/env python3
"""Find a model of Hugging Face's in a folder, or on the Hub, from where it is downloaded. `npm run convert` begins with this.

Of a repository only data comes: config.json, the tokenizer, README.md for the licence, and one kind of weights: model.safetensors, else
pytorch_model.bin, else an ONNX graph. Files go into Hugging Face's cache, and what is there does not come again. A connection that breaks
is taken up where it broke.

`HF_TOKEN`, or what `hf auth login` wrote, opens repositories that are private or gated. `HF_HOME` moves the cache, `HF_ENDPOINT` names
another Hub.

The last line is JSON: the `folder`, an `id` for the bundle, what convert.py takes the folder as (`option`: checkpoint or onnx), the
`license` that the model's page states, or null, and the `source`.
"""

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--model", required=True, help="a folder, or an id on the Hub such as vinai/bertweet-base")
    parser.add_argument("--revision", help="a branch, tag or commit of the repository (default: main)")
    args = parser.parse_args()

    from bertweet.export.fetching import fetch_model

    run(parser, fetch_model, args)


if __name__ == "__main__":
    main()
