// What a request must be before anyone looks inside: the right path, host and token, no browser, a bounded body.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { type Signal, SIGNALS } from "#record/otlp/export-request.ts";
import type { FindProject, Project } from "../services/projects/project.ts";
import type { RejectionCode } from "../services/hooks/ports.ts";

/** Bytes read and thrown away of a body that is too large, so that its sender gets to read the answer. */
const DRAIN_BYTES_MAX = 4 * PAYLOAD_BYTES_MAX;

/** Where a request wants to go. */
export type Route =
  | { readonly kind: "hook" }
  | { readonly kind: "health"; readonly nonce: string | undefined }
  | { readonly kind: "decisions" }
  | { readonly kind: "operator" }
  | { readonly kind: "question" }
  | { readonly kind: "telemetry"; readonly signal: Signal }
  | { readonly kind: "none"; readonly status: 404 | 405 };

/** Reads the request line; only exact paths count. */
export function routeOf(request: IncomingMessage): Route {
  const { method, url = "" } = request;
  const [path, query, ...more] = url.split("?");
  if (path === "/v1/hook" && query === undefined) {
    return method === "POST" ? { kind: "hook" } : { kind: "none", status: 405 };
  }
  if (more.length > 0) return { kind: "none", status: 404 };
  if (path === "/v1/health") {
    if (method !== "GET") return { kind: "none", status: 405 };
    return { kind: "health", nonce: /^nonce=([0-9a-f]{32,128})$/.exec(query ?? "")?.[1] };
  }
  if (path === "/v1/operator" && query === undefined) {
    return method === "POST" ? { kind: "operator" } : { kind: "none", status: 405 };
  }
  if (path === "/v1/question" && query === undefined) {
    return method === "POST" ? { kind: "question" } : { kind: "none", status: 405 };
  }
  const signal = SIGNALS.find((name) => path === `/v1/${name}`);
  if (signal !== undefined && query === undefined) {
    return method === "POST" ? { kind: "telemetry", signal } : { kind: "none", status: 405 };
  }
  if (path === "/v1/decisions" && query === undefined) {
    return method === "GET" ? { kind: "decisions" } : { kind: "none", status: 405 };
  }
  return { kind: "none", status: 404 };
}

/**
 * Why the headers alone forbid an answer with content. A wrong `Host` or a browser's headers mean that a web page made
 * somebody's browser ask us (DNS rebinding); no hook of ours ever looks like that.
 */
export function headerFault(request: IncomingMessage, port: number): RejectionCode | undefined {
  const { headers } = request;
  if (headers.host !== `127.0.0.1:${port}`) return "host";
  const names = Object.keys(headers);
  const fromBrowser = names.some((name) => name === "origin" || name.startsWith("sec-fetch-"));
  return fromBrowser ? "browser" : undefined;
}

/** The bearer token of a request, or undefined. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{16,256})$/.exec(request.headers.authorization ?? "")?.[1];
}

/** The project that a hook request speaks for, or why there is none. */
export function projectOf(
  request: IncomingMessage,
  findProject: FindProject,
): Project | { readonly rejected: RejectionCode } {
  const token = bearerToken(request);
  if (token === undefined) return { rejected: "token-missing" };
  const digest = createHash("sha256").update(token).digest();
  return findProject(digest) ?? { rejected: "token-unknown" };
}

/** Counts the body bytes held in memory over all requests. */
export type BodyBudget = { take(bytes: number): boolean; give(bytes: number): void };

/** A budget of `bytesMax` shared by all requests. */
export function createBodyBudget(bytesMax: number): BodyBudget {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > bytesMax) return false;
      held += bytes;
      return true;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}

/** A body, and the budget it still holds: call `release` once when it is no longer needed. */
export type Body =
  | { readonly kind: "whole"; readonly bytes: Buffer; release(): void }
  | { readonly kind: "refused"; readonly code: RejectionCode };

/**
 * Reads a body within `PAYLOAD_BYTES_MAX`, `limitMs` and the budget. A body past the bounds, or one refused from the
 * start, is read on and thrown away, so that its sender gets to read the answer; one far past them is cut. Resolves in
 * every case.
 */
export function readBody(
  request: IncomingMessage,
  options: { budget: BodyBudget; limitMs: number; refused: RejectionCode | undefined },
): Promise<Body> {
  const { budget, limitMs } = options;
  return new Promise((resolve) => {
    let { refused } = options;
    let chunks: Buffer[] = [];
    let received = 0;
    let held = 0;
    const release = () => {
      budget.give(held);
      held = 0;
      chunks = [];
    };
    const stop = (code: RejectionCode) => {
      clearTimeout(timer);
      release();
      resolve({ kind: "refused", code });
    };
    const refuse = (code: RejectionCode) => {
      refused ??= code;
      release();
    };
    const timer = setTimeout(() => stop(refused ?? "slow"), limitMs);
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received > PAYLOAD_BYTES_MAX) refuse("too-large");
      if (received > DRAIN_BYTES_MAX) {
        request.pause();
        stop(refused ?? "too-large");
      }
      if (refused !== undefined) return;
      if (!budget.take(chunk.length)) return refuse("busy");
      held += chunk.length;
      chunks.push(chunk);
    });
    request.on("end", () => {
      if (refused !== undefined) return stop(refused);
      clearTimeout(timer);
      resolve({ kind: "whole", bytes: Buffer.concat(chunks), release });
    });
    // After `end` these come too and change nothing: the promise is settled, but what it holds must stay held.
    const cut = () => {
      if (!request.complete) stop(refused ?? "aborted");
    };
    request.on("error", cut);
    request.on("close", cut);
  });
}
