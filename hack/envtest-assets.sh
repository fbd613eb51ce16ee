#!/usr/bin/env bash
#
# Builds the Go tools that tests run against (a real API server, the upstream generators) into
# .cache/envtest and prints that folder, alone, on stdout:
#
#   export KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh)
#
# hack/tools/go.mod and the go.mod of the folders below it are the only places that know which tools
# there are and in which versions. Each binary has a stamp of what it was built from, so a binary
# is built where it is missing or its module changed, and otherwise neither Go nor time is needed.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
assets=$root/.cache/envtest
environment=(etcd kube-apiserver kubectl kube-controller-manager controller-gen)

usage() {
    cat <<END
Usage: hack/envtest-assets.sh [--all | TOOL...]

Builds the named tools where missing or out of date (without names: ${environment[*]};
with --all: every one below), and prints the folder that holds them.

Tools: $(tool_names)

Exit status: 0 all there, 1 a build failed, 2 wrong arguments, 3 Go is needed and not installed.
END
}

# One line a tool, "name module-folder package", from the tool directives of the modules.
tools() {
    local module
    for module in "$root"/hack/tools "$root"/hack/tools/*/; do
        module=${module%/}
        awk -v module="$module" '
            function tool(package, name) {
                name = package
                sub(/\/v[0-9]+$/, "", name) # a major version names no command
                sub(/\/server$/, "", name) # the etcd command is named after its repository
                sub(/.*\//, "", name)
                print name "\t" module "\t" package
            }
            /^tool \(/ { block = 1; next }
            /^\)/ { block = 0 }
            block && NF { tool($1) }
            /^tool [^(]/ { tool($2) }
        ' "$module/go.mod"
    done
}

tool_names() {
    tools | cut -f 1 | sort | paste -s -d ' ' -
}

# Without these the servers and kubectl call themselves v0.0.0-master.
version_flags() {
    local version major minor
    version=$(sed -n 's|.*k8s.io/kubernetes \(v[0-9][^ ]*\).*|\1|p' "$root/hack/tools/go.mod")
    if [[ ! $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then
        echo "hack/envtest-assets.sh: hack/tools/go.mod requires no version of k8s.io/kubernetes" >&2
        return 1
    fi
    IFS=. read -r major minor _ <<<"${version#v}"
    local package=k8s.io/component-base/version
    echo "-X $package.gitVersion=$version -X $package.gitMajor=$major -X $package.gitMinor=$minor"
}

# What a tool of this module folder is built from.
fingerprint() {
    { cat "$1/go.mod" "$1/go.sum" && find "$1" -maxdepth 1 -name '*.go' -exec cat {} + &&
        echo "$ldflags"; } | cksum
}

# Those of the wanted lines (of `tools`) whose binary is missing or older than its module.
outdated() {
    local name module package
    while IFS=$'\t' read -r name module package; do
        if [[ ! -x $assets/$name ]] ||
            [[ $(cat "$assets/.$name.stamp" 2>/dev/null) != "$(fingerprint "$module")" ]]; then
            printf '%s\t%s\t%s\n' "$name" "$module" "$package"
        fi
    done <<<"$1"
}

# Holds descriptor 9 locked until this script ends. Python, because not every system has flock(1).
lock() {
    exec 9>"$assets/.lock"
    python3 - 9 <<'END'
import fcntl, sys

descriptor = int(sys.argv[1])
try:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("waiting for another run of hack/envtest-assets.sh", file=sys.stderr)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
END
}

# The new file takes its name only when whole, the stamp only after the file.
build() {
    local name=$1 module=$2 package=$3 stamp
    stamp=$(fingerprint "$module")
    rm -f "$assets/.$name.stamp"
    if ! (cd "$module" && CGO_ENABLED=0 GOFLAGS='' GOWORK=off go build -mod=readonly -trimpath \
        -buildvcs=false -ldflags "$ldflags" -o "$partial" "$package") >&2 9>&-; then
        echo "hack/envtest-assets.sh: could not build $name ($package); Go's reason is above" >&2
        return 1
    fi
    mv -f "$partial" "$assets/$name"
    echo "$stamp" >"$assets/.$name.stamp"
}

# The lines of `tools` that the arguments ask for.
wanted() {
    local all name line
    all=$(tools)
    if [[ $# == 1 && $1 == --all ]]; then
        echo "$all"
        return
    fi
    for name in "$@"; do
        if ! line=$(grep "^$name"$'\t' <<<"$all"); then
            echo "hack/envtest-assets.sh: unknown tool '$name'; known: $(tool_names)" >&2
            return 2
        fi
        echo "$line"
    done
}

main() {
    if [[ $# == 1 && ($1 == -h || $1 == --help) ]]; then
        usage
        return
    fi
    [[ $# -gt 0 ]] || set -- "${environment[@]}"
    local lines missing
    lines=$(wanted "$@")
    ldflags="-s -w $(version_flags)"
    missing=$(outdated "$lines")
    if [[ -n $missing ]]; then
        build_all "$missing"
    fi
    echo "$assets"
}

build_all() {
    local names name module package missing
    names=$(cut -f 1 <<<"$1" | paste -s -d ' ' -)
    if ! command -v go >/dev/null; then
        echo "hack/envtest-assets.sh: missing or out of date in .cache/envtest: $names;" \
            "building needs Go, which is not on PATH: install it, or set KUBEBUILDER_ASSETS" \
            "to a folder that has these tools" >&2
        return 3
    fi
    mkdir -p "$assets"
    lock
    missing=$(outdated "$1") # another run may have built some while this one waited
    [[ -n $missing ]] || return 0
    rm -f "$assets"/.partial.* # left by runs that were killed
    partial=$assets/.partial.$$
    trap 'rm -f "$partial"' EXIT
    while IFS=$'\t' read -r name module package; do
        echo "building $name ($package)" >&2
        build "$name" "$module" "$package" </dev/null
    done <<<"$missing"
}

main "$@"
