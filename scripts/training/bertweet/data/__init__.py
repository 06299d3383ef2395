"""Texts, tasks and tokenizers, as ids and batches."""
