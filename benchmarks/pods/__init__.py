"""The API that the benchmarks run on."""
