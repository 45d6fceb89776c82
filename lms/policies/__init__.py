"""Policies: *documents* with *clauses* under stable keys; dated regional *parameters* with source and *mark*.

A *mark* says how well a statement is verified: ``law`` official text, ``agreed`` two sources,
``single`` one source, ``seed`` only the material the platform was commissioned with.
"""
