"""Figures as inline SVG: pure functions from numbers to markup, styled by the site's CSS."""
