"""`python -m gallery [PORT]`: serve the gallery on this machine and print its address."""

import sys

from gallery.app import create_gallery
from ressenti.web.server.server import make_server

PORT = 8620


def main() -> None:
    """Serve the gallery until it is interrupted."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    print(f"http://127.0.0.1:{port}/gallery", flush=True)
    make_server(create_gallery(), port=port).run()


if __name__ == "__main__":
    main()
