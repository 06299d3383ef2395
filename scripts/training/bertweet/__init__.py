"""What the Python commands are made of. `model` imports `data`; `teachers` and `export` import both; `training` imports all but `export`."""
