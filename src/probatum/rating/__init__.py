"""Ratings: versioned functions of graded evidence, with their reasons and what would flip them."""
