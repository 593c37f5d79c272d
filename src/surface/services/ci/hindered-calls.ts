// Calls that a run was allowed by name and that did not run: the run did not do what it was for, whatever the client says at its end.
import { printable } from "#base/printable.ts";
import { readRule } from "#guard/native/rule.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { ClientCall } from "./client-ending.ts";

/** A call that did not run, with the rule of `--allow` that names it, where one does, and why. */
export type HinderedCall = {
  readonly tool: string;
  readonly what: string;
  readonly rule: string | null;
  readonly why: string;
};

const HINDERED_MAX = 200;
const WHAT_CHARS_MAX = 300;

/**
 * What of `calls` was hindered: each for which the client's sandbox did not begin, and each that was refused (`refused`, by id) though a
 * rule of `allow` names it. WHY only rules with brackets: `Edit` says that the run may change files, and not this one. A call that ran at
 * another time is none.
 */
export function hinderedCalls(
  calls: readonly ClientCall[],
  {
    refused,
    allow,
    directory,
  }: {
    readonly refused: ReadonlyMap<string, string>;
    readonly allow: readonly string[];
    readonly directory: string;
  },
): readonly HinderedCall[] {
  const narrow = allow.filter((text) => {
    const rule = readRule(text);
    return rule.kind === "rule" && rule.subject !== undefined;
  });
  const session = openSession({
    layers: [
      {
        source: "managed",
        file: "--allow",
        root: directory,
        settings: { permissions: { allow: narrow } },
      },
    ],
    mode: "dontAsk",
    isTrusted: true,
    project: directory,
    home: directory,
  });
  const named = ({ tool, input }: ClientCall): string | undefined => {
    const { verdict, rule } = simulateNative(session, {
      tool,
      input,
      cwd: directory,
      hasRunShell: true,
    });
    return verdict === "allow" ? rule?.text : undefined;
  };
  const key = ({ tool, input }: ClientCall): string => JSON.stringify([tool, input]);
  const found = calls.flatMap((call) => {
    const why = call.notStarted ?? refused.get(call.id);
    if (why === undefined) return [];
    const rule = named(call);
    return call.notStarted === undefined && rule === undefined ? [] : [{ call, rule, why }];
  });
  const without = new Set(found.map(({ call }) => call));
  const ran = new Set(calls.filter((call) => !without.has(call) && !refused.has(call.id)).map(key));
  return found
    .filter(({ call }) => !ran.has(key(call)))
    .slice(0, HINDERED_MAX)
    .map(({ call, rule, why }) => ({
      tool: printable(call.tool),
      what: printable(whatOf(call)).slice(0, WHAT_CHARS_MAX),
      rule: rule ?? null,
      why: printable(why),
    }));
}

function whatOf({ input }: ClientCall): string {
  const text = input["command"] ?? input["file_path"] ?? input["notebook_path"];
  return typeof text === "string" ? text : "";
}
