"""Native ONNX Runtime as a reference: the same answer on every processor."""

from pathlib import Path

import onnxruntime


def session_options() -> onnxruntime.SessionOptions:
    """One thread, and the same answer on every processor.

    On x86 processors without VNNI, ONNX Runtime's default kernels add pairs of uint8 x int8 products in 16 bits. Those sums
    saturate, so the answer is wrong there. `session.x64quantprecision` selects exact kernels, which are slower, on every x86
    processor. Other processors are exact without it.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.x64quantprecision", "1")
    return options


def open_session(graph: Path) -> onnxruntime.InferenceSession:
    """A session on the CPU for an ONNX file and the external data beside it."""
    return onnxruntime.InferenceSession(graph, session_options(), providers=["CPUExecutionProvider"])
