"""Floor 1: one wire format a file. A dialect recognises a shape and folds it into usage; it knows no provider."""
