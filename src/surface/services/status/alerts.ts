// Whether alerts come: those of the probes that were just sent, waited for.
import { setTimeout as sleep } from "node:timers/promises";
import { PROOFS, type Proof, provenBy } from "../alerts/alert-proof.ts";
import type { Finding } from "../../foundation/terminal/finding.ts";
import type { Surroundings } from "./installation.ts";

/** The daemon looks every 0.3 s, begins two seconds after its start, and counts over time a second late. */
const WAIT_MS_MAX = 20_000;
const LOOK_MS = 100;

const WORDS: Readonly<Record<Proof, string>> = {
  event: "about what stands in clear",
  sealed: "about what a key opens",
  correlation: "about what is counted over time",
};

/** Waits for an alert of each kind of detection. Nothing is told of them to anybody. */
export async function checkAlerts(
  session: string,
  { directories, ours }: Pick<Surroundings, "directories" | "ours">,
  waitMs = WAIT_MS_MAX,
): Promise<Finding> {
  const endMs = performance.now() + waitMs;
  for (;;) {
    const proven = provenBy(directories.alertProofFile, session);
    const missing = PROOFS.filter((proof) => !proven.has(proof));
    if (missing.length === 0)
      return { level: "ok", text: `an alert of each kind came of the probes (${PROOFS.length})` };
    if (performance.now() >= endMs) {
      const kinds = missing.map((proof) => WORDS[proof]).join(", ");
      const text = `no alert came of the probes ${kinds} within ${waitMs / 1_000} s: the daemon detects less than it should`;
      return {
        level: "found",
        text,
        repair: `${ours("daemon stop")} && ${ours("daemon --ensure")}`,
      };
    }
    await sleep(LOOK_MS);
  }
}
