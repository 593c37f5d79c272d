// What would make the client ignore a settings file or our hooks in it, found before anything is written.
import type { SourcePlace } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { SettingsVariable } from "./accepted-variables.ts";
import { hookFaults } from "./hook-faults.ts";
import { type JsonNode, memberOf, placeIn, toJson } from "./json-text.ts";
import { type Redirection, redirectionOf } from "#base/redirecting-variables.ts";

/**
 * What is wrong: an entry for which the client ignores the whole file, hooks that are turned off, hook addresses that are
 * restricted, or a variable by which a repository decides whom the client trusts.
 */
export type SettingsFaultCode = "voids-file" | "hooks-off" | "hook-addresses" | "repository-trust";
/** Something wrong with a settings file, and where. */
export type SettingsFault = {
  readonly code: SettingsFaultCode;
  readonly message: string;
  readonly at: SourcePlace;
};
/** A variable of a repository that runs code or redirects trust, where it is set, and what it does in words. */
export type RedirectionFault = {
  readonly redirection: Redirection;
  readonly variable: SettingsVariable;
  readonly message: string;
  readonly at: SourcePlace;
};
/** A settings file that was read and parsed. */
export type SettingsDocument = {
  readonly file: string;
  readonly text: string;
  readonly root: JsonNode;
};

/** Entries for which the client silently ignores the whole file, ours or not. */
export function voidingFaults(document: SettingsDocument): readonly SettingsFault[] {
  const { root } = document;
  if (root.kind !== "object") return [voids(document, root, "the settings are not an object")];
  const hooks = memberOf(root, "hooks");
  const env = memberOf(root, "env");
  return [
    ...(hooks === undefined
      ? []
      : hookFaults(hooks).map(({ node, message }) => voids(document, node, message))),
    ...(env === undefined ? [] : envFaults(document, env)),
  ];
}

/**
 * Settings by which the client would not run our hooks, or would not check who answers them. `beaten`: keys that our own file, which
 * stands above this one, sets otherwise by a switch.
 */
export function obstacles(
  document: SettingsDocument,
  isRepository: boolean,
  beaten: readonly string[] = [],
): readonly SettingsFault[] {
  const { root } = document;
  const found: SettingsFault[] = [];
  const report = (code: SettingsFaultCode, node: JsonNode, message: string) =>
    found.push(fault(document, node, code, message));
  for (const key of ["disableAllHooks", "allowManagedHooksOnly"]) {
    if (beaten.includes(key)) continue;
    const node = memberOf(root, key);
    if (node !== undefined && toJson(node) === true)
      report("hooks-off", node, `\`${key}\` turns our hooks off`);
  }
  const urls = memberOf(root, "allowedHttpHookUrls");
  if (urls !== undefined)
    report("hook-addresses", urls, "`allowedHttpHookUrls` may refuse our hook's address");
  const env = memberOf(root, "env");
  for (const name of ["NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"]) {
    const node = memberOf(env, name);
    if (node !== undefined && isRepository) {
      report(
        "repository-trust",
        node,
        `the repository's settings set \`${name}\`, which decides whom the client trusts`,
      );
    }
  }
  return found;
}

/** By this variable a hook learns which client runs. */
const CLIENT_NAME = "AI_AGENT";

/**
 * Variables in a repository's `env` by which it would run code in the agent's commands, or choose whom the client talks to
 * and believes. Those in `pinned` are left out: our own file sets them in the layer above; and those that the client `ignores` there.
 */
export function redirections(
  document: SettingsDocument,
  pinned: readonly string[],
  ignores: (name: string) => boolean,
): readonly RedirectionFault[] {
  const env = memberOf(document.root, "env");
  if (env?.kind !== "object") return [];
  // WHY: who names the client could name one that ignores what the running one takes.
  const isNamed = env.members.some(({ key }) => key.toUpperCase() === CLIENT_NAME);
  return env.members.flatMap(({ key: name, value: node }) => {
    if (node.kind !== "scalar" || node.value === null || pinned.includes(name)) return [];
    const value = String(node.value);
    const redirection = redirectionOf(name, value);
    if (redirection === undefined || (!isNamed && ignores(name))) return [];
    const what =
      redirection === "runs-code"
        ? "by which it chooses what programs run"
        : "by which it chooses whom programs talk to or believe";
    const message = `the repository's settings set \`${printable(name)}\`, ${what}`;
    const at = { file: document.file, ...placeIn(document.text, node.start) };
    return [{ redirection, variable: { name, value }, message, at }];
  });
}

function envFaults(document: SettingsDocument, env: JsonNode): readonly SettingsFault[] {
  if (env.kind !== "object") return [voids(document, env, "`env` is not an object")];
  return env.members
    .filter(({ value }) => value.kind !== "scalar" || value.value === null)
    .map(({ key, value }) => voids(document, value, `\`env.${key}\` is not a string`));
}

function voids(document: SettingsDocument, node: JsonNode, message: string): SettingsFault {
  return fault(document, node, "voids-file", message);
}

function fault(
  { file, text }: SettingsDocument,
  node: JsonNode,
  code: SettingsFaultCode,
  message: string,
): SettingsFault {
  return { code, message, at: { file, ...placeIn(text, node.start) } };
}
