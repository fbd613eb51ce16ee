"""Tagged API modules: the source of all that the toolchain generates."""
