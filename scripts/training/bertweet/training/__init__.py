"""The runs: pretraining, fine-tuning, teachers, averages. One loop and one kind of checkpoint for all of them."""
