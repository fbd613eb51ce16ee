// +k8s:deepcopy-gen=package,register
// +groupName=names.example.com
// +groupGoName=Naming

// Package v2beta1 has a later version.
package v2beta1
