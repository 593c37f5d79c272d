// The changes that make ignore files true: lines for git, deny rules for the client, names in the example, a section for the model.
import { withMissing, envParity } from "#govern/ignores/env-parity.ts";
import {
  denyRules,
  GITIGNORE_LINES,
  isAboutSecrets,
  parseIgnoreFile,
  samplePath,
} from "#govern/ignores/ignore-file.ts";
import { type Contacts, securitySection, withSection } from "#govern/ignores/security-section.ts";
import { readBelow, replaceBelow, type StoredFile } from "#govern/settings/deploy.ts";
import { appendElement, nodeAt, setMember } from "#govern/settings/json-edit.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import type { IgnoreFinding } from "./check-ignores.ts";
import { type Keeping, keepersOfFile } from "./kept.ts";

const SETTINGS = ".claude/settings.json";

type FileChange = {
  readonly path: string;
  readonly before: StoredFile | undefined;
  readonly text: string;
};

/** A change as it is shown and made. */
export type IgnorePlan = {
  readonly changes: readonly FileChange[];
  readonly diff: string;
  readonly notes: readonly string[];
};

/** What answers the findings; `contacts` asks for a section in CLAUDE.md as well. */
export async function planIgnores(
  keeping: Keeping,
  findings: readonly IgnoreFinding[],
  contacts: Contacts | undefined,
): Promise<IgnorePlan> {
  const { root } = keeping;
  const read = (path: string) => readBelow(root, `${root}/${path}`);
  const texts: readonly (readonly [path: string, edit: (text: string | undefined) => string])[] = [
    [".gitignore", (text) => withLines(text, missingLines(findings))],
    [SETTINGS, (text) => withDenies(text, denies)],
    [".env.example", (text) => withMissing(text, missingNames)],
    ...(contacts === undefined
      ? []
      : [
          [
            "CLAUDE.md",
            (text: string | undefined) => withSection(text, securitySection(contacts)),
          ] as const,
        ]),
  ];
  const [claudeText, gitText, env, example] = await Promise.all(
    [".claudeignore", ".gitignore", ".env", ".env.example"].map(
      async (path) => (await read(path))?.text,
    ),
  );
  const denies = [
    ...deniesFor(findings, claudeText, gitText),
    ...(await deniesForNew(keeping, missingLines(findings))),
  ];
  const missingNames = env === undefined ? [] : envParity(env, example ?? "").missing;
  const changes: FileChange[] = [];
  for (const [path, edit] of texts) {
    const before = await read(path);
    const text = edit(before?.text);
    if (text !== (before?.text ?? "")) changes.push({ path, before, text });
  }
  const isDenied = changes.some(({ path }) => path === SETTINGS);
  return {
    changes,
    diff: changes.map(({ path, before, text }) => unifiedDiff(before?.text, text, path)).join(""),
    notes: isDenied
      ? [
          "rules in .claude/settings.json bind the client's own tools; commit the file, and `sallyport init` binds commands too",
        ]
      : [],
  };
}

/** Makes the change; what somebody wrote meanwhile is not overwritten. */
export async function writeIgnores(root: string, { changes }: IgnorePlan): Promise<void> {
  for (const { path, before, text } of changes) {
    await replaceBelow(root, `${root}/${path}`, { expected: before, text, mode: 0o644 });
  }
}

/** In the order of the template: the exception has to stand behind the pattern that takes it. */
function missingLines(findings: readonly IgnoreFinding[]): readonly string[] {
  const missing = findings.filter(({ id }) => id === "gitignore/missing");
  const wanted = new Set(missing.map(({ fix }) => /^add `([^`]+)`/.exec(fix)?.[1]));
  const needsExample =
    wanted.has(".env.*") || findings.some(({ id }) => id === "gitignore/example");
  return GITIGNORE_LINES.filter(
    (line) => wanted.has(line) || (line === "!.env.example" && needsExample),
  );
}

function withLines(text: string | undefined, lines: readonly string[]): string {
  const before = text ?? "";
  const known = new Set(before.split(/\r?\n/));
  // An exception counts only behind what it is taken from, so it is written again where it stood before.
  const added = lines.filter((line) => line.startsWith("!") || !known.has(line));
  if (added.length === 0) return before;
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  return `${before}${gap}${added.join("\n")}\n`;
}

function deniesFor(
  findings: readonly IgnoreFinding[],
  claudeText: string | undefined,
  gitText: string | undefined,
): readonly string[] {
  const linesOf = (id: string) =>
    new Set(findings.flatMap((finding) => (finding.id === id ? [finding.line] : [])));
  const of = (text: string | undefined, id: string) => {
    const lines = linesOf(id);
    return parseIgnoreFile(text ?? "").filter(({ line }) => lines.has(line));
  };
  const entries = [...of(claudeText, "claudeignore/alone"), ...of(gitText, "gitignore/readable")];
  return [...new Set(entries.flatMap(denyRules))];
}

/** What is kept from commits from now on is kept from sessions as well. */
async function deniesForNew(
  keeping: Keeping,
  lines: readonly string[],
): Promise<readonly string[]> {
  const denies: string[] = [];
  for (const entry of parseIgnoreFile(lines.join("\n"))) {
    if (entry.isNegated || !isAboutSecrets(entry.pattern)) continue;
    if ((await keepersOfFile(keeping, samplePath(entry))).length > 0) continue;
    denies.push(...denyRules(entry));
  }
  return denies;
}

function withDenies(text: string | undefined, rules: readonly string[]): string {
  if (rules.length === 0) return text ?? "";
  let edited = text === undefined || text.trim() === "" ? "{}\n" : text;
  const node = (path: readonly string[]) => nodeAt(parseJsonText(edited, SETTINGS), path);
  if (node(["permissions"]) === undefined) edited = setMember(edited, ["permissions"], {});
  if (node(["permissions", "deny"]) === undefined) {
    edited = setMember(edited, ["permissions", "deny"], []);
  }
  const present = node(["permissions", "deny"]);
  const known = present === undefined ? [] : toJson(present);
  for (const rule of new Set(rules)) {
    if (Array.isArray(known) && known.includes(rule)) continue;
    edited = appendElement(edited, ["permissions", "deny"], rule);
  }
  return edited;
}
