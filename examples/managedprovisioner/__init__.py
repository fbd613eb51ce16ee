"""The controllers of examples/clusterprovisioner a second time, on `kube.controller`'s manager.

docs/side-by-side.md shows the two beside each other.
"""
