"""Splits a long text into overlapping windows that fit the encoder. src/tasks/windows.ts makes the same windows."""

from bertweet.data.tokenizer import MAX_TOKENS

OVERLAP_SHARE = 0.25  # minimum share of a window's pieces that the next window reads too


def plan_windows(pieces: int) -> list[tuple[int, int]]:
    """[start, end) of each window: the fewest full windows that cover `pieces` pieces (without <s> and </s>), evenly spread."""
    capacity = MAX_TOKENS - 2
    if pieces <= capacity:
        return [(0, pieces)]
    stride = capacity - int(capacity * OVERLAP_SHARE)
    last = -(-(pieces - capacity) // stride)  # rounded up
    starts = [(pieces - capacity) * number // last for number in range(last + 1)]
    return [(start, start + capacity) for start in starts]
