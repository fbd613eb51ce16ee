"""The operator nginx-operator: its API in `api`, its controllers in `controllers`."""
