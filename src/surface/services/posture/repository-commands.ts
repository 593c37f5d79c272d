// The commands that a repository brings with it, judged by the guard as a session would run them: scripts of packages, files, targets.
import { dirname, join } from "node:path";
import { AUDIT_COMMANDS_MAX } from "#base/limits.ts";
import {
  type Capabilities,
  capabilitiesOf,
  type CommandInput,
} from "#assure/posture/capabilities.ts";
import {
  filesMatching,
  type SeenFile,
  type AuditInputs,
} from "#assure/posture/inputs/audit-inputs.ts";
import { memberOf } from "#govern/settings/json-text.ts";
import { textOf } from "#govern/settings/lint/document.ts";
import { askedCall } from "#guard/events/normalize.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";
import { judgeWithFacts } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";
import { PLAIN_SHELL } from "../facts/session-shell.ts";

type Command = {
  readonly file: SeenFile;
  readonly name: string;
  readonly command: string;
  readonly cwd: string;
};

/** Judges every command of a repository within a bound. Nothing is run. */
export async function repositoryCommands(
  root: string,
  auditInputs: AuditInputs,
  data: string,
): Promise<Capabilities> {
  const all = commandsOf(root, auditInputs);
  const { policy } = await judgingPolicy(root, undefined, { root: data });
  const session = sessionFacts({
    sessionId: "audit",
    cwd: root,
    mode: "default",
    projectRoot: root,
  });
  const commands: CommandInput[] = [];
  for (const { file, name, command, cwd } of all.slice(0, AUDIT_COMMANDS_MAX)) {
    const call = askedCall("audit", { tool: "Bash", input: { command }, cwd });
    const { decision } = await judgeWithFacts({ call, policy, session, shell: PLAIN_SHELL });
    commands.push({ file: file.shown, name, can: capabilitiesOf(decision.effects) });
  }
  return { commands, left: Math.max(0, all.length - AUDIT_COMMANDS_MAX) };
}

function commandsOf(root: string, { repository, json }: AuditInputs): readonly Command[] {
  const packages = filesMatching(repository, /(?:^|\/)package\.json$/).flatMap((file) => {
    const scripts = memberOf(json(file), "scripts");
    if (scripts?.kind !== "object") return [];
    const cwd = dirname(join(root, file.path));
    return scripts.members.flatMap(({ key, value }) => {
      const command = textOf(value);
      return command === undefined ? [] : [{ file, name: `npm run ${key}`, command, cwd }];
    });
  });
  const makes = filesMatching(repository, /(?:^|\/)(?:GNU)?[Mm]akefile$/).flatMap((file) => {
    const cwd = dirname(join(root, file.path));
    const targets = (file.text ?? "").matchAll(/^([A-Za-z0-9][\w.-]*)[ \t]*:(?![:=])/gm);
    return [...new Set([...targets].map(([, name = ""]) => name))].map((name) => ({
      file,
      name: `make ${name}`,
      command: `make ${name}`,
      cwd,
    }));
  });
  const scripts = filesMatching(repository, /\.(?:sh|bash)$/).flatMap((file) => {
    const { path, text } = file;
    if (text === undefined || path.startsWith(".git/")) return [];
    return [{ file, name: path, command: `bash ${quoted(path)}`, cwd: root }];
  });
  return [...packages, ...makes, ...scripts];
}

function quoted(path: string): string {
  return `'./${path.replaceAll("'", "'\\''")}'`;
}
