// Runs all detections over made events, as a reader with the key does.
import { joinRules, type Ruleset } from "#detect/correlation/ruleset.ts";
import { openStream } from "#detect/correlation/stream.ts";
import { withSealedFields } from "#detect/detection/fields.ts";
import { extendLists } from "#detect/detection/lists.ts";
import { canonicalJson } from "#record/log/canonical.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";
import type { Made } from "./maker.ts";

/** What the examples' site approves and protects. */
const SITE = `lists:
  approved_bypass_environments: [/srv/throwaway]
  approved_hosts: [corp.example, git.example]
  approved_marketplaces: [ours]
  approved_mcp_servers: [tracker]
  protected_repositories: [/srv/protected]
`;

/** All detections that ship, with the lists of the examples' site. */
export function shippedRules(): Ruleset {
  const lists = extendLists(loadLists(), SITE, "lists.yml");
  return joinRules(loadRules(lists).map(({ rule }) => rule));
}

/** Names of the detections that fire, each once, sorted. */
export function firedBy(rules: Ruleset, made: readonly Made[]): readonly string[] {
  const stream = openStream(rules);
  const found = made.flatMap(({ timeMs, event, isForged = false }, index) => {
    // As it is read back from the log: canonical form leaves out what is undefined.
    const metadata = JSON.parse(canonicalJson(event.metadata)) as JsonObject;
    const fields = withSealedFields(metadata, { sealed: event.sealed, isForged });
    return stream.take({ index, id: event.id, timeMs, fields, isOpened: true });
  });
  return [...new Set([...found, ...stream.end()].map(({ rule }) => rule.name))].sort();
}
