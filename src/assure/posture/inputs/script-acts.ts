// Harmful acts of code that sessions come by: to whom secrets go, what stays behind, who is let in, what is wiped.
import type { AgentCode } from "./agent-codes.ts";
import type { ScriptAct } from "./audit-inputs.ts";
import { isCredentialPlace, isSecretPlace } from "./secret-places.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";

/** Where the code is taken to run: a place that holds nothing, so that nothing of the machine decides. */
export const PROJECT = "/nowhere/project";

/** The harmful ones among the effects of a piece of code, once for each line and act. */
export function actsOf(code: AgentCode, effects: readonly Effect[]): readonly ScriptAct[] {
  const shell = handsShellOut(code, effects);
  const found = effects.flatMap((effect): readonly ScriptAct[] => {
    const said = effect === shell ? HANDS_OUT : actOf(code, effect);
    // The shell's commands are what is downloaded there.
    if (said === undefined || (shell !== undefined && said.message === FETCHED)) return [];
    return [{ file: code.file, line: lineOfEffect(code, effect), ...said }];
  });
  const forgotten = code.isShell
    ? [...code.command.matchAll(FORGETS)].map(({ index }) => ({
        file: code.file,
        line: lineAt(code, index),
        message: "the shell is told to forget what it does",
        severity: "medium" as const,
      }))
    : [];
  return [
    ...new Map([...found, ...forgotten].map((act) => [`${act.line}:${act.message}`, act])).values(),
  ];
}

function lineOfEffect(code: AgentCode, effect: Effect): number {
  if (code.isShell) return effect.at === undefined ? code.line : lineAt(code, effect.at.start);
  // WHY by words: places are told within the command that holds the program.
  const named = namedBy(effect);
  const at = named === "" ? -1 : (code.file.text ?? "").indexOf(named);
  return at < 0 ? code.line : (code.file.text ?? "").slice(0, at).split("\n").length;
}

/** A word that stands in a program where it brings an effect about. */
function namedBy(effect: Effect): string {
  if (effect.kind === "egress") return effect.destination.host ?? "";
  if (effect.kind === "persist" && effect.target === undefined) return "crontab";
  if (!("target" in effect) || effect.target === undefined) return "";
  return pathOf(effect.target).replace(/^.*\//, "");
}

function lineAt({ command, line, isOneLine }: AgentCode, offset: number): number {
  if (isOneLine === true) return line;
  return line + command.slice(0, offset).split("\n").length - 1;
}

const HANDS_OUT: Said = { message: "a shell is given to another machine" };
const FETCHED = "code is downloaded and run";

type Said = Pick<ScriptAct, "message"> & Pick<ScriptAct, "severity">;

function actOf(code: AgentCode, effect: Effect): Said | undefined {
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
      // Downloads of texts and of commands in settings are told by checks of their own.
      return effect.origin === "download" &&
        !isText(code) &&
        code.isOneLine !== true &&
        (code.isShell || RUNS.test(code.command))
        ? { message: FETCHED, severity: "medium" }
        : undefined;
    case "persist":
      return leftBehind(code, effect);
    case "delete":
      return isTrace(effect.target) ? WIPES : undefined;
    case "write":
      return effect.mode !== "append" && isTrace(effect.target) ? WIPES : undefined;
    default:
      return undefined;
  }
}

