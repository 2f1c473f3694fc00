"""What usage costs: dated price rows from pinned files, an exact bill, and no price that is made up."""
