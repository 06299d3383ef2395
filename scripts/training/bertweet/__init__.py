"""The library of the Python commands. `model` imports `data`; `teachers` and `export` import both; `training` imports all but `export`."""
