// +groupName=oneof.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FileSource is a file.
type FileSource struct {
	Path string `json:"path"`
}

// Source is a union, as Go writes one.
// +kubebuilder:validation:AtLeastOneOf=file;url
// +kubebuilder:validation:AtMostOneOf=user;token
// +kubebuilder:validation:ExactlyOneOf=file;url;inline
// +kubebuilder:validation:XValidation:rule="size(self.kind) > 0"
type Source struct {
	// +kubebuilder:validation:MinLength=1
	Kind   string      `json:"kind"`
	File   *FileSource `json:"file,omitempty"`
	Url    *string     `json:"url,omitempty"`
	Inline *string     `json:"inline,omitempty"`
	User   *string     `json:"user,omitempty"`
	Token  *string     `json:"token,omitempty"`
}

// SampleSpec has unions.
// +kubebuilder:validation:AtMostOneOf=a;b
// +kubebuilder:validation:AtMostOneOf=c;d
type SampleSpec struct {
	Source Source `json:"source"`
	A      string `json:"a,omitempty"`
	B      string `json:"b,omitempty"`
	C      string `json:"c,omitempty"`
	D      string `json:"d,omitempty"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
