"""What the Python commands are made of. data <- model <- teachers, export <- training: a package imports only those left of it."""
