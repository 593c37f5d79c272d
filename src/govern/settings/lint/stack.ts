// Checks of settings that go together, in one file and over all files of a stack.
import { exceptsAll } from "../hook-entries.ts";
import { LOOPBACK_ADDRESS } from "../hook-environment.ts";
import type { Catalogue } from "../catalogue.ts";
import { type JsonNode, memberOf, toJson } from "../json-text.ts";
import type { CheckId } from "./checks.ts";
import { findingAt, type LintDocument, type LintFinding, type Remark, textOf } from "./document.ts";
import { handlersOf } from "./hook-handlers.ts";
import { LAYER_WORDS } from "./keys.ts";

/** What is wrong with files taken together. */
export function stackFindings(
  documents: readonly LintDocument[],
  catalogue: Catalogue,
): readonly LintFinding[] {
  return [
    ...managedRuleFindings(documents),
    ...mcpFindings(documents),
    ...sandboxFindings(documents),
    ...versionFindings(documents, catalogue),
    ...hookFindings(documents),
  ];
}

type Held = { readonly document: LintDocument; readonly node: JsonNode };

const managedOf = (documents: readonly LintDocument[]) =>
  documents.filter(({ layer }) => layer === "managed");

/** Where a value stands at a path of keys, in each of the files that has it. */
function valuesAt(documents: readonly LintDocument[], ...path: readonly string[]): readonly Held[] {
  return documents.flatMap((document) => {
    const node = path.reduce<JsonNode | undefined>(
      (inner, key) => memberOf(inner, key),
      document.root,
    );
    return node === undefined ? [] : [{ document, node }];
  });
}

function isSet(documents: readonly LintDocument[], ...path: readonly string[]): boolean {
  return valuesAt(documents, ...path).some(({ node }) => toJson(node) === true);
}

function say({ document, node }: Held, id: CheckId, remark: Remark): LintFinding {
  return findingAt(document, node.start, id, remark);
}

function managedRuleFindings(documents: readonly LintDocument[]): readonly LintFinding[] {
  const managed = managedOf(documents);
  const only = valuesAt(managed, "allowManagedPermissionRulesOnly").find(
    ({ node }) => toJson(node) === true,
  );
  if (only === undefined) return [];
  const alone = isSet(managed, "allowManagedHooksOnly")
    ? []
    : [
        say(only, "stack/rules-without-hooks", {
          message: "rules of other files are dropped, and a project's hook may still answer allow",
          fix: 'add `"allowManagedHooksOnly": true`',
        }),
      ];
  const others = documents.filter(({ layer }) => layer !== "managed");
  const dropped = valuesAt(others, "permissions", "deny").filter(
    ({ node }) => node.kind === "array" && node.elements.length > 0,
  );
  return [
    ...alone,
    ...dropped.map((held) =>
      say(held, "stack/dropped-denies", {
        message: `managed settings drop these: \`allowManagedPermissionRulesOnly\` is set in \`${only.document.file}\``,
        fix: "put every deny into managed settings",
      }),
    ),
  ];
}

function mcpFindings(documents: readonly LintDocument[]): readonly LintFinding[] {
  const managed = managedOf(documents);
  const open = isSet(managed, "allowManagedMcpServersOnly")
    ? []
    : valuesAt(managed, "allowedMcpServers").flatMap((held) =>
        // What is no list is dropped, and told of by its type.
        held.node.kind === "array"
          ? [
              say(held, "stack/open-mcp-list", {
                message: "a person's own settings add to this list",
                fix: 'add `"allowManagedMcpServersOnly": true`',
              }),
            ]
          : [],
      );
  const named = ["allowedMcpServers", "deniedMcpServers"].flatMap((key) =>
    valuesAt(documents, key).flatMap(({ document, node }) => {
      const entries = node.kind === "array" ? node.elements : [];
      return entries.flatMap((entry) => {
        const name = memberOf(entry, "serverName");
        return name === undefined ? [] : [{ document, node: name }];
      });
    }),
  );
  return [
    ...open,
    ...named.map((held) =>
      say(held, "stack/mcp-by-name", {
        message: "a name says nothing about a server: anybody can give it to another one",
        fix: "write `serverUrl`, or `serverCommand` with all arguments",
      }),
    ),
  ];
}

function sandboxFindings(documents: readonly LintDocument[]): readonly LintFinding[] {
  if (isSet(documents, "sandbox", "failIfUnavailable")) return [];
  const [enabled] = valuesAt(documents, "sandbox", "enabled").filter(
    ({ node }) => toJson(node) === true,
  );
  if (enabled === undefined) return [];
  return [
    say(enabled, "stack/sandbox-optional", {
      message: "where the sandbox cannot run, commands run without it",
      fix: 'add `"failIfUnavailable": true`',
    }),
  ];
}

