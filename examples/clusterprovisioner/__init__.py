"""Rancher's clusterprovisioner in Python: four controllers over one shared informer factory.

Each controller stands in a module of its own and decides one thing; `controller` has the loop they
share, `clusters` how they change a Cluster, `program` puts them together and says which role they
need. The folder `demo` plays them through.
"""
