// What would make the client ignore a settings file or our hooks in it, found before anything is written.
import type { SourcePlace } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { SettingsVariable } from "./accepted-variables.ts";
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

/** Handler types that the client knows; measured: one unknown type voids the whole file. */
const handlerTypes = ["command", "http", "mcp_tool", "prompt", "agent"];

/** Entries for which the client silently ignores the whole file, ours or not. */
export function voidingFaults(document: SettingsDocument): readonly SettingsFault[] {
  const { root } = document;
  if (root.kind !== "object") return [voids(document, root, "the settings are not an object")];
  const hooks = memberOf(root, "hooks");
  const env = memberOf(root, "env");
  return [
    ...(hooks === undefined ? [] : hookFaults(document, hooks)),
    ...(env === undefined ? [] : envFaults(document, env)),
  ];
}

/** Settings by which the client would not run our hooks, or would not check who answers them. */
export function obstacles(
  document: SettingsDocument,
  isRepository: boolean,
): readonly SettingsFault[] {
  const { root } = document;
  const found: SettingsFault[] = [];
  const report = (code: SettingsFaultCode, node: JsonNode, message: string) =>
    found.push(fault(document, node, code, message));
  for (const key of ["disableAllHooks", "allowManagedHooksOnly"]) {
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

/**
 * Variables in a repository's `env` by which it would run code in the agent's commands, or choose whom the client talks to
 * and believes. Those in `pinned` are left out: our own file sets them in the layer above.
 */
export function redirections(
  document: SettingsDocument,
  pinned: readonly string[],
): readonly RedirectionFault[] {
  const env = memberOf(document.root, "env");
  if (env?.kind !== "object") return [];
  return env.members.flatMap(({ key: name, value: node }) => {
    if (node.kind !== "scalar" || node.value === null || pinned.includes(name)) return [];
    const value = String(node.value);
    const redirection = redirectionOf(name, value);
    if (redirection === undefined) return [];
    const what =
      redirection === "runs-code"
        ? "by which it chooses what programs run"
        : "by which it chooses whom programs talk to or believe";
    const message = `the repository's settings set \`${printable(name)}\`, ${what}`;
    const at = { file: document.file, ...placeIn(document.text, node.start) };
    return [{ redirection, variable: { name, value }, message, at }];
  });
}

function hookFaults(document: SettingsDocument, hooks: JsonNode): readonly SettingsFault[] {
  if (hooks.kind !== "object") return [voids(document, hooks, "`hooks` is not an object")];
  return hooks.members.flatMap(({ key, value }) => {
    if (value.kind !== "array") return [voids(document, value, `\`hooks.${key}\` is not a list`)];
    return value.elements.flatMap((group) => groupFaults(document, group, key));
  });
}

function groupFaults(
  document: SettingsDocument,
  group: JsonNode,
  event: string,
): readonly SettingsFault[] {
  const handlers = memberOf(group, "hooks");
  const matcher = memberOf(group, "matcher");
  if (handlers?.kind !== "array") {
    return [voids(document, group, `an entry of \`hooks.${event}\` has no list of \`hooks\``)];
  }
  return [
    ...(matcher === undefined || isText(matcher)
      ? []
      : [voids(document, matcher, "a `matcher` is not a string")]),
    ...handlers.elements.flatMap((handler) => handlerFaults(document, handler)),
  ];
}

function handlerFaults(document: SettingsDocument, handler: JsonNode): readonly SettingsFault[] {
  const type = textOf(memberOf(handler, "type"));
  const onFailure = memberOf(handler, "onFailure");
  const timeout = memberOf(handler, "timeout");
  const found: SettingsFault[] = [];
  const report = (node: JsonNode, message: string) => found.push(voids(document, node, message));
  if (type === undefined || !handlerTypes.includes(type)) {
    report(handler, `a hook has no \`type\` that the client knows (${handlerTypes.join(", ")})`);
  }
  if (type === "command" && textOf(memberOf(handler, "command")) === undefined) {
    report(handler, "a command hook has no `command`");
  }
  if (type === "http" && !isHttpUrl(textOf(memberOf(handler, "url")))) {
    report(handler, "an http hook has no `url` that begins with http:// or https://");
  }
  if (onFailure !== undefined && !["continue", "block"].includes(textOf(onFailure) ?? "")) {
    report(onFailure, "`onFailure` is neither `continue` nor `block`");
  }
  if (timeout !== undefined && !(Number(toJson(timeout)) > 0)) {
    report(timeout, "a `timeout` is not a number of seconds");
  }
  return found;
}

function envFaults(document: SettingsDocument, env: JsonNode): readonly SettingsFault[] {
  if (env.kind !== "object") return [voids(document, env, "`env` is not an object")];
  return env.members
    .filter(({ value }) => value.kind !== "scalar" || value.value === null)
    .map(({ key, value }) => voids(document, value, `\`env.${key}\` is not a string`));
}

function isHttpUrl(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}

function isText(node: JsonNode): boolean {
  return textOf(node) !== undefined;
}

function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
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
