"""What a scan found, in the formats that other programs read. No key, and no part of one, is in any of them."""
