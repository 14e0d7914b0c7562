from django.apps import AppConfig


class Tables(AppConfig):
    name = "tests.server.jobs.toy.tables"
    label = "toy"
