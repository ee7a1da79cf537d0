"""From a new server to a letter that takes signatures, and what owners choose for the whole site.

beginning: The link that makes the first owner, and how far the start has come.
choices: What owners choose for the whole site (the sender of mails, the languages): read it, check it, change it.
examples: The example letters: load them until the campaign has begun, remove those that nobody has signed.
privacy: The privacy notice that a campaign is offered, written from what this software really keeps, and how long.
start_views: The first owner's door, and the start's pages.
choice_views: The start's pages about mails and languages.
trials: A test mail to an owner, and what became of it.
"""
