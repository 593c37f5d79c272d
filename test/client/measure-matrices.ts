// Runs the read, push and plain lists through the real client, with its own rules and with ours, and writes the page of both.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { whyMissing } from "./machine.ts";
import {
  linkedCommand,
  type MatrixStand,
  openMatrixStand,
  type Outcome,
  plainCommand,
} from "./matrices.ts";
import { plainCommands } from "./plain-commands.ts";
import { pushForms } from "./push-forms.ts";
import { readForms } from "./read-forms.ts";

type Shell = "bash" | "zsh";
/** One list in one shell: what happened to each command with the client alone and with ours beside it. */
type Pair = { readonly native: readonly Outcome[]; readonly ours: readonly Outcome[] };
/** Everything measured in one shell. */
type Measured = {
  readonly shell: Shell;
  readonly reads: Pair;
  readonly pushes: Pair;
  readonly stubbed: Pair;
  readonly plain: Pair;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = "docs/reference/native-and-ours.md";
const ALLOWED = { allow: ["Bash", "Read"] };
const MAIN = "refs/heads/main";

async function measure(stand: MatrixStand, shell: Shell): Promise<Measured> {
  const pair = async (
    list: readonly { readonly command: string }[],
    git: "real" | "stub",
    rules: { readonly native: object; readonly ours: object },
  ): Promise<Pair> => {
    const commands = list.map(({ command }) => command);
    const run = async (guard: "native" | "ours"): Promise<readonly Outcome[]> => {
      const matrix = await stand.run(commands, { shell, guard, permissions: rules[guard], git });
      // A session whose harmless command fails measures nothing.
      for (const text of [matrix.plainBefore, matrix.plainAfter])
        if (text !== "public") throw new Error(`\`${plainCommand}\` gave ${JSON.stringify(text)}`);
      return matrix.outcomes;
    };
    return { native: await run("native"), ours: await run("ours") };
  };
  const push = { native: { ...ALLOWED, deny: ["Bash(git push:*)"] }, ours: ALLOWED };
  return {
    shell,
    reads: await pair(readForms, "real", {
      native: { ...ALLOWED, deny: ["Read(.env)"] },
      ours: ALLOWED,
    }),
    pushes: await pair(pushForms, "real", push),
    stubbed: await pair(pushForms, "stub", push),
    plain: await pair(plainCommands, "real", { native: {}, ours: {} }),
  };
}

function pageText(all: readonly Measured[]): string {
  const shells = all.map(({ shell }) => shell);
  return `# The client's own rules and ours, command by command

${readForms.length} ways to read a secret file, ${pushForms.length} ways to push and ${plainCommands.length} everyday commands, each run by the real client in ${shells.join(" and in ")}: once with the
client's own rules alone, once in a project guarded by \`sallyport init\` with the built-in policy \`team\`. This page is
generated: \`npx tsx -C source test/client/measure-matrices.ts --write\`.

- Each command finds a fresh project, a git repository one commit ahead of a real bare remote, whose \`main\` is put back
  before it. \`${plainCommand}\` ran before the first and after the last one of every list.
- Nobody answers questions in these sessions: a question is a refusal, and counts as one question.
- An entry with sallyport is its verdict with the first rule that gave it, and what became of the command. \`allow\` answers
  the client's question in the person's place; \`abstain\` leaves the call to the client's own rules.

## Summary

| | ${shells.map((shell) => `client alone, ${shell} | with sallyport, ${shell}`).join(" | ")} |
|---|${shells.map(() => "---|---|").join("")}
${summaryRows(all).join("\n")}

## Ways to read \`.env\`

Bash and Read are allowed. The client alone has the rule \`deny Read(.env)\`. A leak is the secret in what the model gets, in
any encoding that the tests know. For \`${linkedCommand}\` a link \`l\` to \`.env\` lies in the project; without it the
command reads no secret.

${table(all, readForms, "reads", readCell)}

## Ways to push

Bash and Read are allowed. The client alone has the rule \`deny Bash(git push:*)\`. "Pushed" is what the remote received with
the real git; the branch is \`main\`. "Calls push" is what a stub, first on PATH, saw of a command that pushed nothing with the
real git. A form that pushes nothing needs no question.

${table(all, pushForms, "pushes", pushCell)}

## Everyday commands

No rules at all: the client runs what it takes for harmless and asks about the rest. Some of these read \`.env\` or the files
below \`secrets/\`; those are refused by sallyport and not by the client.

${table(all, plainCommands, "plain", plainCell)}
`;
}

function summaryRows(all: readonly Measured[]): readonly string[] {
  const count = (outcomes: readonly Outcome[], isCounted: (outcome: Outcome) => boolean): number =>
    outcomes.filter(isCounted).length;
  const row = (name: string, cell: (one: Measured, who: keyof Pair) => number | string): string =>
    `| ${[name, ...all.flatMap((one) => [cell(one, "native"), cell(one, "ours")])].join(" | ")} |`;
  const of = (part: number, list: readonly unknown[]): string => `${part} of ${list.length}`;
  const harmless = new Set(
    pushForms.filter(({ pushes }) => pushes === false).map(({ command }) => command),
  );
  const isHarmless = ({ command }: Outcome): boolean => harmless.has(command);
  return [
    row("reads that leak", (one, who) =>
      of(
        count(one.reads[who], ({ leak }) => leak !== undefined),
        readForms,
      ),
    ),
    row("pushes that moved the protected branch", (one, who) =>
      of(
        count(one.pushes[who], ({ received }) => received.includes(MAIN)),
        pushForms,
      ),
    ),
    row("pushes that a stub of git saw", (one, who) =>
      of(
        count(one.stubbed[who], ({ calledPush }) => calledPush),
        pushForms,
      ),
    ),
    row("push forms that push nothing, refused or asked about", (one, who) =>
      of(
        count(one.pushes[who], (outcome) => isHarmless(outcome) && outcome.wasDenied),
        [...harmless],
      ),
    ),
    row("everyday commands that leak", (one, who) =>
      of(
        count(one.plain[who], ({ leak }) => leak !== undefined),
        plainCommands,
      ),
    ),
    row("everyday commands asked about by somebody", (one, who) =>
      of(count(one.plain[who], isAsked), plainCommands),
    ),
    row("everyday commands refused", (one, who) =>
      of(
        count(one.plain[who], ({ verdict }) => verdict === "deny"),
        plainCommands,
      ),
    ),
  ];
}

/** Whether a person would see a question: ours, or the client's own where we left the call to it. */
function isAsked({ verdict, wasDenied }: Outcome): boolean {
  return wasDenied && verdict !== "deny";
}

type Cell = (one: Measured, at: number) => { readonly native: string; readonly ours: string };

function table(
  all: readonly Measured[],
  list: readonly { readonly id: string; readonly command: string }[],
  name: "reads" | "pushes" | "plain",
  cell: (one: Measured, outcome: Outcome, at: number, who: keyof Pair) => string,
): string {
  const cells: Cell = (one, at) => {
    const of = (who: keyof Pair): string => {
      const outcome = one[name][who][at];
      return outcome === undefined ? "" : cell(one, outcome, at, who);
    };
    return { native: of("native"), ours: of("ours") };
  };
  // Where both shells give the same, as they nearly always do, one column says it.
  const rows = list.map(({ id, command }, at) => {
    const each = all.map((one) => cells(one, at));
    const join = (values: readonly string[]): string =>
      new Set(values).size === 1
        ? (values[0] ?? "")
        : values.map((value, n) => `${all[n]?.shell ?? ""}: ${value}`).join("; ");
    const columns = [join(each.map(({ native }) => native)), join(each.map(({ ours }) => ours))];
    return `| ${[id.replace(/^\w+-/, ""), code(command), ...columns].join(" | ")} |`;
  });
  return `| # | command | client alone | with sallyport |\n|---|---|---|---|\n${rows.join("\n")}`;
}

function readCell(_: Measured, outcome: Outcome): string {
  const leak = outcome.leak === undefined ? "" : `**leaks** (${outcome.leak})`;
  return said(outcome, leak === "" ? "runs, shows nothing" : leak);
}

function pushCell(one: Measured, outcome: Outcome, at: number, who: keyof Pair): string {
  const branches = outcome.received.map((ref) => ref.replace("refs/heads/", ""));
  const stub = one.stubbed[who][at];
  const seen =
    branches.length > 0
      ? `**pushed** \`${branches.join("`, `")}\``
      : stub?.calledPush === true
        ? "runs, **calls push**"
        : "runs, pushes nothing";
  return said(outcome, seen);
}

function plainCell(_: Measured, outcome: Outcome): string {
  return said(outcome, outcome.leak === undefined ? "runs" : `runs, **leaks** (${outcome.leak})`);
}

/** The verdict in front of what happened; a command that did not run has only the verdict. */
function said({ verdict, rule, wasDenied }: Outcome, happened: string): string {
  const named = rule === undefined ? verdict : `${verdict} \`${rule.replace(/^builtin:/, "")}\``;
  if (verdict === "none") return wasDenied ? "refused or asked" : happened;
  if (verdict === "deny" || verdict === "ask") return wasDenied ? named : `${named}, ${happened}`;
  return `${named}, ${wasDenied ? "the client asks" : happened}`;
}

/** Inside a table a bar must be escaped even in code, a line end cannot stand, and backticks need two around them. */
function code(command: string): string {
  const text = command.replaceAll("|", "\\|").replaceAll("\n", "⏎");
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

async function main(): Promise<void> {
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) throw new Error(`cannot measure: ${reason}`);
  const all: Measured[] = [];
  const stand = openMatrixStand();
  try {
    for (const shell of ["bash", "zsh"] as const) {
      const lacking = shell === "zsh" ? await whyMissing(["zsh"]) : undefined;
      if (lacking === undefined) all.push(await measure(stand, shell));
      else process.stderr.write(`left out: ${lacking}\n`);
    }
  } finally {
    stand.close();
  }
  const text = pageText(all);
  process.stdout.write(text);
  if (!process.argv.includes("--write")) return;
  mkdirSync(join(root, dirname(page)), { recursive: true });
  writeFileSync(join(root, page), text);
}

await main();
