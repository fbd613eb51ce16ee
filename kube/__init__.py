"""The runtime: what API types, generated clients and controllers stand on."""
