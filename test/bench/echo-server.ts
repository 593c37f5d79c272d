// A process that answers every hook with the same neutral words: node's HTTPS server and nothing behind it. The floor of a hook.
import { createPrivateKey } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";

const answer = '{"hookSpecificOutput":{"hookEventName":"PreToolUse"}}';
const name = "sallyport authority 0000000000000000";
const validity = { nowMs: Date.now(), days: 2 };
const authority = createAuthority({ name, ...validity });
const issued = issueServerCertificate({ name, key: createPrivateKey(authority.key) }, validity);
const server = createServer(
  { cert: issued.certificate, key: issued.key, keepAliveTimeout: 0 },
  (request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": answer.length,
      });
      response.end(answer);
    });
  },
);
server.listen(0, "127.0.0.1", () => {
  // A TCP server that listens always has an address object; a string would be a pipe.
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port, authority: authority.certificate })}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
