// +k8s:deepcopy-gen=package,register
// +groupName=clusterprovisioner.rke.io

// Package v1alpha1 is the v1alpha1 version of the clusterprovisioner API.
package v1alpha1
