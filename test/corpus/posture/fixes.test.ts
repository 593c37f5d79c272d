// Fixes that name what to write into settings work: written into the open bad case, the finding is gone.
import { describe, expect, it } from "vitest";
import type { Check } from "#assure/posture/check.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { type PostureCase, postureCases } from "./case.ts";
import { shippedChecks, sightsOfCase } from "./judge.ts";

/** Cases whose value stands outside of settings or under another name, where a person writes the same. */
const ELSEWHERE: readonly string[] = ["settings/pinned-model settings-pinned-model-in-env",
  "settings/pinned-model settings-fallback-dated", "telemetry/prompts telemetry-prompts-in-devcontainer",
  "telemetry/tool-details telemetry-details-in-workflow",
  "telemetry/tool-details telemetry-second-details-in-shell",
  "telemetry/raw-bodies telemetry-third-bodies-shell"];

type Settings = { [key: string]: unknown };
const PERMISSIONS = /^(?:allow|ask|deny|defaultMode|disableBypassPermissionsMode)$/;
/** Lists that a fix adds to; others it writes. */
const LISTS = /^(?:allow|ask|deny|denyRead)$/;
const SANDBOX = /^(?:failIfUnavailable|allowUnsandboxedCommands|filesystem)$/;

/** Members that a fix names in code, such as `"defaultMode": "default"`, at the place in settings where the client reads them. */
function membersOf({ fix }: Check): Settings | undefined {
  if (!/^(?:add|write|set) /.test(fix)) return undefined;
  const made: Settings = {};
  for (const [, code = ""] of fix.matchAll(/`("[\w.]+"\s*:[^`]*)`/g)) {
    const named = read(`{${code}}`);
    if (named === undefined) return undefined;
    for (const [key, value] of Object.entries(named)) {
      const at = PERMISSIONS.test(key) ? "permissions" : SANDBOX.test(key) ? "sandbox" : /^[A-Z_]+$|^no_proxy$/.test(key) ? "env" : undefined;
      merge(made, at === undefined ? { [key]: value } : { [at]: { [key]: value } });
    }
  }
  return Object.keys(made).length > 0 ? made : undefined;
}

function read(text: string): Settings | undefined {
  try {
    return JSON.parse(text) as Settings;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Settings => typeof value === "object" && value !== null && !Array.isArray(value);

function merge(into: Settings, more: Settings): void {
  for (const [key, value] of Object.entries(more)) {
    const before = into[key];
    if (isObject(before) && isObject(value)) merge(before, value);
    else if (Array.isArray(before) && Array.isArray(value)) into[key] = LISTS.test(key) ? [...new Set([...before, ...value])] : value;
    else into[key] = value;
  }
}

/** The case with the members in every settings file that is there; where there is none, in the project's or the managed one. */
function repaired(one: PostureCase, { family }: Check, members: Settings): PostureCase {
  const { onFailure, ...rest } = members;
  const write = (files: Record<string, string>, path: string): Record<string, string> => {
    const settings = read(files[path] ?? "{}");
    if (!isObject(settings)) return files;
    merge(settings, structuredClone(rest));
    const text = JSON.stringify(settings, null, 2);
    const handled = onFailure === undefined ? text : text.replaceAll(/"type": "(?:command|http)"/g, `$&, "onFailure": "block"`);
    return { ...files, [path]: handled };
  };
  const settingsOf = (files: Record<string, string>) => Object.keys(files).filter((path) => /settings[\w.-]*\.json$|managed-settings\.d\//.test(path));
  const [own, user, managed] = [one.files, one.home, one.managed].map(settingsOf) as [string[], string[], string[]];
  const isNone = own.length + user.length + managed.length === 0;
  return {
    ...one,
    files: (isNone && family !== "managed" ? [".claude/settings.json"] : own).reduce(write, one.files),
    home: user.reduce(write, one.home),
    managed: (isNone && family === "managed" ? ["managed-settings.json"] : managed).reduce(write, one.managed),
  };
}

async function isFound(one: PostureCase, check: Check): Promise<boolean> {
  return runChecks([check], await sightsOfCase(one)).some(({ result }) => result.outcome === "fail");
}

describe("fixes that name members of settings", () => {
  it("take the finding away in every open case", async () => {
    const checks = [...shippedChecks().values()].flat();
    const open = postureCases().filter(({ sealed, side }) => !sealed && side === "bad");
    const left: string[] = [];
    const tried = new Set<string>();
    for (const check of checks) {
      const members = membersOf(check);
      if (members === undefined) continue;
      for (const one of open.filter(({ faults }) => faults.includes(check.id))) {
        if (!(await isFound(one, check))) continue;
        tried.add(check.id);
        if (await isFound(repaired(one, check, members), check)) left.push(`${check.id} ${one.id}`);
      }
    }
    expect(left).toEqual(ELSEWHERE);
    expect(tried.size).toBeGreaterThanOrEqual(36);
  });
});
