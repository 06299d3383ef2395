"""Models that the encoder learns from."""
