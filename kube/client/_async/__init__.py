"""The asynchronous client: the source that the synchronous one is derived from.

`python -m codegen.edit.unasync` writes `kube/client/_sync` from here.
"""
