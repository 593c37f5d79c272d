// A channel: a way to tell people or a system, through ports that the service gives.
import type { FlowLimits, Waiting } from "#detect/notice/flow.ts";
import type { HttpAnswer, HttpRequest } from "#record/delivery/target.ts";

/**
 * `delivered`: the other side took it; `says` is its answer in a few words of ours. `again`: nothing certain arrived. `closed`: it
 * does not let us in until a person acts. `refused`: it will never take this one. No reason holds a secret.
 */
export type SendOutcome =
  | { readonly kind: "delivered"; readonly says: string }
  | { readonly kind: "again"; readonly reason: string; readonly afterMs?: number | undefined }
  | { readonly kind: "closed"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** What a channel may do. */
export type ChannelPorts = {
  readonly http: (request: HttpRequest) => Promise<HttpAnswer>;
  /** The value that a reference of the settings names; rejects with a Failure where it cannot be had. */
  readonly secret: (reference: string) => Promise<string>;
  readonly nowMs: () => number;
};

/** A message as it is sent: the id stays the same over all tries. */
export type Message = Pick<Waiting, "id" | "notice">;

/** A channel that is set up. */
export type Channel = {
  readonly name: string;
  /** Its kind, such as `slack`. */
  readonly to: string;
  /** Where it leads, in words without a secret. */
  readonly destination: string;
  readonly limits: FlowLimits;
  /** A file with authorities, in PEM, that its certificate is trusted by. */
  readonly ca: string | undefined;
  /** Whether a private address is meant. */
  readonly isInternal: boolean;
  /** The settings as they stand in the file. */
  readonly text: string;
  readonly send: (message: Message, ports: ChannelPorts) => Promise<SendOutcome>;
};
