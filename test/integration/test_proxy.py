"""Proxies: which requests go through which, and what they get to see."""

import http.server
import sys
import threading

from harness import basic, write_docker_config
from program import Program

NAME = "integration/proxy"
HOST = "registry.example.invalid"


class Proxy(http.server.BaseHTTPRequestHandler):
    """Writes down what it is asked for, and refuses."""

    seen = []

    def refuse(self):
        Proxy.seen.append((self.command, self.path, dict(self.headers)))
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_CONNECT = refuse
    do_GET = refuse

    def log_message(self, *_):
        pass


def ask(program, target, *options, **environment):
    Proxy.seen.clear()
    done = program.run("bom", *options, f"registry:{target}", DOCKER_HOST="unix:///nonexistent",
                       **environment)
    program.check(done.status == 1, f"{target} {environment}: fails", done)
    return [(command, path) for command, path, _ in Proxy.seen], done


def test_proxies(program, proxy):
    dead = "http://127.0.0.1:1"
    connect = ("CONNECT", f"{HOST}:443")
    for name in ("https_proxy", "HTTPS_PROXY"):
        seen, done = ask(program, f"{HOST}/a", **{name: proxy, "http_proxy": dead})
        program.check(connect in seen, f"https goes through {name}", seen)
        program.check("proxy refuses: status 403" in done.messages, "it says who refuses", done)
    seen, _ = ask(program, f"{HOST}:80/a", "--plain-http", HOST, http_proxy=proxy,
                  https_proxy=dead)
    program.check(seen and all(command == "GET" and path.startswith(f"http://{HOST}")
                               for command, path in seen), "http goes through http_proxy", seen)
    seen, _ = ask(program, f"{HOST}:80/a", "--plain-http", HOST, https_proxy=proxy)
    program.check_equal(seen, [], "http does not go through https_proxy")
    seen, _ = ask(program, f"{HOST}/a", https_proxy=proxy, no_proxy="example.invalid")
    program.check_equal(seen, [], "no_proxy")
    seen, _ = ask(program, "127.0.0.1:1/a", https_proxy=proxy, http_proxy=proxy)
    program.check_equal(seen, [], "loopback is reached directly")


def test_secrets(program, proxy):
    config = write_docker_config(program.path("docker"),
                                 {"auths": {HOST: {"auth": basic("captain", "geheim")}}})
    _, done = ask(program, f"{HOST}/a", DOCKER_CONFIG=config,
                  https_proxy=proxy.replace("//", "//someone:verborgen@"))
    headers = [str(headers) for _, _, headers in Proxy.seen]
    program.check(headers and not any(basic("captain", "geheim") in text for text in headers),
                  "a proxy does not see the registry's credentials", headers)
    program.check("verborgen" not in done.messages and "geheim" not in done.messages,
                  "no secret in the message", done)


def main():
    program = Program(NAME, sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = f"http://127.0.0.1:{server.server_port}"
    test_proxies(program, proxy)
    test_secrets(program, proxy)
    server.shutdown()
    program.finish()


if __name__ == "__main__":
    main()
