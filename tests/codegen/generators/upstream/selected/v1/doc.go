// +groupName=selected.example.com

// Package v1 has types that are copied where they say so.
package v1
