"""`sluis serve`, but with a transaction for each request that it accepts: the usual way."""

from collections.abc import Sequence

from sluis.server.jobs.worker import Waiting, Worker


def main() -> None:
    from sluis.server.cli import started
    from sluis.server.cli.serve import serve_alone

    together = Worker.accept

    def one_by_one(self: Worker, batch: Sequence[Waiting]) -> None:
        for waiting in batch:
            together(self, [waiting])

    config = started()
    Worker.accept = one_by_one  # type: ignore[method-assign]  # all else is the product's
    serve_alone(config)


if __name__ == "__main__":
    main()
