"""Where a letter is written, translated, looked at before it is public, and published: the owners' pages, one command.

clipboard: Turn HTML from the clipboard into Markdown.
pages: The words of one page of a letter, as its file has them and as a form has them.
paste: Clean what comes out of a word processor or a mail.
settings: What letter.toml says, as forms have it: days, addressee, recipients, kinds.
versions: Carry a signed text into a new version; what each version changed, and why.
"""
