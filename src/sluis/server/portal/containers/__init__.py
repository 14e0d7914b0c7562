"""The pages of Certified Pick up in a sandbox: containers, one container, and its counterparties.

`concern.py` says whom a container concerns: nobody else sees it. `index.py`, `one.py` and `play.py`
are the pages; `seen.py`, `history.py` and `words.py` put a release in the reader's words.
"""
