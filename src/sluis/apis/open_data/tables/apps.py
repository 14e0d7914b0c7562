from django.apps import AppConfig


class Tables(AppConfig):
    name = "sluis.apis.open_data.tables"
    label = "open_data"
