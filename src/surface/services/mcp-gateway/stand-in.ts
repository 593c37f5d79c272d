// What is answered in place of a server of which nothing passes: that it is there, that it has no tools, and why.
import { productVersion } from "../../foundation/product/product.ts";
import { errorAnswer, ERRORS, type Members, type Message } from "./message.ts";
import type { GateRefusal } from "./said.ts";

const META_VERSION = "io.modelcontextprotocol/protocolVersion";
const MODERN = "2026-07-28";

/** Whether a request is of the era without a handshake: it names its version itself. */
export function isModern(params: Members): boolean {
  const meta = params["_meta"];
  return typeof meta === "object" && meta !== null && META_VERSION in meta;
}

/** A refusal in one sentence, for the model and the person. */
export function refusalText({ why, instead }: Pick<GateRefusal, "why" | "instead">): string {
  return `sallyport: ${why}. ${instead.charAt(0).toUpperCase()}${instead.slice(1)}.`;
}

/** The answer to a message; undefined where none is due. */
export function standInAnswer(message: Message, refusal: GateRefusal): Members | undefined {
  if (message.kind !== "request") return undefined;
  const { id, method, params } = message;
  const of = (result: Members): Members => ({
    jsonrpc: "2.0",
    id,
    result: isModern(params)
      ? { resultType: "complete", ttlMs: 0, cacheScope: "private", ...result }
      : result,
  });
  const told = {
    capabilities: { tools: { listChanged: true } },
    instructions: refusalText(refusal),
  };
  const serverInfo = { name: "sallyport", version: productVersion() };
  if (method === "initialize")
    return of({ ...told, serverInfo, protocolVersion: params["protocolVersion"] ?? "2025-11-25" });
  if (method === "server/discover")
    return of({
      ...told,
      supportedVersions: [MODERN],
      _meta: { "io.modelcontextprotocol/serverInfo": serverInfo },
    });
  if (method === "tools/list") return of({ tools: [] });
  if (method === "ping") return of({});
  return refusedAnswer(id, refusal);
}

/** The error that a refused request gets. */
export function refusedAnswer(id: string | number, refusal: GateRefusal): Members {
  return errorAnswer(id, ERRORS.refused, {
    message: refusalText(refusal),
    data: { rule: `guard/${refusal.rule}` },
  });
}
