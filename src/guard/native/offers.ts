// What the client offers beside a plain yes when it asks about a call, and where a "don't ask again" would be kept.
import { joinPath, parentPath } from "#base/path.ts";
import { readCommand, type SimpleCommand } from "./command-parts.ts";
import { pathsOf, WRITERS } from "./file-commands.ts";
import { absolutePath, areInside, pathForms } from "./places.ts";
import { FILE_TOOLS, type NativeSession } from "./session.ts";
import { simulateNative } from "./simulate.ts";
import type { NativeCall, NativeDisk } from "./stack.ts";
import { areHarmless } from "./wrappers.ts";

/**
 * A standing permission that is offered. `rules` are texts for an allow list, kept in the project's local settings or for
 * the session; `mode` and `directories` hold for the session.
 */
export type Offer =
  | {
      readonly kind: "rules";
      readonly rules: readonly string[];
      readonly kept: "local" | "session";
    }
  | { readonly kind: "mode"; readonly mode: "acceptEdits" }
  | { readonly kind: "directories"; readonly directories: readonly string[] };

/**
 * What the client (2.1.328) offers for a call that it asks about, as far as the form is one that was measured; empty where
 * it offers nothing, or nobody knows what. `test/client/permission-request.test.ts` holds it against the client.
 */
export function offersFor(
  session: NativeSession,
  call: NativeCall,
  disk: NativeDisk,
): readonly Offer[] {
  const { command } = call.input;
  if (call.tool === "Bash" && typeof command === "string")
    return commandOffers(session, { ...call, command }, disk);
  if (call.tool in FILE_TOOLS) return fileOffers(session, call, disk);
  if (call.tool === "WebFetch") return fetchOffers(call);
  return [];
}

function commandOffers(
  session: NativeSession,
  call: NativeCall & { readonly command: string },
  disk: NativeDisk,
): readonly Offer[] {
  const { commands, problems } = readCommand(call.command, { home: session.home, cwd: call.cwd });
  if (problems.size > 0 || commands.some(({ words }) => words[0]?.value === "find")) return [];
  const [only] = commands;
  if (commands.length === 1 && only !== undefined) {
    const uses = pathsOf(only.words);
    const absolute = (value: string) => absolutePath(value, call.cwd, session.home);
    const paths = uses.flatMap(({ word }) =>
      word.value === undefined ? [] : [absolute(word.value)],
    );
    if (WRITERS.has(only.words[0]?.value ?? "")) {
      const inside = paths.every((path) => areInside(session, pathForms(path, disk)));
      return inside ? [{ kind: "mode", mode: "acceptEdits" }] : [];
    }
    const outside = paths.find((path) => !areInside(session, pathForms(path, disk)));
    if (outside !== undefined) return [readOffer(parentPath(outside))];
  }
  const asked = commands.filter(
    ({ text }) =>
      simulateNative(session, { ...call, input: { command: text } }, disk).verdict === "ask",
  );
  const rules = [...new Set(asked.map(ruleFor))];
  return rules.length === 0 ? [] : [{ kind: "rules", rules, kept: "local" }];
}

/** Programs whose second word is no subcommand: of them the client keeps the whole command. */
const WHOLE =
  /^(?:python[\d.]*|node|ruby|perl|php|lua|(?:ba|z|da|k|fi)?sh|sudo|doas|su|xargs|env|timeout|time|nohup|nice|eval|exec)$/;
const SUBCOMMAND = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Measured: two words that look like a program and its subcommand stand for all that may follow, anything else for itself. */
function ruleFor({ words, text, withAssignments, assigned }: SimpleCommand): string {
  const whole = areHarmless(assigned) ? text : withAssignments;
  const [program = "", second = ""] = words.map(({ value }) => value ?? "");
  const isOpen = areHarmless(assigned) && !WHOLE.test(program) && SUBCOMMAND.test(second);
  return `Bash(${escaped(isOpen ? `${program} ${second} *` : whole)})`;
}

/** As the client writes a command into brackets. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("(", "\\(").replaceAll(")", "\\)");
}

function fileOffers(
  session: NativeSession,
  { tool, input, cwd }: NativeCall,
  disk: NativeDisk,
): readonly Offer[] {
  const given = input[FILE_TOOLS[tool] ?? ""];
  if (typeof given !== "string") return [];
  const path = absolutePath(given, cwd, session.home);
  const folder = parentPath(path);
  if (tool === "Read") return [readOffer(folder)];
  const mode: Offer = { kind: "mode", mode: "acceptEdits" };
  const isInside = areInside(session, pathForms(path, disk));
  return isInside ? [mode] : [mode, { kind: "directories", directories: [folder] }];
}

function readOffer(folder: string): Offer {
  return { kind: "rules", rules: [`Read(/${joinPath(folder, "**")})`], kept: "session" };
}

function fetchOffers({ input }: NativeCall): readonly Offer[] {
  const { url } = input;
  if (typeof url !== "string" || !URL.canParse(url)) return [];
  const { hostname } = new URL(url);
  return [{ kind: "rules", rules: [`WebFetch(domain:${hostname})`], kept: "local" }];
}
