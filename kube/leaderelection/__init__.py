"""Leader election over a Lease: of several copies of a program, one does the work."""

from kube.leaderelection.elector import LeaderElector
from kube.leaderelection.lock import LeaseLock, default_identity
from kube.leaderelection.threads import is_cancelled, to_thread

__all__ = ["LeaderElector", "LeaseLock", "default_identity", "is_cancelled", "to_thread"]
