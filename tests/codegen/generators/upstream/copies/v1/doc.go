// +k8s:deepcopy-gen=package
// +groupName=copies.example.com

// Package v1 has types that are copied unless they say otherwise.
package v1