/** Restrictions that a client which people may still have ignores. */
function versionFindings(
  documents: readonly LintDocument[],
  { keys }: Catalogue,
): readonly LintFinding[] {
  const managed = managedOf(documents);
  const bound = valuesAt(managed, "requiredMinimumVersion").flatMap(
    ({ node }) => textOf(node) ?? [],
  );
  const isAfter = (version: string) => bound.some((least) => compareVersions(least, version) > 0);
  const young = keys.filter(
    ({ key, absent, security }) =>
      absent !== undefined && security === "limits" && /^[^[*]*$/.test(key),
  );
  const found = young.flatMap(({ key, absent = "" }) =>
    isAfter(absent)
      ? []
      : valuesAt(managed, ...key.split(".")).map((held) =>
          say(held, "key/unknown-to-old-clients", {
            message: `client ${absent} does not know \`${key}\` and ignores it`,
            fix: 'add `"requiredMinimumVersion"`',
          }),
        ),
  );
  const blocking = managed.flatMap((document) =>
    handlersOf(memberOf(document.root, "hooks")).flatMap(({ node }) => {
      const onFailure = memberOf(node, "onFailure");
      return onFailure === undefined ? [] : [{ document, node: onFailure }];
    }),
  );
  const [first] = bound.some((least) => compareVersions(least, "2.1.295") >= 0) ? [] : blocking;
  return first === undefined
    ? found
    : [
        ...found,
        say(first, "hook/old-clients", {
          message:
            "clients before 2.1.295 ignore `onFailure`: there the call runs when the hook fails",
          fix: 'add `"requiredMinimumVersion": "2.1.295"`',
        }),
      ];
}

function hookFindings(documents: readonly LintDocument[]): readonly LintFinding[] {
  const managed = managedOf(documents);
  const handlers = managed.flatMap((document) =>
    handlersOf(memberOf(document.root, "hooks")).map(({ node }) => ({ document, node })),
  );
  const exceptions = ["NO_PROXY", "no_proxy"]
    .flatMap((name) => valuesAt(managed, "env", name))
    .map(({ node }) => textOf(node) ?? "");
  const http = handlers.find(
    ({ node }) =>
      textOf(memberOf(node, "type")) === "http" &&
      textOf(memberOf(node, "url")) !== undefined &&
      !exceptions.some((list) => isExcepted(list, textOf(memberOf(node, "url")) ?? "")),
  );
  const command = handlers.find(({ node }) => isOfNode(textOf(memberOf(node, "command")) ?? ""));
  const pinned = valuesAt(managed, "env", "NODE_OPTIONS").length > 0;
  const proxied =
    http === undefined
      ? []
      : [
          say(http, "hook/proxy", {
            message: "a proxy that the project sets may answer in the hook's place",
            fix: "add the host of the hook's address to `NO_PROXY` and `no_proxy` in managed `env`, beside `127.0.0.1,localhost`",
          }),
        ];
  const loaded =
    command === undefined || pinned
      ? []
      : [
          say(command, "hook/node-options", {
            message: "whoever sets `NODE_OPTIONS` puts code into the hook and lets calls run",
            fix: 'add `"env": { "NODE_OPTIONS": "" }` to managed settings',
          }),
        ];
  return [...proxied, ...loaded, ...changeFindings(documents)];
}

/** Whether a command is a program of node: by its name, or a script that its first line gives to node. */
function isOfNode(command: string): boolean {
  return /\b(?:node|nodejs|npx|tsx|ts-node)\b(?![\w.-]*\/)|^\s*["']?[^\s"']+\.[cm]?[jt]s(?=["'\s]|$)/.test(
    command,
  );
}

/** Whether a list of proxy exceptions takes the host of an address: by its name, a domain above it, or `*`. */
function isExcepted(list: string, address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname.toLowerCase() : LOOPBACK_ADDRESS;
  if (exceptsAll(list, host)) return true;
  const entries = list.split(/[,\s]+/).map((entry) =>
    entry
      .toLowerCase()
      .replace(/^\*?\./, "")
      .replace(/(?<=[^:]):\d+$/, ""),
  );
  return entries.some((entry) => entry !== "" && (host === entry || host.endsWith(`.${entry}`)));
}

/** Guards that stand in a file which the agent can write, and whose change nobody holds. */
function changeFindings(documents: readonly LintDocument[]): readonly LintFinding[] {
  const hasGuard = documents.some(
    ({ root }) => memberOf(memberOf(root, "hooks"), "ConfigChange") !== undefined,
  );
  if (hasGuard) return [];
  return documents
    .filter(({ layer }) => layer !== "managed")
    .flatMap((document) => {
      const node = memberOf(memberOf(document.root, "hooks"), "PreToolUse");
      if (node === undefined) return [];
      return [
        say({ document, node }, "hook/no-change-guard", {
          message: `a program that the agent runs can rewrite ${LAYER_WORDS[document.layer]}, and the hook is gone at once`,
          fix: "add a ConfigChange hook that blocks, or put the hook into managed settings",
        }),
      ];
    });
}

function compareVersions(left: string, right: string): number {
  const numbers = (version: string) => version.split(".").map(Number);
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
