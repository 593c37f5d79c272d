// `sallyport ignores`: whether what ignore files name is kept from commits and sessions, and the change that makes it so.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { realFolder } from "#govern/settings/deploy.ts";
import { checkIgnores, type IgnoreFinding } from "../../../services/ignores/check-ignores.ts";
import { keepingIn } from "../../../services/ignores/kept.ts";
import { planIgnores, writeIgnores } from "../../../services/ignores/write-ignores.ts";
import { changeOptions, changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal, paint, type Terminal } from "../../../foundation/terminal/terminal.ts";

export const checkCommand = defineCommand({
  meta: {
    name: "check",
    description: `say what of this project's secrets is kept, and by whom

  sallyport ignores check
  sallyport ignores check ../shop --json

It tries what \`.claudeignore\` and \`.gitignore\` name against the rules in force: the client does not read a \`.claudeignore\`, so an entry
that no rule enforces keeps nothing. It holds \`.env\` against \`.env.example\`, and lines of CLAUDE.md that forbid something against rules.`,
  },
  args: {
    directory: changeOptions.directory,
    ...jsonOption,
  },
  async run({ args }) {
    const root = await realFolder(args.directory);
    const findings = await checkIgnores(await keepingIn(root), process.env);
    const terminal = openTerminal();
    if (args.json === true) terminal.print(printableJson({ root, findings }));
    else {
      for (const finding of findings) terminal.print(findingText(finding, terminal));
      terminal.print(summary(findings));
    }
    const isFine = findings.every(({ gravity }) => gravity === "note");
    process.exitCode = isFine ? exitCodes.done : exitCodes.found;
  },
});

export const writeCommand = defineCommand({
  meta: {
    name: "write",
    description: `make what \`ignores check\` asks for: lines of .gitignore, deny rules in .claude/settings.json, names in .env.example

  sallyport ignores write                                     show the change, ask, make it
  sallyport ignores write --team security@example.org --on-call "+1 555 0100" --channel "#security"

With one of \`--team\`, \`--on-call\`, \`--channel\` CLAUDE.md gets a section on secrets, whom to tell and what to do.`,
  },
  args: {
    ...changeOptions,
    team: { type: "string", valueHint: "ADDRESS", description: "the security team" },
    "on-call": { type: "string", valueHint: "NUMBER", description: "who is on call" },
    channel: { type: "string", valueHint: "NAME", description: "where to ask" },
  },
  async run({ args }) {
    const terminal = openTerminal();
    const root = await realFolder(args.directory);
    const keeping = await keepingIn(root);
    const findings = await checkIgnores(keeping, process.env);
    const { team, channel, "on-call": onCall } = args;
    const contacts =
      team === undefined && channel === undefined && onCall === undefined
        ? undefined
        : { team, channel, onCall };
    const plan = await planIgnores(keeping, findings, contacts);
    const files = plan.changes.map(({ path }) => path);
    if (files.length === 0) return tell(args, { outcome: "unchanged", files }, "unchanged");
    const consent = await seekConsent(changeRequest(args, terminal), plan);
    if (consent === "given") await writeIgnores(root, plan);
    const outcome = consent === "given" ? "written" : consent;
    await tell(args, { outcome, files }, `${outcome}: ${files.join(", ")}`);
    if (consent === "declined") process.exitCode = exitCodes.found;
  },
});

const COLOURS = { error: "red", warning: "cyan", note: "dim" } as const;

function findingText(
  { id, gravity, file, line, message, fix }: IgnoreFinding,
  terminal: Terminal,
): string {
  const place = line === 0 ? printable(file) : `${printable(file)}:${line}`;
  return [
    `${place}  ${paint(terminal, COLOURS[gravity], gravity)}  [${id}]`,
    `  ${printable(message)}`,
    `  fix: ${printable(fix)}`,
  ].join("\n");
}

function summary(findings: readonly IgnoreFinding[]): string {
  const count = (gravity: IgnoreFinding["gravity"]) => {
    const number = findings.filter((finding) => finding.gravity === gravity).length;
    return `${number} ${gravity}${number === 1 ? "" : "s"}`;
  };
  return `${count("error")}, ${count("warning")}, ${count("note")}`;
}
