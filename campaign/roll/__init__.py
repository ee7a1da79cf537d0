"""The verified, grouped by country: public list, tallies; reads only.

api: The public numbers and names for programs: read only, documented in docs/api.md.
chart: Lay the tally out as bars, one for each country, for a picture that needs no script and no other file.
export: Write the roll for programs and spreadsheets: public names, the others as numbers.
maps: Draw a map on which countries are of three kinds, told apart without colour: hollow, hatched, solid.
picture_views: A picture as a document of its own: pages stay small, and anybody may pass it on.
shelf: Tallies kept at hand: each process counts once in a few seconds.
"""
