// +groupName=cycles.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Node is a node.
type Node struct {
	Name string `json:"name"`
	// Left is the left child.
	// +kubebuilder:pruning:PreserveUnknownFields
	// +optional
	Left *Node `json:"left,omitempty"`
	// +kubebuilder:validation:items:XPreserveUnknownFields
	// +optional
	Children []Node `json:"children,omitempty"`
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	// +optional
	Others []Node `json:"others,omitempty"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              Node `json:"spec"`
}
