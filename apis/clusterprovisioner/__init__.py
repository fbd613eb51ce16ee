"""The clusterprovisioner API: Kubernetes clusters that RKE provisions, and their kubeconfigs."""

GROUP_NAME = "clusterprovisioner.rke.io"
