// Which parts of a hook's code may read standard input, where the client puts the call: code in which there are none knows of no call.
import { childrenOf, type Redirection, type SyntaxNode } from "#guard/shell/syntax/syntax.ts";
import type { At } from "./reading.ts";

/** Commands that never read standard input. WHY this way round: of any other it is taken that it may. */
const QUIET = new Set([
  ...["echo", "printf", "print", "exit", "return", "test", "[", "[[", "((", ":", "true", "false"],
  ...["set", "export", "local", "declare", "typeset", "readonly", "unset", "shift", "trap", "cd"],
  ...[
    "pwd",
    "date",
    "mkdir",
    "rm",
    "touch",
    "chmod",
    "basename",
    "dirname",
    "realpath",
    "readlink",
  ],
  ...["ls", "id", "whoami", "hostname", "uname", "sleep", "kill", "type", "which", "hash", "umask"],
  ...["shopt", "alias", "let", "break", "continue", "command", "mktemp", "tput", "seq", "expr"],
]);
/** Names of standard input as a file. */
const AS_FILE = /\/dev\/(?:stdin|fd\/0|tty)\b|\/proc\/self\/fd\/0\b|<&\s*0\b/;

/** Commands of a shell script that may read what the hook is given. */
export function shellReaders(script: SyntaxNode, text: string): readonly At[] {
  const found: At[] = [];
  const note = (node: SyntaxNode) =>
    found.push({ at: node.pos, text: text.slice(node.pos, node.end) });
  const walk = (node: SyntaxNode, isFed: boolean): void => {
    const fed = () =>
      isFed || ("redirects" in node && node.redirects.some((one) => feeds(one, text)));
    if (node.type === "Pipeline") {
      node.commands.forEach((one, at) => walk(one, isFed || at > 0));
      return;
    }
    if (node.type === "Command" && node.name !== undefined && !fed() && !isQuiet(node, text))
      note(node);
    // What is substituted in words and in redirections runs before these take the shell's input away.
    childrenOf(node, (child) =>
      walk(child, node.type === "Redirected" && child === node.command ? fed() : isFed),
    );
  };
  walk(script, false);
  if (found.length === 0) {
    const at = text.search(AS_FILE);
    if (at >= 0) found.push({ at, text: AS_FILE.exec(text)?.[0] ?? "" });
  }
  return found;
}

function isQuiet(node: SyntaxNode & { readonly type: "Command" }, text: string): boolean {
  const name = (node.name?.value ?? "").replace(/^.*\//, "");
  const isOfGit =
    name === "git" && !/\s-(?:-stdin|F)?(?:\s|$)/.test(text.slice(node.pos, node.end));
  // `jq -n` reads nothing.
  const isNull =
    name === "jq" &&
    node.args.some((one) => /^(?:-[a-zA-Z]*n|--null-input)/.test(text.slice(one.pos, one.end)));
  return QUIET.has(name) || isOfGit || isNull;
}

/** Whether a redirection puts something else in the place of standard input. */
function feeds(one: Redirection, text: string): boolean {
  if (one.type !== "Redirect") return true;
  if (one.operator !== "<" && one.operator !== "<>") return false;
  return !AS_FILE.test(text.slice(one.pos, one.end));
}

/** Modules that read nothing by themselves. */
const STANDARD = new Set([
  ...["re", "os", "sys", "json", "datetime", "time", "pathlib", "shlex", "typing", "collections"],
  ...["functools", "itertools", "hashlib", "string", "logging", "fnmatch", "glob", "enum"],
  ...["dataclasses", "textwrap", "tempfile", "shutil", "argparse", "__future__", "contextlib"],
  ...["fs", "path", "url", "crypto", "process", "util", "assert", "fs/promises"],
]);
const IMPORTS = {
  python: /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm,
  javascript: /\b(?:from|require\(|import\(|import)\s*["'`](?:node:)?([\w@./-]+)["'`]/g,
} as const;
/** Words by which a program of these languages reads standard input, or hands it to another program. */
const READS =
  /stdin|\binput\s*\(|fileinput|\b(?:read|readSync|readFile|readFileSync|open|openSync|fdopen|createReadStream)\s*\(\s*0\b|\/dev\/(?:fd\/0|tty)|subprocess|os\.(?:system|popen|exec|spawn|dup)|child_process|execSync|spawn|\bexec\(|\beval\(|importlib|\bBun\.|\bDeno\.|\$`/i;

/** The same of a program without its comments; of languages that are not read so far it is taken that they do. */
export function programReaders(text: string, language: string): readonly At[] {
  if (language !== "python" && language !== "javascript") return [{ at: 0, text: "" }];
  const read = READS.exec(text);
  if (read !== null) return [{ at: read.index, text: read[0] }];
  for (const match of text.matchAll(IMPORTS[language])) {
    const names = (match[1] ?? match[2] ?? "").split(",").map((one) => one.trim().split(/\s/)[0]);
    if (names.some((name = "") => !STANDARD.has(name.split(".", 1)[0] ?? "")))
      return [{ at: match.index, text: match[0] }];
  }
  return [];
}
