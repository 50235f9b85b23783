"""What leaves the monograph: references and tables for other programs."""
