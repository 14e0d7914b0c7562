"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """argon2id at OWASP's 19 MiB, 2 passes, 1 lane: 35 ms.

    Django's own 100 MiB in 8 lanes takes 157 ms and, with 8 log-ins at a time, 800 MiB.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
