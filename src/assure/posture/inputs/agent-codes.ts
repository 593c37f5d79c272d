// Code that sessions come by: what hooks start, scripts beside them and of skills, blocks of texts for the model.
import { filesMatching, type SeenFile, type SeenTree } from "./audit-inputs.ts";

/** A piece of code as a command of the shell, and where its first line stands in its file, from 1. */
export type AgentCode = {
  readonly file: SeenFile;
  readonly command: string;
  readonly line: number;
  /** Offsets of effects are those of the file's lines. */
  readonly isShell: boolean;
  /** It stands on one line of its file, whatever lines it has by itself. */
  readonly isOneLine?: true;
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

/** Files whose hooks name commands, and commands in them. */
const SETTINGS = /(?:^|\/)(?:\.claude\/settings(?:\.local)?\.json|hooks\/hooks\.json)$/;
const COMMAND = /"command"\s*:\s*"((?:[^"\\\n]|\\.)*)"/g;
/** A script of the repository in such a command. */
const NAMED =
  /(?:\$\{?CLAUDE_PROJECT_DIR(?::?-[^}\s]*)?\}?["']?\/|(?:^|[\s"'])(?:\.\/)?)([\w.-]+(?:\/[\w.-]+)*\.(?:sh|bash|zsh|py|js|mjs|cjs))\b/g;

/** The code of a repository that a session may come to run, apart from tests. */
export function agentCodes(repository: SeenTree): readonly AgentCode[] {
  const lines = filesMatching(repository, SETTINGS).flatMap(hookLines);
  const named = lines.flatMap(({ command }) =>
    [...command.matchAll(NAMED)].flatMap(([, path = ""]) => repository.files.get(path) ?? []),
  );
  const files = new Set([...filesMatching(repository, SCRIPTS), ...named]);
  const scripts = [...files].flatMap((file) => codeOf(file) ?? []);
  const blocks = filesMatching(repository, TEXTS).flatMap((file) =>
    [...(file.text ?? "").matchAll(FENCE)].map(({ index, 2: body = "", 0: whole }): AgentCode => {
      const line = (file.text ?? "").slice(0, index + whole.indexOf("\n")).split("\n").length + 1;
      return { file, command: body.replaceAll(/^[ \t]*\$ /gm, ""), line, isShell: true };
    }),
  );
  return [...lines, ...scripts, ...blocks].filter(
    ({ file, command }) =>
      command.trim() !== "" &&
      command.length <= CODE_CHARS_MAX &&
      !/(?:^|\/)(?:tests?|__tests__|fixtures?|examples?)\/|\.(?:test|spec)\.\w+$/.test(file.path),
  );
}

/** The commands that hooks of a file start. WHY by the text: their lines are wanted, and a file that is no JSON starts none. */
function hookLines(file: SeenFile): readonly AgentCode[] {
  const { text = "" } = file;
  return [...text.matchAll(COMMAND)].flatMap(({ index, 1: quoted = "" }): AgentCode[] => {
    const line = text.slice(0, index).split("\n").length;
    const command = unquoted(quoted);
    return command === undefined ? [] : [{ file, command, line, isShell: true, isOneLine: true }];
  });
}

function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
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
