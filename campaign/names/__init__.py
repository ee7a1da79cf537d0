"""People's names in every script: accepted, doubted, sorted; pure, no database, no HTTP, no clock.

coverage: Which text our fonts can print, and what is printed where they cannot.
doubts: Reasons for the desk to look at a name before it is shown; never reasons to refuse it.
folding: Bring what people write differently to one spelling, to compare and to find it; never to show it.
letters: What single characters are to a name: nothing, invisible, dangerous, or part of it.
parts: Know the columns that hold a name or a part of one, and join the parts.
scripts: Tell which script each letter of a name belongs to (Unicode 17.0, codes of ISO 15924).
sorting: Sort names as their readers expect, by keys of bytes that every database compares alike.
tables: Read the collation tables that collation/make.mjs wrote, once, when the first name is sorted.
tags: Tell in which language's letter forms a name is set.
tibetan: Take a Tibetan syllable apart as a dictionary does, to sort it.
"""
