"""What codegen makes of `apis/`: clientsets, listers, informers. Run hack/update-codegen.sh."""
