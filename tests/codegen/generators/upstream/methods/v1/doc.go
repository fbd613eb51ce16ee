// +k8s:deepcopy-gen=package,register
// +groupName=methods.example.com

// Package v1 has kinds with methods besides the verbs.
package v1
