"""The verified, grouped by country: public list, tallies; reads only."""
