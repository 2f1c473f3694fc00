"""What calls will cost, before they are made, and what became of it: prices by model, bands from days, the gap."""
