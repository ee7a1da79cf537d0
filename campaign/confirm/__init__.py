"""The visitor answered at their own address: now a signature exists."""
