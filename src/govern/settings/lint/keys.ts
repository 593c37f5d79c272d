// Checks of keys: does the client know them, here and in this file, and can it take their values.
import { nearNames, quotedOr } from "#base/edit-distance.ts";
import type { Catalogue, KnownKey } from "../catalogue.ts";
import type { JsonMember, JsonNode } from "../json-text.ts";
import { findingAt, type LintDocument, type LintFinding } from "./document.ts";
import { valueFindings } from "./values.ts";

/** What is wrong with the keys of a file and their values. */
export function keyFindings(document: LintDocument, catalogue: Catalogue): readonly LintFinding[] {
  return membersAt(document, catalogue, { path: "", node: document.root });
}

type Place = { readonly path: string; readonly node: JsonNode };

function membersAt(
  document: LintDocument,
  catalogue: Catalogue,
  { path, node }: Place,
): readonly LintFinding[] {
  if (node.kind === "array")
    return node.elements.flatMap((element) =>
      membersAt(document, catalogue, { path: `${path}[]`, node: element }),
    );
  if (node.kind !== "object" || !hasMembers(catalogue, path)) return [];
  return node.members.flatMap((member) => memberFindings(document, catalogue, { path, member }));
}

function memberFindings(
  document: LintDocument,
  catalogue: Catalogue,
  { path, member }: { readonly path: string; readonly member: JsonMember },
): readonly LintFinding[] {
  if (path === "hooks") return eventFindings(document, catalogue, member);
  const key = path === "" ? member.key : `${path}.${member.key}`;
  const known = catalogue.keys.find((one) => one.key === key);
  if (known === undefined) return [unknownFinding(document, catalogue, { key, member })];
  // What is in a list that does not count is not looked into further.
  if (known.layers !== undefined && !known.layers.includes(document.layer))
    return [layerFinding(document, known, member)];
  const wrong = valueFindings(document, known, member.value);
  if (wrong.length > 0) return wrong;
  return membersAt(document, catalogue, { path: key, node: member.value });
}

function eventFindings(
  document: LintDocument,
  catalogue: Catalogue,
  member: JsonMember,
): readonly LintFinding[] {
  const events = catalogue.events.map(({ name }) => name);
  if (events.includes(member.key))
    return membersAt(document, catalogue, { path: "hooks.*", node: member.value });
  const near = nearNames(member.key, events);
  return [
    findingAt(document, member.start, "hook/unknown-event", {
      message: `no event of client ${catalogue.client} is called \`${member.key}\`: it is newer than this catalogue, or misspelt, and a client that does not know it never calls its hooks`,
      fix: checkName(near, "the events of your client"),
    }),
  ];
}

function unknownFinding(
  document: LintDocument,
  catalogue: Catalogue,
  { key, member }: { readonly key: string; readonly member: JsonMember },
): LintFinding {
  const invented = catalogue.invented.find((one) => one.key === key);
  if (invented !== undefined) {
    const real = invented.real.map((name) => `\`${name}\``).join(", ");
    return {
      ...findingAt(document, member.start, "key/invented", {
        message: `\`${key}\` does not exist: the client ignores it and says nothing. ${invented.instead}`,
        fix: real === "" ? "take it out" : `use ${real}`,
      }),
      items: [invented.item],
    };
  }
  const home = homeOf(catalogue, key, member.key) ?? sectionOf(catalogue, key, member);
  if (home !== undefined) {
    return findingAt(document, member.start, "key/misplaced", {
      message: `\`${key}\` does nothing here: the client reads it as \`${home}\``,
      fix: `move it to \`${home}\``,
    });
  }
  const near = nearNames(member.key, siblingsOf(catalogue, key));
  return findingAt(document, member.start, "key/unknown", {
    message: `\`${key}\` is newer than this catalogue (client ${catalogue.client}), or misspelt: a client that does not know it ignores it and says nothing`,
    fix: checkName(near, "what your client knows"),
  });
}

/** WHY never to take it out: a name that a newer client knows may be the one that limits it. */
function checkName(near: readonly string[], place: string): string {
  const held = `compare it with ${place}`;
  return near.length === 0 ? held : `write ${quotedOr(near)}, or ${held}`;
}

/** Where a key of this name belongs; the rules' object comes first. */
function homeOf(catalogue: Catalogue, key: string, name: string): string | undefined {
  const homes = catalogue.keys
    .map((one) => one.key)
    .filter((one) => one !== key && !one.includes("[]") && one.split(".").at(-1) === name);
  return (
    homes.find((one) => one === `permissions.${name}` || one === `sandbox.${name}`) ??
    homes.find((one) => !one.includes(".")) ??
    (homes.length === 1 ? homes[0] : undefined)
  );
}

/** The object that an event or a variable of the client belongs into, where one stands among other keys. */
function sectionOf(
  { events, variables }: Catalogue,
  key: string,
  { key: name, value }: JsonMember,
): string | undefined {
  if (/^(?:env|hooks)\./.test(key)) return undefined;
  if (events.some((event) => event.name === name) && value.kind === "array") return `hooks.${name}`;
  const isVariable = /_/.test(name) && variables.some((variable) => variable.name === name);
  return isVariable ? `env.${name}` : undefined;
}

function siblingsOf(catalogue: Catalogue, key: string): readonly string[] {
  const around = key.slice(0, Math.max(0, key.lastIndexOf(".")));
  return catalogue.keys.flatMap((one) => {
    const at = one.key.lastIndexOf(".");
    return one.key.slice(0, Math.max(0, at)) === around ? [one.key.slice(at + 1)] : [];
  });
}

function layerFinding(document: LintDocument, { key, layers }: KnownKey, member: JsonMember) {
  const where = (layers ?? []).map((layer) => LAYER_WORDS[layer]).join(", ");
  return findingAt(document, member.start, "key/wrong-layer", {
    message: `\`${key}\` does nothing in ${LAYER_WORDS[document.layer]}`,
    fix: `put it into ${where}`,
  });
}

/** How layers are called in messages. */
export const LAYER_WORDS = {
  managed: "managed settings",
  "command-line": "a file given by `--settings`",
  local: "the project's local settings",
  project: "the project's settings",
  user: "the person's settings",
} as const;

/** Whether anything is known about the members of an object; where it is not, all of them are taken. */
function hasMembers({ keys }: Catalogue, path: string): boolean {
  return path === "" || path === "hooks" || keys.some(({ key }) => key.startsWith(`${path}.`));
}
