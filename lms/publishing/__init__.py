"""Publishing: the one door through which texts become a release: check the whole, compare, make live."""
