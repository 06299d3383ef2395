"""Teachers: models that the encoder learns from."""
