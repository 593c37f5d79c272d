// Every listener of the product, and who may come in there; without the one helper that bounds times and shares places nobody listens but those who are named here.
import type { SourceFile } from "./import-rules.ts";
import { blank } from "./source-text.ts";

/** The folder of the helper. */
const HELPER = "src/surface/foundation/network/";

/** A listener: what it is called, who has anything to do there, and what shows that others get nothing. */
export type Listener = {
  readonly name: string;
  readonly who: string;
  /** `harness`: `npm run listeners` tries it under this name. Else the tests that do. */
  readonly tried: "harness" | readonly string[];
};

const HELD = "test/surface/services/hold/";
const IN_ROOM = "the processes of one session, in whose network it is";
const IN_FOLDER = "the processes of one call, in whose private folder its socket lies";

/** By the file that opens it. */
export const LISTENERS: Readonly<Record<string, readonly Listener[]>> = {
  "src/surface/daemon/server.ts": [
    {
      name: "daemon",
      tried: "harness",
      who: "hooks and telemetry with their tokens, our commands with the operator's secret; everybody may ask whether it runs",
    },
  ],
  "src/surface/dashboard/server.ts": [
    {
      name: "dashboard",
      tried: "harness",
      who: "browsers with a session, our commands with a proof; everybody gets the files of the app",
    },
    {
      name: "dashboard of a team",
      tried: "harness",
      who: "browsers of other machines with a session; everybody gets the files of the app",
    },
  ],
  "src/surface/dashboard/phone/phone-server.ts": [
    {
      name: "phone",
      tried: "harness",
      who: "phones with the link of a question; everybody gets the empty page",
    },
  ],
  "src/surface/services/fleet/collector-server.ts": [
    {
      name: "collector",
      tried: "harness",
      who: "machines with a certificate of the fleet's authority",
    },
  ],
  "src/surface/services/witness/server.ts": [
    {
      name: "witness",
      tried: "harness",
      who: "logs that it trusts, by their signature; everybody may read their checkpoints, which are public",
    },
  ],
  "src/surface/services/notify/receive-server.ts": [
    {
      name: "answers from elsewhere",
      tried: "harness",
      who: "senders of `inbound`, by their signature",
    },
  ],
  "src/surface/services/gateway/gateway-server.ts": [
    {
      name: "gateway",
      tried: "harness",
      who: "programs of its own user",
    },
  ],
  "src/surface/services/egress/egress-proxy.ts": [
    {
      name: "egress proxy",
      tried: "harness",
      who: "programs of its own user; with `--require-session` whoever has a session's login; in the network of a command that it serves nobody else is",
    },
  ],
  "src/surface/cli/commands/mcp/mcp-server.ts": [
    {
      name: "MCP server",
      tried: "harness",
      who: "programs of its own user",
    },
  ],
  "src/surface/services/canary/stand-in.ts": [
    {
      name: "stand-in for the model",
      tried: "harness",
      who: "the client of one self-test, a program of its own user",
    },
  ],
  "src/surface/services/redteam/scripted-model.ts": [
    {
      name: "scripted model",
      tried: ["test/surface/services/redteam/"],
      who: "the client of one attack, by a socket in a private folder",
    },
  ],
  "src/surface/services/hold/start/call-sockets.ts": [
    {
      name: "sockets of held calls",
      who: IN_FOLDER,
      tried: [`${HELD}signing/`, `${HELD}remotes/`],
    },
  ],
  "src/surface/services/hold/hosts/machine-ports.ts": [
    { name: "ports of the machine in a session", who: IN_ROOM, tried: [`${HELD}hosts/`] },
  ],
  "src/surface/services/hold/hosts/host-proxy.ts": [
    { name: "way to hosts in a session", who: IN_ROOM, tried: [`${HELD}hosts/`] },
  ],
  "src/surface/services/hold/hosts/served-ports.ts": [
    {
      name: "ports of a session on the machine",
      tried: [`${HELD}hosts/`],
      who: "programs of its own user, looked up one by one",
    },
  ],
};

/** Files that make a server or listen by themselves, and why that is well. */
export const LISTEN_OTHERWISE: Readonly<Record<string, string>> = {
  "src/guard/effects/languages/heuristics/remote-control.ts": "names what programs call; no call",
  "src/surface/services/egress/plain-requests.ts": "never listens: it is given connections",
  "src/surface/services/egress/selftest/attempts.ts": "sends datagrams, in one self-test",
  "src/surface/services/egress/selftest/naive-proxy.ts": "lives for the moments of one self-test",
  "src/surface/services/egress/selftest/sink.ts": "lives for the moments of one self-test",
  "src/surface/services/gateway/tunnel-ends.ts": "never listens: it is given connections",
  "src/surface/services/hold/hosts/port-listeners.ts":
    "opens in a session's network what this process then answers on by the helper",
  "src/surface/services/hold/registries/registry-reader.ts":
    "never listens: it is given connections",
  "src/surface/services/installation/install.ts": "tries whether a port is free, and closes it",
  "src/surface/services/prove/ground.ts": "lives for the moments of one proof",
  "src/surface/services/redteam/inside-program.ts": "lives in the sandbox of one attack",
  "src/surface/services/telemetry/grpc.ts": "never listens: it is given connections",
};

const MAKES = /\bcreate(?:Secure)?Server\b|\bnew\s+(?:\w+\s*\.\s*)?Server\s*\(/;
const LISTENS = /\.\s*listen\s*\(|\[\s*["'`]listen["'`]\s*\]|\bcreateSocket\s*\(/;
const BY_HELPER = /\blisten(?:At|Over)\s*\(/;

/** Whether a source makes a server or listens. Strings count: programs that are started with code have it there. */
export function listensByItself(text: string): boolean {
  // WHY first: taking the comments out of every source takes long, and few have such a word at all.
  if (!/listen|Server|createSocket/.test(text)) return false;
  const code = blank(text, "comments");
  return MAKES.test(code) || LISTENS.test(code);
}

/** Whether a source listens by the helper. */
export function listensByHelper(text: string): boolean {
  return BY_HELPER.test(text) && BY_HELPER.test(blank(text, "comments"));
}

/** A file that listens and is not named. */
export function listenerFaults({
  path,
  text,
}: SourceFile): readonly { readonly path: string; readonly message: string }[] {
  if (!path.startsWith("src/") || path.startsWith(HELPER)) return [];
  const messages: string[] = [];
  if (!(path in LISTEN_OTHERWISE) && listensByItself(text))
    messages.push(
      `${path} listens by itself: use ${HELPER}listening.ts, or give a reason in scripts/checks/listeners.ts`,
    );
  if (!(path in LISTENERS) && listensByHelper(text))
    messages.push(
      `${path} is a listener that the list in scripts/checks/listeners.ts does not name`,
    );
  return messages.map((message) => ({ path, message }));
}
