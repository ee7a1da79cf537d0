"""The verified, grouped by country: public list, tallies; reads only.

api: The public numbers and names for programs: read only, documented in docs/api.md.
chart: The tally as bars, one for each country, for a picture that needs no script and no other file.
export: Write the roll for programs and spreadsheets: public names, the others as numbers.
maps: A map with three kinds of countries, told apart without colour: hollow, hatched, solid.
picture_views: A picture as a document of its own: pages stay small, and readers can share it.
shelf: Cached tallies: each process counts at most once in a few seconds.
"""
