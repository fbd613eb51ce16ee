// +groupName=no-descriptions.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Documented has documentation.
type Documented struct {
	Undocumented string `json:"undocumented"`
}

// SampleSpec is documented in
// several lines: with a colon, 'quotes' and "more", # and an end
//
// and a second paragraph.
type SampleSpec struct {
	Without Documented `json:"without"`
	// With words of its own.
	Own Documented `json:"own"`
	// TODO: say something.
	Todo Documented `json:"todo"`
	// Said.
	// TODO(somebody): say more.
	// And more.
	Between string `json:"between"`
	// Above.
	// ---
	// Below the line nothing is said.
	Line string `json:"line"`
	// A list of things:
	// - one
	// - two
	Things string `json:"things"`
	// Größe, 大きさ, naïve — in other tongues.
	Unicode string `json:"unicode"`
	// true
	True string `json:"true"`
	// A very long line of documentation that has to be folded by whoever writes YAML with lines of eighty characters, and goes on for quite some time.
	Long string `json:"long"`
	// A field with
	// +kubebuilder:validation:MaxLength=5
	// a marker in the middle.
	Middle string `json:"middle"`
	// +kubebuilder:title="A title"
	// +kubebuilder:example="An example"
	// +kubebuilder:externalDocs:url="https://example.com/docs",description="More of it"
	Titled string `json:"titled"`
	// +kubebuilder:example={a: 1, b: {2, 3}}
	Example map[string]string `json:"example"`
	// +kubebuilder:externalDocs:url="https://example.com/docs"
	Documented Documented `json:"documented"`
}

// Sample is a sample.
// +kubebuilder:title="The sample"
// +kubebuilder:externalDocs:url="https://example.com/samples"
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
