"""A simulation of the controllers that turn workloads into running Pods.

They have kube-controller-manager's names and make of the same objects what its controllers make, as
far as that goes without nodes. `kubelet` is ours: it stands for the scheduler and for the kubelets
of a cluster whose containers start at once and never fail. What is simplified is in
docs/testing.md.
"""
