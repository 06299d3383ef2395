#!/usr/bin/env bash
# The whole recipe as one command; recipe.py says what it does. PYTHON is an interpreter with requirements.txt installed.
set -euo pipefail
# Otherwise glibc returns the large buffers of every step to the kernel, and requests them again.
export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-4000000000} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-8000000000}
exec "${PYTHON:-python3}" "$(dirname "$(realpath "$0")")/recipe.py" "$@"
