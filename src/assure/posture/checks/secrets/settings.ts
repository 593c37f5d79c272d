// Secrets in settings, permission rules and hooks.
import { type Looks, notApplicable, verdict } from "../../check.ts";
import { filesIn, ofSettings, spotsAt } from "../../looking.ts";
import {
  holdsCertainSecret,
  holdsSecret,
  isLiteralSecret,
  isSecretAddress,
} from "../../inputs/secret-texts.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { textsOfTree } from "../../texts/json-strings.ts";
import { placeIn } from "#govern/settings/json-text.ts";
import { ASSIGNED, hidden, linesWithSecrets, MAKE_INVALID, namedLines } from "./looking.ts";

/** Functions of settings and hooks. */
export const settingsLooks: Looks = {
  "in-settings": ofSettings((auditInputs) =>
    settingsTexts(
      auditInputs,
      ([first]) => first !== "permissions" && first !== "hooks",
      "settings",
    ),
  ),
  "in-permission-rule": (auditInputs) =>
    spotsAt(auditInputs, ["permissions"]).length === 0
      ? notApplicable("there are no permission rules")
      : rulesLook(auditInputs),
  "in-hook": (auditInputs) => {
    const inSettings = settingsTexts(auditInputs, ([first]) => first === "hooks", "a hook");
    const scripts = [
      ...new Set([
        ...auditInputs.hooks.flatMap((hook) => hook.scripts),
        ...filesIn([auditInputs.repository, auditInputs.home], /(?:^|\/)\.claude\/hooks\//),
      ]),
    ];
    if (auditInputs.hooks.length === 0 && scripts.length === 0)
      return notApplicable("there are no hooks");
    const inScripts = scripts.flatMap((file) =>
      [...new Set([...linesWithSecrets(auditInputs, file), ...namedLines(file, ASSIGNED)])].map(
        (line) => hidden(file, line, "a secret stands in a hook's script", MAKE_INVALID),
      ),
    );
    return verdict(
      [...auditInputs.settings.map(({ file }) => file), ...scripts.map(({ shown }) => shown)],
      [...inSettings, ...inScripts],
    );
  },
};

const rulesLook = ofSettings((auditInputs) =>
  settingsTexts(auditInputs, ([first]) => first === "permissions", "a permission rule"),
);

/** Secrets in texts of a settings file, by where they stand. */
function settingsTexts(
  auditInputs: AuditInputs,
  wanted: (path: readonly string[]) => boolean,
  what: string,
) {
  return auditInputs.settings.flatMap((document) =>
    textsOfTree(document.root)
      .filter(({ path }) => wanted(path))
      .filter(({ path, text }) => isSecretText(path, text))
      .filter(({ start }) => !isOwnHook(auditInputs, document.file, start))
      .map(({ start, text, path }) => ({
        file: document.file,
        ...placeIn(document.text, start),
        evidence: "",
        message: `a secret stands in ${what}`,
        fix: MAKE_INVALID,
        ...(isOfThisMachine(text)
          ? ({ severity: "medium" } as const)
          : isCertain(path, text)
            ? {}
            : ({ severity: "high" } as const)),
      })),
  );
}

/** Our own hook's token stands in its header on purpose: with it one can only ask this machine for a judgement. */
function isOwnHook({ hooks }: AuditInputs, file: string, start: number): boolean {
  return hooks.some(
    ({ file: { shown }, type, command, node }) =>
      shown === file &&
      type === "http" &&
      /^https:\/\/127\.0\.0\.1:\d{1,5}\/v1\/hook(?:[?#]|$)/.test(command) &&
      node.start <= start &&
      start < node.end,
  );
}

/** A command that goes to this machine alone: what it carries opens a service in development. */
function isOfThisMachine(text: string): boolean {
  const hosts = [...text.matchAll(/\bhttps?:\/\/([^\s/:"']+)/g)].map((match) => match[1] ?? "");
  return (
    hosts.length > 0 && hosts.every((host) => /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(host))
  );
}

/** Whether it can be nothing else, by its form or beside its name. */
function isCertain(path: readonly string[], text: string): boolean {
  const name = path.findLast((key) => key !== "[]") ?? "";
  return holdsCertainSecret(text) || holdsCertainSecret(`${name}=${text}`);
}

function isSecretText(path: readonly string[], text: string): boolean {
  const name = path.findLast((key) => key !== "[]") ?? "";
  // A command line may name `example.com` and hold a secret all the same: there the detectors alone say it.
  const isCommand = path[0] === "permissions" || name === "command";
  return (
    (isCommand && holdsSecret(text)) ||
    isLiteralSecret(path[0] === "permissions" ? "rule" : name, text) ||
    isSecretAddress(text)
  );
}
