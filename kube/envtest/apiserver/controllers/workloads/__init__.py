"""A simulation of the controllers that turn workloads into running Pods, and of what these need.

They have kube-controller-manager's names and make of the same objects what its controllers make, as
far as that goes without nodes. `kubelet` and `provisioner` are ours: they stand for the scheduler,
the kubelets and the storage of a cluster whose containers start at once and never fail. What is
simplified is in docs/testing.md.
"""
