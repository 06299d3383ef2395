"""From PyTorch to a bundle, and the bundle in native ONNX Runtime."""
