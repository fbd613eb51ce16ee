"""The kinds of kubebuilder.io, a package for each version."""
