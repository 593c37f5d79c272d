// What targets may do, done on this machine: HTTP, files, and secrets that are fetched by reference and kept for a while.
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseReference } from "#govern/secrets/reference.ts";
import type { Ports } from "#record/delivery/target.ts";
import type { FetchSecret } from "../secrets/providers/fetch-secret.ts";
import { readPem } from "./pem-file.ts";
import { createHttpSender } from "./send-http.ts";
import type { ExportTarget } from "./targets-file.ts";

/** A secret is fetched anew after this, and at once when a target did not take it. */
const SECRET_MS_MAX = 3_600_000;
const EXCHANGE_MS_MAX = 30_000;

/** Builds the ports of one target; `close` ends its connections. */
export function createPorts(
  { ca, path }: Pick<ExportTarget, "ca" | "path">,
  machine: { readonly nowMs: () => number; readonly fetchSecret: FetchSecret },
): Ports & { readonly close: () => void } {
  const { nowMs, fetchSecret } = machine;
  const sender = createHttpSender({
    ca: readPem(ca),
    timeoutMs: EXCHANGE_MS_MAX,
    nowMs,
  });
  const secrets = keptSecrets((text) => fetchSecret(parseReference(text)), nowMs);
  return {
    http: sender.send,
    append: (bytes) => appendTo(path, bytes),
    ...secrets,
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
    nowMs,
    uuid: () => randomUUID(),
    close: sender.close,
  };
}

/** Keeps values of secrets for a while; `forget` has them fetched anew. */
export function keptSecrets(
  fetchValue: (reference: string) => Promise<string>,
  nowMs: () => number,
): Pick<Ports, "secret" | "forget"> {
  const secrets = new Map<string, { readonly value: Promise<string>; readonly atMs: number }>();
  return {
    secret(text) {
      const known = secrets.get(text);
      if (known !== undefined && nowMs() - known.atMs < SECRET_MS_MAX) return known.value;
      const value = fetchValue(text);
      secrets.set(text, { value, atMs: nowMs() });
      value.catch(() => secrets.delete(text));
      return value;
    },
    forget: () => secrets.clear(),
  };
}

async function appendTo(
  path: string | undefined,
  bytes: Uint8Array,
): Promise<{ readonly reason: string } | undefined> {
  if (path === undefined) return { reason: "no file is set up" };
  try {
    const handle = await open(path, "a", 0o600);
    try {
      await handle.appendFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return undefined;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no reason given";
    return { reason: `cannot be written (${code})` };
  }
}
