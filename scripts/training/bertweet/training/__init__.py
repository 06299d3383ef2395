"""Pretraining, fine-tuning, teachers and averages. All runs share one training loop and one checkpoint format."""
