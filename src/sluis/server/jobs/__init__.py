"""What is answered later, on its way: accepted, applied, told, delivered.

`worker.py` is the one thread of a process that writes all this; what it writes lies in
`storage/jobs/`. An API's part is described in `core/job.py`.
"""
