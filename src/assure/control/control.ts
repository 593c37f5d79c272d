// A control of a framework, and what is evidence for it: events that are counted, collectors, checks, detections, what people attest.
import type { Collector } from "./collector-ids.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/**
 * Events that are counted. `query` is the search as it stands in the file, `by` names a field by whose values the count is split.
 * `expect`: `some` where a period without such events evidences nothing, `none` where each of them is a gap, which `gap` words.
 */
export type Evidence = {
  readonly id: string;
  readonly title: string;
  readonly query: unknown;
  readonly by: string | undefined;
  readonly expect: "some" | "none" | "any";
  readonly gap: string | undefined;
  readonly matches: (metadata: JsonObject) => boolean;
  /** The only kinds of event that it could match, undefined for all. */
  readonly kinds: ReadonlySet<string> | undefined;
};

/** What no machine can see and a person attests: `about` is what `sallyport attestation add` is given, `needs` what is looked at. */
export type NeededAttestation = { readonly about: string; readonly needs: string };

/**
 * A control, compiled. `id` is `<framework>/<file>`, `reference` is what the framework calls it, `title` is in our words: the
 * frameworks' own texts are not ours to give. `limits` says what the evidence does not prove. `also` are places of other frameworks
 * that speak of the same, as `<catalogue>:<id>`.
 */
export type Control = {
  readonly id: string;
  readonly framework: string;
  readonly reference: string;
  readonly title: string;
  readonly description: string;
  readonly also: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly collectors: readonly Collector[];
  /** Ids of posture checks, of detections, of policy packs. */
  readonly checks: readonly string[];
  readonly detections: readonly string[];
  readonly policies: readonly string[];
  readonly attestations: readonly NeededAttestation[];
  readonly limits: readonly string[];
};
