// Checks of `env` and of single keys by what they mean for security: who sets them, and what they give away.
import { redirectionOf } from "#base/redirecting-variables.ts";
import { isSecret, SECRETS } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import type { Catalogue } from "../catalogue.ts";
import { isIgnoredFromRepository } from "../client-releases.ts";
import { CONTENT_SWITCHES } from "../telemetry-variables.ts";
import { type JsonNode, memberOf, toJson } from "../json-text.ts";
import { findingAt, type LintDocument, type LintFinding, textOf } from "./document.ts";

/** Telemetry that holds what people and tools say. */
const CONTENT: readonly string[] = CONTENT_SWITCHES;

/** What is wrong with the variables that a file sets. */
export function variableFindings(
  document: LintDocument,
  catalogue: Catalogue,
): readonly LintFinding[] {
  const env = memberOf(document.root, "env");
  if (env?.kind !== "object") return [];
  return env.members.flatMap(({ key: name, start, value }) => {
    const text = value.kind === "scalar" && value.value !== null ? String(value.value) : undefined;
    if (text === undefined) return [];
    const invented = catalogue.invented_variables.find((one) => one.name === name);
    const found: LintFinding[] = [];
    if (invented !== undefined) {
      found.push(
        findingAt(document, start, "variable/no-effect", {
          message: `the client does not read \`${name}\`. ${invented.instead}`,
          fix: "take it out",
        }),
      );
    }
    if (CONTENT.includes(name) && !/^(?:0|false|)$/i.test(text)) {
      found.push(
        findingAt(document, start, "variable/content", {
          message: `\`${name}\` sends what people and tools say: a person has to agree to that first`,
          fix: 'write `"0"`, or keep a record of who agreed',
        }),
      );
    }
    return [...found, ...repositoryFindings(document, catalogue, { name, start, text })];
  });
}

function repositoryFindings(
  document: LintDocument,
  catalogue: Catalogue,
  { name, start, text }: { readonly name: string; readonly start: number; readonly text: string },
): readonly LintFinding[] {
  if (document.layer !== "project") return [];
  const redirection = redirectionOf(name, text);
  if (redirection === undefined) return [];
  if (isIgnoredFromRepository(catalogue, name, catalogue.client))
    return [
      findingAt(document, start, "variable/no-effect", {
        message: `client ${catalogue.client} does not take \`${name}\` from a repository's settings`,
        fix: "set it in managed settings, in the person's own, or where the client is started",
      }),
    ];
  const what =
    redirection === "runs-code"
      ? "by which it runs code in every command"
      : "by which it decides whom programs talk to or believe";
  return [
    findingAt(document, start, "variable/redirects", {
      message: `the repository sets \`${name}\`, ${what}, in an untrusted directory too`,
      fix: "take it out, or set it in managed settings",
    }),
  ];
}

/** Keys by which a repository runs code, and values that hold a secret or go stale. */
export function meaningFindings(
  document: LintDocument,
  catalogue: Catalogue,
): readonly LintFinding[] {
  return [
    ...repositoryKeys(document, catalogue),
    ...secretFindings(document, document.root),
    ...modelFindings(document),
    ...modeFindings(document),
  ];
}

function repositoryKeys(document: LintDocument, { keys }: Catalogue): readonly LintFinding[] {
  if (document.layer !== "project" || document.root.kind !== "object") return [];
  return document.root.members.flatMap(({ key, start }) => {
    const known = keys.find((one) => one.key === key);
    const runs = known?.security === "runs-code";
    if (key === "env" || !(runs || known?.security === "redirects")) return [];
    if (known?.layers !== undefined && !known.layers.includes("project")) return [];
    const what = runs ? "runs a program of its choice" : "decides whom the client talks to";
    return [
      findingAt(document, start, key === "hooks" ? "hook/repository" : "key/repository-runs-code", {
        message: `by \`${key}\` the repository ${what}, for everybody who works in it`,
        fix: "put it into managed settings, or agree to it in review",
      }),
    ];
  });
}

/** WHY the place alone: what was found never leaves this function. */
function secretFindings(document: LintDocument, node: JsonNode): readonly LintFinding[] {
  switch (node.kind) {
    case "object":
      return node.members.flatMap(({ key, value }) =>
        key === "headers" && isOwnDaemon(node) ? [] : secretFindings(document, value),
      );
    case "array":
      return node.elements.flatMap((element) => secretFindings(document, element));
    case "scalar": {
      const found = scanText(textOf(node) ?? "", "settings", {
        families: SECRETS,
      }).findings.find(isSecret);
      if (found === undefined) return [];
      return [
        findingAt(document, node.start, "variable/secret", {
          message: `a secret stands here (${found.detector}): everybody who reads the file has it`,
          fix: "take it out, make it invalid, and give it by `apiKeyHelper` or a store of secrets",
        }),
      ];
    }
    default:
      return node satisfies never;
  }
}

/**
 * A hook of our daemon on this machine. Its token stands in the settings on purpose: the client reads it nowhere else, and
 * with it one can only ask this machine's daemon for a judgement.
 */
function isOwnDaemon(handler: JsonNode): boolean {
  const isHttp = textOf(memberOf(handler, "type")) === "http";
  const url = textOf(memberOf(handler, "url")) ?? "";
  return isHttp && /^https:\/\/127\.0\.0\.1:\d{1,5}\/v1\/hook(?:[?#].*)?$/s.test(url);
}

function modelFindings(document: LintDocument): readonly LintFinding[] {
  const model = memberOf(document.root, "model");
  const name = textOf(model);
  if (model === undefined || name === undefined || !/-\d/.test(name)) return [];
  return [
    findingAt(document, model.start, "key/pinned-model", {
      message: `\`${name}\` is one version, which goes out of use one day`,
      fix: "write a family such as `sonnet`, or note who renews it",
    }),
  ];
}

function modeFindings(document: LintDocument): readonly LintFinding[] {
  const permissions = memberOf(document.root, "permissions");
  const mode = memberOf(permissions, "defaultMode");
  if (mode !== undefined && toJson(mode) === "bypassPermissions") {
    return [
      findingAt(document, mode.start, "mode/bypass", {
        message: "nobody is asked any more, and files that are protected otherwise can be written",
        fix: 'write `"default"`, and `"disableBypassPermissionsMode": "disable"`',
      }),
    ];
  }
  if (document.layer !== "managed" || permissions === undefined || mode !== undefined) return [];
  return [
    findingAt(document, permissions.start, "mode/none", {
      message:
        "no mode is named, and without one the client judges by its own classifier (auto mode)",
      fix: 'add `"defaultMode": "default"`',
    }),
  ];
}
