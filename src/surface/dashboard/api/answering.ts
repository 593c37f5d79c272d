// What every answer of our servers carries, how it is sent, and whose token a request shows.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ApiFault, FAULT_STATUS } from "./endpoint.ts";

/** Headers of every answer: no foreign code, no frame, no referrer, no guess of a type. */
export const APP_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** The bearer token of a request, or undefined. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{16,256})$/.exec(request.headers.authorization ?? "")?.[1];
}

/** Says what is wrong. */
export function sendFault(response: ServerResponse, { code, message }: ApiFault): void {
  sendJson(response, FAULT_STATUS[code], { error: { code, message } });
}

/** Sends a value, unless something was sent or nobody listens any more. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body ?? null);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}
