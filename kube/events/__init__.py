"""Events: what a program tells people about objects. Written in the background, dropped at need."""

from kube.events.recorder import EventRecorder

__all__ = ["EventRecorder"]
