"""Who may do what: users, the rules of roles, and the authorizer that reads them in the store.

A server decides by roles only where it was asked to; else everything is allowed to everybody.
"""
