"""Changes to files that people write, made with libcst so that nothing else of them moves."""
