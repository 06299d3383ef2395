#!/usr/bin/env python3
"""Exports checkpoints by Optimum. It wants an older transformers than the training does: see optimum-requirements.txt.

Each argument is CHECKPOINT=TASK=OUT, TASK as Optimum names it. With `quantized` in the name of OUT, model_quantized.onnx lies beside
model.onnx, as Optimum's quantizer writes it.
"""

import sys
from pathlib import Path

from optimum.exporters.onnx import main_export
from optimum.onnxruntime import ORTQuantizer
from optimum.onnxruntime.configuration import AutoQuantizationConfig


def main() -> None:
    for argument in sys.argv[1:]:
        checkpoint, task, out = argument.split("=")
        main_export(checkpoint, out, task=task, local_files_only=True, do_validation=False)
        if "quantized" in Path(out).name:
            quantizer = ORTQuantizer.from_pretrained(out, file_name="model.onnx")
            quantizer.quantize(save_dir=out, quantization_config=AutoQuantizationConfig.avx2(is_static=False, per_channel=False))


if __name__ == "__main__":
    main()