const isText = ({ file }: AgentCode): boolean => file.path.endsWith(".md");
/** Words by which a program of another language runs text as code. WHY asked: of what it may run, too much is foreseen. */
const RUNS =
  /\b(?:exec|eval)\(|\bnew Function\(|\bvm\.run|\brunpy\.|\bimport\(\s*(?!["'`](?:node:|\.))/;
/** Words by which it writes, likewise. */
const WRITES =
  /\.write(?:_text|_bytes|lines)?\(|["'][wa]b?\+?["']|\b(?:copy|copyfile|move|rename|symlink|link)(?:Sync)?\(|(?:append|write|copy)File(?:Sync)?\(|createWriteStream\(|\bcrontab\b/;

/** What goes on after the session, or lets somebody in, by the guard's word for it. */
const LEFT: Readonly<Record<string, string>> = {
  "shell-startup": "a file that shells run when they start is written",
  "scheduled-task": "something is set to run again and again",
  service: "a program is set to start with the machine or the desktop",
  "remote-login": "somebody is let in from outside",
  "git-execution": "other repositories are given a program that git runs",
};

function leftBehind(
  code: AgentCode,
  { means, target }: Extract<Effect, { kind: "persist" }>,
): Said | undefined {
  const message = LEFT[means];
  if (message === undefined || (!code.isShell && !WRITES.test(code.command))) return undefined;
  // What a text for the model has people set up is theirs to read; a way in is not.
  if (isText(code) && !(means === "remote-login" && LETS_IN.test(code.command))) return undefined;
  const path = target === undefined ? "" : pathOf(target);
  if (means === "git-execution" && !isOfOthers(path)) return undefined;
  // A service that is only started again has no file of its own here.
  if (means !== "scheduled-task" && path === "") return undefined;
  return { message, severity: isByItself(code) ? "high" : "medium" };
}

/** Words of a way in. WHY asked: placeholders of a text (`cd DIR/<name>`) read as redirections to anywhere. */
const LETS_IN =
  /\b(?:authorized_keys|sshd\w*|ssh-copy-id|nc|ncat|socat|useradd|usermod|chpasswd|passwd|sudoers|tunnel|ngrok)\b/;

/** Whether nobody starts it by hand: a hook does, or it lies where hooks do. */
const isByItself = ({ file }: AgentCode): boolean =>
  /(?:^|\/)(?:\.claude\/(?:hooks\/|settings)|hooks\/)/.test(file.path) &&
  !/(?:install|setup|bootstrap|configure)[\w.-]*$/.test(file.path);

/** Whether a hook of git lies in a repository that is not the one at hand. */
const isOfOthers = (path: string): boolean =>
  /\/\.git\/hooks\//.test(path) && !path.startsWith(PROJECT);

/** Shells that somebody elsewhere can be given. */
const SHELLS = /^(?:.*\/)?(?:ba|da|z|k|a|fi)?sh$|^(?:cmd|powershell|pwsh)(?:\.exe)?$/;
/** A program that joins the ends of a shell with a connection. */
const JOINED = /\.pipe\(\s*\w+\.stdin|\.stdout\.pipe\(|\bdup2\(/;
const CONNECTS = /\b(?:net|tls)\b[\s\S]*\b(?:connect|createConnection|Socket)\(/;

/** Whether a shell is given to another machine: it is started, and what it runs comes over a bare connection. */
function handsShellOut(code: AgentCode, effects: readonly Effect[]): Effect | undefined {
  const shell = effects.find(
    (effect) => effect.kind === "execute" && SHELLS.test(effect.program ?? ""),
  );
  const isFetched = effects.some(
    (effect) => effect.kind === "execute" && effect.origin === "download",
  );
  if (shell === undefined || !isFetched) return undefined;
  const connection = effects.find(
    (effect) =>
      effect.kind === "egress" &&
      effect.destination.known === undefined &&
      effect.destination.scheme === "tcp" &&
      !isHere(effect.destination.host),
  );
  if (connection !== undefined && (code.isShell || JOINED.test(code.command))) return connection;
  return !code.isShell && JOINED.test(code.command) && CONNECTS.test(code.command)
    ? shell
    : undefined;
}

/** Commands of a shell by which it keeps nothing of what it does. */
const FORGETS =
  /^[ \t]*(?:unset\s+HISTFILE\b|(?:export\s+)?HISTFILE=(?:\/dev\/null|["']{2}|$)|history\s+-[cw]\b|set\s+\+o\s+history\b)/gm;

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
