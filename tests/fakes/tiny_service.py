"""A process that stands in for a server or a tablet: answers GET /ready, and fails as it is told to.

Run as `python tiny_service.py PORT [MODE]`. Modes: `serve` (default); `fail` ends at once with words;
`stubborn` ignores SIGTERM; `crash` ends with code 7 on GET /crash.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


def follow_lifeline() -> None:
    lifeline = int(os.environ["KT_LIFELINE"])

    def wait() -> None:
        while os.read(lifeline, 1):
            pass
        os._exit(9)

    threading.Thread(target=wait, daemon=True).start()


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/crash":
            print("a last word", flush=True)
            os._exit(7)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ready")

    def log_message(self, format: str, *args: object) -> None:
        pass


def main() -> None:
    port, mode = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "serve"
    if mode == "fail":
        print("the disk is full")
        sys.exit(5)
    signal.signal(signal.SIGTERM, signal.SIG_IGN if mode == "stubborn" else lambda *_: os._exit(0))
    follow_lifeline()
    HTTPServer(("127.0.0.1", port), Answer).serve_forever()


if __name__ == "__main__":
    main()
