"""Where letters go and who sits where: the shipped offices and parliaments, with what the desk changed over them.

all_views: Every page of this room, on one blueprint.
book: The directory as it stands: what is shipped, with the desk's own entries; each process keeps it for seconds.
columns: Which field of an office a column of a list has, by its heading.
domain_cli: `flask directory parliaments|domain`: parliaments' mail domains.
list_views: Take in a list of offices, after it was checked; send the whole address book as a file.
mail_views: What keeps mails waiting, and the button that tries a paused mail server again.
lists: Read a list of offices, and say what it would change.
offices: Change, confirm, take out and bring back an office; take in a whole address book.
parliament_views: The pages of parliaments' mail domains.
parliaments: List a parliament's mail domain, review it, end it; what gives rights takes two people.
restored: After a restore, end again the domains that were ended since the backup.
"""
