"""Vector databases: the search that is the retrieval step of a trace."""
