"""The training side of bertweet-mini: text, vocabulary, encoder, quantization and the ONNX graph."""
