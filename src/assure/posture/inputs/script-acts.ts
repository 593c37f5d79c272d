// Code that sessions come by without a hook that starts it, and which effects of it do harm: to whom secrets go, what stays, what is wiped.
import { filesMatching, type ScriptAct, type SeenFile, type SeenTree } from "./audit-inputs.ts";
import { isCredentialPlace, isSecretPlace } from "./secret-places.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";

/** A piece of code as a command of the shell, and where its first line stands in its file, from 1. */
export type AgentCode = {
  readonly file: SeenFile;
  readonly command: string;
  readonly line: number;
  /** Offsets of effects are those of the file's lines. */
  readonly isShell: boolean;
};

/** Characters of one piece; the guard's parser has the same bound. */
const CODE_CHARS_MAX = 60 * 1024;
/** Scripts beside hooks and of skills, commands, agents and plugins. */
const SCRIPTS =
  /(?:^|\/)(?:\.claude\/(?:.+\/)?|(?:skills|agents|commands)\/(?:.+\/)?|hooks\/)[\w.-]+\.(?:sh|bash|zsh|py|js|mjs|cjs)$|(?:^|\/)\.claude\/hooks\/[\w-]+$/;
const TEXTS =
  /(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS|SKILL)\.md$|(?:^|\/)\.claude\/(?:rules|agents|commands|skills)\/.*\.md$/;
/** A fenced block of a shell. */
const FENCE =
  /^[ \t]*(```+|~~~+)[ \t]*(?:bash|sh|shell|zsh|console)\b[^\n]*\n([\s\S]*?)^[ \t]*\1/gim;

/** The code of a repository that a session may come to run, apart from tests. */
export function agentCodes(repository: SeenTree): readonly AgentCode[] {
  const scripts = filesMatching(repository, SCRIPTS).flatMap((file) => codeOf(file) ?? []);
  const blocks = filesMatching(repository, TEXTS).flatMap((file) =>
    [...(file.text ?? "").matchAll(FENCE)].map(({ index, 2: body = "", 0: whole }): AgentCode => {
      const line = (file.text ?? "").slice(0, index + whole.indexOf("\n")).split("\n").length + 1;
      return { file, command: body.replaceAll(/^\s*\$ /gm, ""), line, isShell: true };
    }),
  );
  return [...scripts, ...blocks].filter(
    ({ file, command }) =>
      command.trim() !== "" &&
      command.length <= CODE_CHARS_MAX &&
      !/(?:^|\/)(?:tests?|__tests__|fixtures?|examples?)\/|\.(?:test|spec)\.\w+$/.test(file.path),
  );
}

function codeOf(file: SeenFile): AgentCode | undefined {
  const { text, path } = file;
  if (text === undefined) return undefined;
  const quoted = `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const head = /^#!.*/.exec(text)?.[0] ?? "";
  if (path.endsWith(".py") || /\bpython/.test(head))
    return { file, command: `python3 -c ${quoted}`, line: 1, isShell: false };
  if (/\.[cm]?js$/.test(path) || /\bnode\b/.test(head))
    return { file, command: `node -e ${quoted}`, line: 1, isShell: false };
  return { file, command: text, line: 1, isShell: true };
}

/** The harmful ones among the effects of a piece of code, once for each line and act. */
export function actsOf(code: AgentCode, effects: readonly Effect[]): readonly ScriptAct[] {
  const found = effects.flatMap((effect) => {
    // Downloads of texts and of the hooks' own scripts are told by checks of their own; of other languages too much is foreseen.
    if (effect.kind === "execute" && (!code.isShell || code.file.path.endsWith(".md"))) return [];
    const said = actOf(effect);
    if (said === undefined) return [];
    return [{ file: code.file, line: lineOfEffect(code, effect), ...said }];
  });
  return [...new Map(found.map((act) => [`${act.line}:${act.message}`, act])).values()];
}

function lineOfEffect({ command, line, isShell }: AgentCode, { at }: Effect): number {
  if (at === undefined || !isShell) return line;
  return line + command.slice(0, at.start).split("\n").length - 1;
}

type Said = Pick<ScriptAct, "message"> & Pick<ScriptAct, "severity">;

function actOf(effect: Effect): Said | undefined {
  switch (effect.kind) {
    case "egress": {
      if (effect.destination.known !== undefined || isHere(effect.destination.host))
        return undefined;
      const carried = effect.carries.find(
        (source) =>
          source.kind === "environment" ||
          (source.kind === "file" && isSecretTarget(source.target)),
      );
      if (carried === undefined) return undefined;
      const isCertain = effect.destination.host !== undefined;
      return {
        message: `${carried.kind === "environment" ? "the whole environment" : "a file of secrets"} goes to another machine`,
        ...(isCertain ? {} : { severity: "medium" }),
      };
    }
    case "execute":
      return effect.origin === "download"
        ? { message: "code is downloaded and run", severity: "medium" }
        : undefined;
    case "delete":
      return isTrace(effect.target) ? WIPES : undefined;
    case "write":
      return effect.mode !== "append" && isTrace(effect.target) ? WIPES : undefined;
    default:
      return undefined;
  }
}

const WIPES: Said = {
  message: "the history of a shell or a log of the machine is wiped",
  severity: "high",
};

function pathOf(target: Target): string {
  return target.kind === "unresolved" ? "" : target.path;
}

function isSecretTarget(target: Target): boolean {
  const path = pathOf(target);
  return path !== "" && (isSecretPlace(path) || isCredentialPlace(path));
}

function isTrace(target: Target): boolean {
  return /\/\.(?:bash|zsh|sh|python|psql|mysql)_history$|^\/var\/log\/(?:auth|secure|audit|syslog|messages|wtmp|lastlog|btmp)/.test(
    pathOf(target),
  );
}

function isHere(host: string | undefined): boolean {
  return (
    host !== undefined &&
    /^(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|host\.docker\.internal)$/.test(host)
  );
}
