# Derived from kube/client/_async/__init__.py: python -m codegen.edit.unasync. DO NOT EDIT.
"""The asynchronous client: the source that the synchronous one is derived from.

`python -m codegen.edit.unasync` writes `kube/client/_sync` from here.
"""
