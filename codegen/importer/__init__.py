"""CRDs that others wrote, as tagged packages that every generator reads.

`documents` reads files, `schemas` turns schemas into types and tags, `reuse` finds those that
`kube.api` has, `sharing` what the others have in common, `names` decides all names, and `packages`
makes the model, which `codegen.source.printer` prints. Nothing is taken at its word: `returned`
makes the CRDs of what was printed, and `compare` holds them against the imported ones.
"""
