# Short names for what the scripts do; each works on a fresh clone with Python 3.11 or newer.

.PHONY: generate verify test test-pythons test-real test-all goldens demo bench

generate: ## write what [tool.codegen] asks for
	hack/update-codegen.sh

verify: ## fail if generate would change anything
	hack/verify-codegen.sh

test: ## formatting, lint, types, layers, tests
	hack/test.sh

test-pythons: ## the tests on the other Pythons that are installed: 3.11, 3.12, 3.13
	hack/test-pythons.sh

test-real: ## the tests against a real API server and the upstream generators; builds them (needs Go)
	hack/test-real.sh

test-all: export TEST_CONNECTIONS = 10000
test-all: export TEST_EXAMPLES = 50
test-all: export TEST_DEPLOYMENTS = 1000
test-all: export TEST_OBJECTS = 10000
test-all: export TEST_SCAFFOLDS = all
test-all: export TEST_IMAGE = 1
test-all: test test-pythons test-real ## all of the above; takes the better part of an hour

goldens: ## store what the tests make as what they expect; look at the diff
	hack/python.sh -m pytest -q tests/codegen/*/test_golden*.py --update-goldens

demo: ## four controllers at work on the reference API, against the embedded API server
	hack/python.sh -m examples.clusterprovisioner.demo

bench: ## the benchmarks, as a table with ratios
	hack/python.sh -m benchmarks
