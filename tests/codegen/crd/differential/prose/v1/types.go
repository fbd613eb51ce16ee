// +groupName=prose.example.com
package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SampleSpec has words of all sorts.
type SampleSpec struct {
	// Fenced:
	//
	// ```yaml
	// ---
	// TODO: in code
	//   indented: true
	// ```
	//
	// After it.
	// ----
	// Hidden.
	Fence string `json:"fence"`

	// Waves:
	// ~~~
	// --- in code
	// ~~~
	// TODO: gone
	//  TODO: after a blank, it stays
	//  --- so does this
	Waves string `json:"waves"`

	// One.
	//
	//
	//
	// Two.
	//
	// TODO: gone
	//
	// Three.
	Blanks string `json:"blanks"`

	// Before a line.
	//
	// ---
	// After.
	Ended string `json:"ended"`

	//   - a list that begins indented
	//   - and goes on
	Indented string `json:"indented"`

	// type: the type of the thing,
	//   fmt: and how it is formatted
	// region is a word as well
	// TODOs are not wanted
	Words string `json:"words"`
	// A trailing blank line is nothing.
	//
	Trailing string `json:"trailing"`
	// --- from the first line on
	// nothing
	Nothing string `json:"nothing"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec SampleSpec `json:"spec"`
}
