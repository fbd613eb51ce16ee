"""The asynchronous client: the source that the synchronous one is derived from.

`python hack/unasync.py` writes `kube/client/_sync` from here.
"""
