"""The diary: a few sentences for each day on which an artist made works.

`facts` reads what happened from the catalogue, which is made of manifests and votes; `sentences`
says it in the artist's voice, and each sentence names its works; `entries` puts both together.
"""
