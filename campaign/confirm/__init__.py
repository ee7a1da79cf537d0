"""The visitor answered at their own address: now a signature exists.

anew: Who signed a text that a material change has overtaken, and who has signed the new one since.
"""
