"""The names that Hugging Face's libraries give the files of a model. Needs the standard library alone."""

FASTBPE = {"kind": "fastbpe", "vocab": "vocab.txt", "merges": "bpe.codes"}
BYTE_LEVEL = {"kind": "byte-level-bpe", "vocab": "vocab.json", "merges": "merges.txt"}
TOKENIZER_JSON = "tokenizer.json"  # a byte-level BPE in one file
CONFIG = "config.json"
CARD = "README.md"
SAFETENSORS, PICKLE = "model.safetensors", "pytorch_model.bin"
# The smaller graph first, since an isolate has 128 MB. Optimum writes beside config.json, transformers.js reads from onnx/.
GRAPHS = tuple(f"{folder}{name}" for name in ("model_quantized.onnx", "model.onnx") for folder in ("", "onnx/"))
