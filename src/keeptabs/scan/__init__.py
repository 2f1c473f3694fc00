"""Where bytes come from that keys may lie in (a tree, the index, a range, a whole history), and scanning them."""
