"""Change your mind at any time; retention; the only room that deletes people's data.

again_views: The way back to one's own page: asked for in public, answered by mail.
clock: Hold this machine's clock against what the database knows: one that has jumped must not forget people.
erasure: Erase a signature, or seal what was public of it: at once, and again after a backup was restored.
privacy: Write the privacy notice from what this software really keeps, and for how long.
receipt: Read one's own signature: the receipt, and everything that is stored of one.
restored: Take away again, after a backup was restored, whatever was taken from anybody since it was made.
retention: Forget what has had its time, kind by kind (threats.md: data we keep, and for how long).
"""
