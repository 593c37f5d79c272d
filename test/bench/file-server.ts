// A plain file server over TLS with entity tags, as any web server is one: a folder, a certificate and its key; its port is what it prints.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const [folder = ".", cert = "", key = ""] = process.argv.slice(2);
const PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,6}$/;

const server = createServer(
  { cert: readFileSync(cert), key: readFileSync(key) },
  (request, response) => {
    const path = request.url ?? "";
    const found = PATH.test(path) ? readFile(join(folder, path)) : Promise.reject(new Error());
    found.then(
      (bytes) => {
        const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
        const isKnown = request.headers["if-none-match"] === etag;
        response.writeHead(isKnown ? 304 : 200, { ETag: etag });
        response.end(isKnown ? undefined : bytes);
      },
      () => response.writeHead(404).end(),
    );
  },
);
server.listen(0, "127.0.0.1", () => {
  // A TCP server that listens always has an address object; a string would be a pipe.
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
