"""Library: immutable *releases* of the text files that everything taught and asked is read from.

A *release* is a manifest ``path → sha256`` over stored *blobs*. What the files say is kept as *items*
(kind and key) pointing to *editions*: compiled bodies under the hash of their content, shared by all
releases in which they are the same. *References* say which item uses which clause, parameter or page.
"""
