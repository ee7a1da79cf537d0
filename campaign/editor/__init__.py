"""Where a letter is written, translated, looked at before it is public, and published; and its history for readers.

clipboard: Turn HTML from the clipboard into Markdown.
pages: The words of one page of a letter, as its file has them and as a form has them.
paste: Clean what comes out of a word processor or a mail.
publish_views: The preview of a letter, and its publication.
settings: What letter.toml says, as forms have it: days, addressee, recipients, kinds.
settings_views: The settings of a letter: its days, who receives it, and who may sign it.
text_views: The pages on which a letter's words are written and translated, with a preview beside them.
updates_views: The updates and the timeline of a letter: each is written in the draft and published by itself.
versions: Carry a signed text into a new version; what each version changed, and why.
"""
