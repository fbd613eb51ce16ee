// +k8s:deepcopy-gen=package,register
// +groupName=names.example.org

// Package v1 has a group whose first segment another has.
package v1
