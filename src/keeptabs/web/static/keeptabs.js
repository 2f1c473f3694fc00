// Live updates, keys and charts come on top of pages that are whole without them.
