package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Plain has nothing but scalars.
type Plain struct {
	Name string `json:"name,omitempty"`
}

// Nested holds others.
type Nested struct {
	Plain  Plain            `json:"plain,omitempty"`
	Plains []Plain          `json:"plains,omitempty"`
	ByName map[string]Plain `json:"byName,omitempty"`
	Self   *Nested          `json:"self,omitempty"`
}

// Left asks for no copies.
// +k8s:deepcopy-gen=false
type Left struct {
	Name string `json:"name,omitempty"`
}

// Mode is a string with a name.
type Mode string

// Modes is a list with a name.
type Modes []Mode

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Thing struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec Nested `json:"spec,omitempty"`
	Mode Mode   `json:"mode,omitempty"`
}

// Formless is an object without the interface.
type Formless struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type ThingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Thing `json:"items"`
}
