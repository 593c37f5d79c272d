// One process of a long run of the properties: tries the parts that it is sent, one after the other.
import { createHash } from "node:crypto";
import { DIGEST_CHARS, type Part, type PartResult } from "./parts.ts";
import { PROPERTIES } from "./properties.ts";

/** Characters of a report that are kept: seed and counterexample stand first. */
const REPORT_CHARS_MAX = 4_000;

process.on("message", (part: Part) => {
  process.send?.(tried(part));
});

function tried(part: Part): PartResult {
  const property = PROPERTIES[part.property];
  if (property === undefined) throw new Error(`no property \`${part.property}\``);
  const started = performance.now();
  const digests: string[] = [];
  let counterexample: string | undefined;
  try {
    property.run({
      numRuns: part.cases,
      seed: part.seed,
      // What is tried while shrinking is no case.
      onCase: (text) => {
        if (digests.length < part.cases) digests.push(digestOf(text));
      },
    });
  } catch (cause) {
    counterexample = String(cause).slice(0, REPORT_CHARS_MAX);
  }
  const seconds = (performance.now() - started) / 1_000;
  return { ...part, seconds, counterexample, digests: digests.join("") };
}

function digestOf(text: string): string {
  return createHash("sha1").update(text, "utf16le").digest("base64").slice(0, DIGEST_CHARS);
}
