// Command project-reader reads PROJECT files as kubebuilder does, strictly, and prints what it has
// read as a list in JSON, one entry a file. A file that kubebuilder refuses ends it with status 1.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/afero"

	"sigs.k8s.io/kubebuilder/v4/pkg/config"
	store "sigs.k8s.io/kubebuilder/v4/pkg/config/store/yaml"
	_ "sigs.k8s.io/kubebuilder/v4/pkg/config/v3"
	"sigs.k8s.io/kubebuilder/v4/pkg/machinery"
	"sigs.k8s.io/kubebuilder/v4/pkg/model/resource"
)

type project struct {
	Version    string              `json:"version"`
	CliVersion string              `json:"cliVersion"`
	Domain     string              `json:"domain"`
	Repo       string              `json:"repo"`
	Name       string              `json:"projectName"`
	Layout     []string            `json:"layout"`
	MultiGroup bool                `json:"multigroup"`
	Namespaced bool                `json:"namespaced"`
	Resources  []resource.Resource `json:"resources"`
}

func main() {
	projects := []project{}
	for _, path := range os.Args[1:] {
		read, err := load(path)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			os.Exit(1)
		}
		projects = append(projects, *read)
	}
	if err := json.NewEncoder(os.Stdout).Encode(projects); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func load(path string) (*project, error) {
	files := store.New(machinery.Filesystem{FS: afero.NewOsFs()})
	if err := files.LoadFrom(path); err != nil {
		return nil, err
	}
	var cfg config.Config = files.Config()
	resources, err := cfg.GetResources()
	if err != nil {
		return nil, err
	}
	for _, each := range resources {
		if err := each.GVK.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", each.Kind, err)
		}
	}
	version := cfg.GetVersion()
	return &project{
		Version:    version.String(),
		CliVersion: cfg.GetCliVersion(),
		Domain:     cfg.GetDomain(),
		Repo:       cfg.GetRepository(),
		Name:       cfg.GetProjectName(),
		Layout:     cfg.GetPluginChain(),
		MultiGroup: cfg.IsMultiGroup(),
		Namespaced: cfg.IsNamespaced(),
		Resources:  resources,
	}, nil
}
