"""Certainty of a body of evidence by GRADE: every computable step computed and recorded."""
