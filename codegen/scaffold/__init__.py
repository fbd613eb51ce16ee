"""Whole projects: from an empty folder to an operator that runs, is tested and is deployed.

A project is a pure function of its PROJECT file: `tree.tree` renders every file of the scaffold
from it. A command decides what PROJECT will be, compares the tree of the old one, the tree of the
new one and the disk, and shows or carries out the difference. So the same commands in another
order make the same project, and a command that is repeated changes nothing.
"""
