"""Benefits: what a person gets, computed from parameters by *formulas* over exact decimals."""
