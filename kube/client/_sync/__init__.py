# Derived from kube/client/_async/__init__.py: python hack/unasync.py. DO NOT EDIT.
"""The asynchronous client: the source that the synchronous one is derived from.

`python hack/unasync.py` writes `kube/client/_sync` from here.
"""
