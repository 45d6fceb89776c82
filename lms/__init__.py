"""宣贯 (Xuanguan): from "a policy changed" to "everyone it touches has understood it, and we can prove it"."""
