// `sallyport policy consolidate`: the allow rules that "don't ask again" left behind, made few without allowing more.
import { basename, dirname, join, resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  type Consolidation,
  consolidate,
  type RemovalKind,
  commandsToJudge,
} from "#govern/settings/consolidate/consolidate.ts";
import { readBelow, realFolder, replaceBelow, type StoredFile } from "#govern/settings/deploy.ts";
import type { LintDocument } from "#govern/settings/lint/document.ts";
import { readSource } from "#govern/settings/lint/file.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import { homeDirectory } from "#platform/user.ts";
import { loadCatalogue } from "../../../foundation/product/shipped-data.ts";
import { namedPolicy } from "../../policy/chosen-policy.ts";
import { seekConsent } from "../../../foundation/terminal/consent.ts";
import { type JudgingPolicy, judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { jsonOption, policyOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { verdictsOf } from "../../explain/rule-verdicts.ts";
import { namedSources } from "../../../services/settings/settings-sources.ts";
import { openTerminal, type Terminal } from "../../../foundation/terminal/terminal.ts";

/** What stood in the file before, beside it. The client reads no file of this name. */
const BEFORE = ".before-consolidate";

export const consolidateCommand = defineCommand({
  meta: {
    name: "consolidate",
    description: `Takes out of a settings file the allow rules that do nothing, that another rule holds already, that the policy in force
answers itself, and those that are dangerous. What stays is part of what was there, so no call is allowed that was not before.
Shows the change and what was wrong with each rule; writes with --write, after a question.

  sallyport policy consolidate .claude/settings.local.json           what would go, and why
  sallyport policy consolidate .claude/settings.local.json --write   the same, then take it out
  sallyport policy consolidate .claude/settings.local.json --undo    put back what was there before
  sallyport policy consolidate ~/.claude/settings.json --policy team --json`,
  },
  args: {
    file: { type: "positional", required: true, description: "a settings file of the client" },
    write: { type: "boolean", description: "write the change after a yes" },
    yes: { type: "boolean", alias: "y", description: "do not ask; with --write or --undo" },
    undo: { type: "boolean", description: "put back the file as it was before the last --write" },
    "keep-dangerous": { type: "boolean", description: "leave dangerous rules in, and name them" },
    ...policyOption,
    ...jsonOption,
  },
  async run({ args }) {
    const terminal = openTerminal();
    const isJson = args.json === true;
    const writes = args.write === true || args.undo === true;
    if (isJson && writes && args.yes !== true)
      throw new Failure("usage", "`--json` cannot ask; add `--yes`, or leave `--write` out");
    const request: Request = {
      file: resolve(args.file),
      yes: args.yes === true,
      terminal: isJson ? { ...terminal, print: () => undefined } : terminal,
    };
    if (args.undo === true) {
      const outcome = await undoConsolidation(request);
      if (isJson) terminal.print(printableJson({ file: request.file, outcome }));
      return;
    }
    const { consolidation, policy, outcome } = await consolidateFile({
      ...request,
      isWritten: args.write === true,
      keepDangerous: args["keep-dangerous"] === true,
      policy: args.policy,
    });
    if (!isJson) return;
    const { before, removed, kept } = consolidation;
    terminal.print(printableJson({ file: request.file, policy, outcome, before, removed, kept }));
  },
});

/** The file that is meant, and how to ask. */
type Request = { readonly file: string; readonly yes: boolean; readonly terminal: Terminal };

/** Shows what would go from a file, and takes it out after a yes where it is to be written. */
export async function consolidateFile(
  request: Request & {
    readonly isWritten: boolean;
    readonly keepDangerous: boolean;
    readonly policy: string | undefined;
  },
) {
  const { file, terminal } = request;
  const document = await documentOf(file);
  const directory = directoryOf(file);
  const judging = await policyFor(directory, request.policy);
  const verdicts: ReadonlyMap<string, Verdict> =
    judging === undefined
      ? new Map()
      : await verdictsOf(commandsToJudge(document), judging, directory);
  const { keepDangerous } = request;
  const input = { document, catalogue: loadCatalogue(), verdicts, keepDangerous };
  const consolidation = consolidate(input);
  for (const line of linesOf(consolidation, judging)) terminal.print(line);
  const outcome = await change(request, document.text, consolidation.text);
  return { consolidation, policy: judging?.policy.id ?? null, outcome };
}

/** The file as a document. A Failure with line and column where the client would not read it either. */
async function documentOf(file: string): Promise<LintDocument> {
  const [source] = await namedSources([file], homeDirectory(), undefined);
  if (source === undefined) throw new Failure("usage", `there is no file \`${printable(file)}\``);
  const { document, findings } = readSource(source);
  if (document !== undefined) return document;
  const [first] = findings.toReversed();
  throw new Failure(
    "settings-unreadable",
    `${first?.message ?? "it cannot be read"}; ${first?.fix ?? "correct it"}`,
    { at: { file, ...(first === undefined ? {} : { line: first.line, column: first.column }) } },
  );
}

/** Where the commands of a file run: its project, or the folder of a file that lies elsewhere. */
function directoryOf(file: string): string {
  const folder = dirname(file);
  return basename(folder) === ".claude" ? dirname(folder) : folder;
}

type Judging = Pick<JudgingPolicy, "policy" | "exceptions" | "from">;

/** WHY only one that is in force: a rule is needless only where something answers in its place. */
async function policyFor(
  directory: string,
  named: string | undefined,
): Promise<Judging | undefined> {
  if (named !== undefined)
    return { policy: namedPolicy(named).policy, exceptions: [], from: "named with `--policy`" };
  const judging = await judgingPolicy(directory, undefined);
  return judging.isGuarded ? judging : undefined;
}

async function change(
  { file, yes, terminal, isWritten }: Request & { readonly isWritten: boolean },
  before: string,
  after: string,
): Promise<"unchanged" | "shown" | "declined" | "written"> {
  if (before === after) return "unchanged";
  const consent = await seekConsent(
    { directory: dirname(file), yes, dryRun: !isWritten, terminal },
    { diff: unifiedDiff(before, after, basename(file)), notes: [] },
  );
  if (consent === "planned") {
    terminal.print("nothing was written; add `--write` to take these rules out");
    return "shown";
  }
  if (consent === "declined") return declined(terminal);
  const place = await placeOf(file);
  if (place.stored?.text !== before)
    throw new Failure("settings-changed", "the file was changed meanwhile; run the command again", {
      at: { file },
    });
  await replaceBelow(place.root, place.copy, {
    expected: await readBelow(place.root, place.copy),
    text: before,
    mode: place.stored.mode,
  });
  await replaceBelow(place.root, place.path, { expected: place.stored, text: after });
  terminal.print(
    `written; \`sallyport policy consolidate ${printable(file)} --undo\` puts back what was there`,
  );
  return "written";
}

/** Puts back what stood in a file before, after a yes. */
export async function undoConsolidation({
  file,
  yes,
  terminal,
}: Request): Promise<"declined" | "undone"> {
  const { root, path, copy, stored } = await placeOf(file);
  const before = await readBelow(root, copy);
  if (before === undefined)
    throw new Failure("usage", "there is nothing to put back: no `--write` was made here", {
      at: { file },
    });
  const consent = await seekConsent(
    { directory: root, yes, terminal },
    { diff: unifiedDiff(stored?.text, before.text, basename(file)), notes: [] },
  );
  if (consent === "declined") return declined(terminal);
  await replaceBelow(root, path, { expected: stored, text: before.text, mode: before.mode });
  await replaceBelow(root, copy, { expected: before, text: undefined });
  terminal.print("put back");
  return "undone";
}

function declined(terminal: Terminal): "declined" {
  terminal.print("nothing was written");
  process.exitCode = exitCodes.found;
  return "declined";
}

async function placeOf(file: string) {
  const root = await realFolder(dirname(file));
  const path = join(root, basename(file));
  const stored: StoredFile | undefined = await readBelow(root, path);
  return { root, path, copy: `${path}${BEFORE}`, stored };
}

const HEADINGS: readonly (readonly [RemovalKind, string])[] = [
  ["dangerous", "dangerous: taken out, and asked about from now on"],
  ["idle", "never matches anything"],
  ["restricted", "never holds"],
  ["covered", "held by another rule already"],
  ["unasked", "not needed: the client does not ask"],
  ["judged", "decided by the policy in force"],
];

function linesOf(
  { before, removed, kept }: Consolidation,
  judging: Judging | undefined,
): readonly string[] {
  const lines: string[] = [];
  for (const [kind, heading] of HEADINGS) {
    const rules = removed.filter((one) => one.kind === kind);
    if (rules.length === 0) continue;
    lines.push("", `${heading} (${rules.length})`);
    for (const { rule, line, why } of rules)
      lines.push(`  ${line}: ${printable(rule)}`, `      ${printable(why)}`);
  }
  lines.push("", `stays (${kept.length})`);
  for (const { rule, note } of kept)
    lines.push(`  ${printable(rule)}${note === undefined ? "" : `  (${printable(note)})`}`);
  const by =
    judging === undefined
      ? "no policy is in force for this file's project, so rules for single commands stay; `--policy NAME` takes one for it"
      : `judged by ${printable(judging.policy.id)} (${printable(judging.from)})`;
  return [...lines.slice(1), "", `${before} allow rules, ${kept.length} stay; ${by}`];
}
