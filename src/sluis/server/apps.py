from django.apps import AppConfig


class Server(AppConfig):
    name = "sluis.server"
    label = "server"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sluis.server import checks

        checks.raise_on_faults()
