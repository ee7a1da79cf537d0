"""A campaign: one room per step of the way, in the order a signature walks it (see docs/house.md)."""
