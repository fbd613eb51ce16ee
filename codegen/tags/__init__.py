"""Tags: the `# +name` comments in which an API says what is to be made of it.

One registry declares every tag of both families, one grammar reads them into typed values, and
`facts` says what they mean together, so that no generator knows a tag's spelling or its twin in
the other family. Faults are diagnostics at the column of the offending text, never exceptions.
"""

from codegen.tags.declaration import Place
from codegen.tags.grammar import is_tag_line, may_stand_anywhere, parse
from codegen.tags.registry import REGISTRY, is_ours

__all__ = ["REGISTRY", "Place", "is_ours", "is_tag_line", "may_stand_anywhere", "parse"]
