// +k8s:deepcopy-gen=package,register
// +groupName=internal.example.com

// Package copies has no version: it is internal.
package copies
