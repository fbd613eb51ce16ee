"""The operator podtoip: its API in `api`, its controllers in `controllers`."""
