"""A receiver of pushes on this machine, which answers what the test says."""

import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class Receiver:
    """`answers` are given one after the other, the last for ever: status, headers, body, wait."""

    def __init__(self):
        self.answers = [(204, {}, b"", 0)]
        self.requests = []
        self.lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with receiver.lock:
                    receiver.requests.append((self.path, headers, body))
                    answers = receiver.answers
                    answer = answers.pop(0) if len(answers) > 1 else answers[0]
                status, given, text, wait = answer
                time.sleep(wait)
                with suppress(OSError):
                    self.send_response(status)
                    for name, value in {"content-length": str(len(text)), **given}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(text)

            def log_message(self, *_):
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = (
                128  # with five, most of a hundred at once try again a second later
            )

            def handle_error(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, *statuses, headers=None, body=b"", wait=0):
        self.answers = [(status, headers or {}, body, wait) for status in statuses]

    def forms(self):
        return [dict(parse_qsl(body.decode())) for _, _, body in self.requests]


@contextmanager
def receiving():
    made = Receiver()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
