// Variables and headers that settings of the client give to programs: a secret written out there, whatever it looks like.
import { isSecretVariable } from "#base/secret-variables.ts";
import { type JsonNode, parseJsonText } from "#govern/settings/json-text.ts";

/** Where the value of such a secret stands, without its quotes. */
export type WrittenSecret = { readonly start: number; readonly end: number };

/** How deep blocks are looked for. */
const DEPTH_MAX = 8;
/** What is filled in when the client starts, or tells a reader to fill it in; flags, numbers, paths and addresses. */
const NO_SECRET =
  /^$|\$\{?\w|^<[^>]*>$|change.?me|replace|placeholder|example|your[-_ ]|^(?:true|false|null|none|\d{1,6})$|^(?:\/|~\/|\.\/|https?:\/\/[^@]*$)/i;
const HEADER = /^(?:authorization|proxy-authorization|cookie|x-api-key|api-key|x-auth-token)$/i;

/**
 * Secrets that stand as values in `env` and `headers` of settings or of servers. A name says that it is one; the value may be any,
 * since passwords look like words. Text that is no JSON, or is larger than settings may be, has none.
 */
export function writtenSecrets(text: string): readonly WrittenSecret[] {
  let root: JsonNode;
  try {
    root = parseJsonText(text, "");
  } catch {
    return [];
  }
  const found: WrittenSecret[] = [];
  const visit = (node: JsonNode, depth: number) => {
    if (depth > DEPTH_MAX) return;
    if (node.kind === "array") for (const element of node.elements) visit(element, depth + 1);
    if (node.kind !== "object") return;
    for (const { key, value } of node.members) {
      if ((key === "env" || key === "headers") && value.kind === "object") {
        for (const entry of value.members) {
          const isNamed = key === "env" ? isSecretVariable(entry.key) : HEADER.test(entry.key);
          const { value: given } = entry;
          if (!isNamed || given.kind !== "scalar" || typeof given.value !== "string") continue;
          if (NO_SECRET.test(given.value.replace(/^(?:Bearer|Basic|Token) /i, ""))) continue;
          found.push({ start: given.start + 1, end: given.end - 1 });
        }
      } else visit(value, depth + 1);
    }
  };
  visit(root, 0);
  return found;
}
