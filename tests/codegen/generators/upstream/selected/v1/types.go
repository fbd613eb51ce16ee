package v1

// Chosen asks for copies.
// +k8s:deepcopy-gen=true
type Chosen struct {
	Names []string `json:"names,omitempty"`
}

// Reached is held by one that asks.
type Reached struct {
	Names []string `json:"names,omitempty"`
}

// Silent says nothing.
type Silent struct {
	Names []string `json:"names,omitempty"`
}
