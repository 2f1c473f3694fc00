"""One page a file, each with ``PAGE``; found by a sorted package walk."""
