"""宣贯 (Xuanguan): from a changed policy to proof that everyone it touches has understood it."""
