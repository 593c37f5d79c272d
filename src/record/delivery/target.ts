// A target: a system that events are delivered to, as a way to send one batch through ports that the surface gives.
import type { ExportEntry } from "../export/forms/exporter.ts";
import type { Outcome } from "./outcome.ts";

/** A request over HTTP. Headers may hold a token: they never stand in a message. */
export type HttpRequest = {
  readonly method: "POST" | "PUT" | "GET" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
};

/** An answer, or that there was none. `text` is cut at a bound. */
export type HttpAnswer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly text: string;
      readonly bytes: Uint8Array;
      /** What `Retry-After` says, in milliseconds from now. */
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: "none"; readonly reason: string };

/** What a target may do. Nothing here throws for what the other side does. */
export type Ports = {
  readonly http: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Adds bytes to the target's file and makes them durable. */
  readonly append: (bytes: Uint8Array) => Promise<{ readonly reason: string } | undefined>;
  /** The value of a secret that the settings name; a Failure where it cannot be had. */
  readonly secret: (reference: string) => Promise<string>;
  /** Secrets and what was made of them are fetched anew from now on: the other side did not take them. */
  readonly forget: () => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  /** A fresh UUID. */
  readonly uuid: () => string;
};

/** How much goes at once: entries, and bytes of the body as the target counts them. */
export type BatchLimits = { readonly entries: number; readonly bytes: number };

/** A target that is set up. */
export type Target = {
  /** Where it goes, in words that an erasure can follow; never with a secret. */
  readonly destination: string;
  readonly limits: BatchLimits;
  readonly send: (batch: readonly ExportEntry[], ports: Ports) => Promise<Outcome>;
};

/** The id by which a target and a person tell entries apart, the same however often one is sent. */
export function entryId(entry: ExportEntry): string {
  return entry.kind === "event" ? entry.id : `entry-${entry.index}`;
}
