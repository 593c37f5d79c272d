// How a command of ours and a dashboard prove to each other that both know the operator's secret, which itself is never sent.
import { createHmac, randomBytes } from "node:crypto";
import * as v from "valibot";
import { equalSecrets } from "../../services/installation/install.ts";

/** The header in which a command proves itself: the nonce that it chose, a dot, and the proof. */
export const CONTROL_HEADER = "x-sallyport-control";
/** Nonces whose proofs counted, remembered so that none counts twice. Only who knows the secret adds to them. */
const USED_MAX = 1_024;

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** What a dashboard answers to a nonce of 64 hex characters. `instance` names this run of it. */
export const challengeSchema = v.object({ instance: hex, proof: hex });
export type Challenge = v.InferOutput<typeof challengeSchema>;

/** Of one exchange. WHY the port: a stranger on another port cannot pass a question on to the dashboard and its answer back. */
type Exchange = { readonly nonce: string; readonly instance: string; readonly port: number };

function proofOf(
  who: "dashboard" | "command",
  secret: string,
  { nonce, instance, port }: Exchange,
): string {
  return createHmac("sha256", secret)
    .update(`sallyport/control/v1\0${who}\0${nonce}\0${instance}\0${port}`)
    .digest("hex");
}

/** The value of the header for a dashboard that proved itself on this port; undefined for anything else. */
export function controlHeader(
  secret: string,
  { nonce, port }: { readonly nonce: string; readonly port: number },
  answer: unknown,
): string | undefined {
  const read = v.safeParse(challengeSchema, answer);
  if (!read.success) return undefined;
  const { instance, proof } = read.output;
  const exchange = { nonce, instance, port };
  if (!equalSecrets(proof, proofOf("dashboard", secret, exchange))) return undefined;
  return `${nonce}.${proofOf("command", secret, exchange)}`;
}

/** The dashboard's side. */
export type ControlDesk = {
  /** Proves this dashboard to whoever sent a nonce. */
  challenge(nonce: string): Challenge;
  /** Whether a header was made for this run by who knows the secret; each counts once. */
  isOurs(header: string | readonly string[] | undefined): boolean;
};

/** `portOf` is where the dashboard listens by then. */
export function createControlDesk(secret: string, portOf: () => number): ControlDesk {
  const instance = randomBytes(32).toString("hex");
  const used = new Set<string>();
  return {
    challenge(nonce) {
      return { instance, proof: proofOf("dashboard", secret, { nonce, instance, port: portOf() }) };
    },
    isOurs(header) {
      if (typeof header !== "string") return false;
      const [, nonce, proof] = /^([0-9a-f]{64})\.([0-9a-f]{64})$/.exec(header) ?? [];
      if (nonce === undefined || proof === undefined || used.has(nonce)) return false;
      const exchange = { nonce, instance, port: portOf() };
      if (!equalSecrets(proof, proofOf("command", secret, exchange))) return false;
      used.add(nonce);
      for (const oldest of used) if (used.size > USED_MAX) used.delete(oldest);
      return true;
    },
  };
}
