// Who listens without the one helper that bounds times and shares places: nobody but those who are named here, each with a reason.
import type { SourceFile } from "./import-rules.ts";
import { blank } from "./source-text.ts";

/** The folder of the helper. */
const HELPER = "src/surface/foundation/network/";

/** Files that make a server or listen by themselves, and why that is well. */
export const LISTEN_OTHERWISE: Readonly<Record<string, string>> = {
  "src/guard/effects/languages/heuristics/remote-control.ts": "names what programs call; no call",
  "src/surface/services/canary/stand-in.ts": "lives for the moments of one self-test",
  "src/surface/services/egress/plain-requests.ts": "never listens: it is given connections",
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
  "src/surface/services/redteam/scripted-model.ts": "a socket in a private folder, for one attack",
  "src/surface/services/telemetry/grpc.ts": "never listens: it is given connections",
};

const MAKES = /\bcreate(?:Secure)?Server\b|\bnew\s+(?:\w+\s*\.\s*)?Server\s*\(/;
const LISTENS = /\.\s*listen\s*\(|\[\s*["'`]listen["'`]\s*\]/;

/** Whether a source makes a server or listens. Strings count: programs that are started with code have it there. */
export function listensByItself(text: string): boolean {
  // WHY first: taking the comments out of every source takes long, and few have such a word at all.
  if (!/listen|Server/.test(text)) return false;
  const code = blank(text, "comments");
  return MAKES.test(code) || LISTENS.test(code);
}

/** A file that does, and is neither the helper's nor named. */
export function listenerFaults({
  path,
  text,
}: SourceFile): readonly { readonly path: string; readonly message: string }[] {
  if (!path.startsWith("src/") || path.startsWith(HELPER) || path in LISTEN_OTHERWISE) return [];
  if (!listensByItself(text)) return [];
  const message = `${path} listens by itself: use ${HELPER}listening.ts, or give a reason in scripts/checks/listeners.ts`;
  return [{ path, message }];
}
