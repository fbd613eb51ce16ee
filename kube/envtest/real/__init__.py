"""The real control plane: etcd, kube-apiserver and kube-controller-manager as processes.

`assets` finds the binaries, `control_plane` runs them, and `install` creates the objects that a
test begins with. Everything ends with the process that started it.
"""
