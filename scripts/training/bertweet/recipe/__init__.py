"""The recipe: which stages there are, how much each of them trains, and when one can be skipped."""
