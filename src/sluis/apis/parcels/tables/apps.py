from django.apps import AppConfig


class Tables(AppConfig):
    name = "sluis.apis.parcels.tables"
    label = "parcels"
