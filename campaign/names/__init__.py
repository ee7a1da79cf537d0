"""People's names in every script: accepted, doubted, sorted; pure, no database, no HTTP, no clock.

coverage: Which text our fonts can print, and what is printed where they cannot.
doubts: Reasons for the desk to look at a name before it is shown; never reasons to refuse it.
folding: Bring different spellings to one form, to compare and to search; never to show.
letters: What single characters are in a name: invisible, dangerous, or part of it.
parts: Find the columns of a list with a name or a part of one, and join the parts.
prose: What in a text of many lines could not be shown as it was meant: HTML in Markdown, invisible characters.
scripts: The script of each letter of a name (Unicode 17.0, codes of ISO 15924).
sorting: Sort names as their readers expect, by keys of bytes that every database compares alike.
tables: Read the collation tables that collation/make.mjs wrote, once, when the first name is sorted.
tags: The language tag that gives a printed name its own region's letter forms.
tibetan: Find the root letter of a Tibetan syllable, under which dictionaries sort it.
"""
