// +k8s:deepcopy-gen=package
// +groupName=verbs.example.com

// Package v1 has kinds whose clients have this verb or that.
package v1
