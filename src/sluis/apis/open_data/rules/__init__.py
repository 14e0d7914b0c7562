"""What the open data is: its shapes, and a port that is made up when nobody imported a real one.

All of it follows from a seed and a time: the same two always give the same answer, and a later
time continues an earlier one.
"""
