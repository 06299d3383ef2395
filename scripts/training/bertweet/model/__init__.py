"""The encoder, its heads, and how they are measured."""
