// +k8s:deepcopy-gen=package,register
// +groupName=names.example.com
// +groupGoName=Naming

// Package v1 has kinds whose names are hard.
package v1
