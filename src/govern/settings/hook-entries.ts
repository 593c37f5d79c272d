// The hooks and environment that a guarded project gets, and how to tell that an entry is one of ours.
import { commaList } from "#base/comma-list.ts";
import { isObject } from "#base/json.ts";
import { isBefore } from "#base/version-order.ts";
import { CLIENT_WAITS_S } from "#base/waits.ts";
import { TELEMETRY_HEADER } from "./telemetry-variables.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Switch } from "./fixed-entries.ts";
import { buildEnvironment, LOOPBACK_ADDRESS, type EnvEntry } from "./hook-environment.ts";
import type { GuardMode } from "./project-register.ts";

/** What the entries point at. All paths absolute. */
export type HookTarget = {
  readonly port: number;
  /** Bearer token of this project: 32 random bytes, base64url. */
  readonly token: string;
  readonly caBundlePath: string;
  /** The shim of the command line in the data directory, `sallyport`; it knows its data directory. */
  readonly commandPath: string;
  /** The daemon's lock file: it holds the process id as the first number of one line of JSON. */
  readonly lockFile: string;
  /** Calls that are asked about wait for an answer from elsewhere before the client hears of them; default: they do not. */
  readonly waits?: boolean;
  /** Default `enforce`. With `observe` no entry blocks anything, whatever fails. */
  readonly mode?: GuardMode;
  /** The version of the client that reads the entries; where it is not known only events are written that every one knows. */
  readonly clientVersion?: string | undefined;
};

/** What the entries of the command transport point at. All paths absolute. */
export type CommandTarget = {
  /** The shim of the command hook in the data directory, `sallyport-hook`. */
  readonly hookPath: string;
  /** Id of the project in our register: it says to the hook whose call it judges. */
  readonly projectId: string;
  readonly dataDirectory: string;
  readonly home: string;
  /** As in `HookTarget`. */
  readonly mode?: GuardMode;
  readonly clientVersion?: string | undefined;
};

/** One handler to append under `hooks.<event>`, in a group of its own. */
export type HookEntry = {
  readonly event: string;
  readonly handler: {
    readonly [key: string]:
      | string
      | number
      | readonly string[]
      | { readonly [key: string]: string };
  };
};
/** Everything that guarding adds to a settings file. */
export type Insertion = {
  readonly hooks: readonly HookEntry[];
  readonly env: readonly EnvEntry[];
  /** Rules of the client that refuse, for `permissions.deny`. */
  readonly rules?: readonly string[];
  /** Rules of the client that ask, for `permissions.ask`. */
  readonly asks?: readonly string[];
  readonly switches?: readonly Switch[];
};

/** Events that carry a tool and so take a matcher; `*` is every tool. */
const toolEvents: readonly string[] = [
  "PreToolUse",
  "PostToolUse",
  "PostToolUseFailure",
  "PreSkillShellCommand",
];
/**
 * Events that can keep something back, which a failure does as well: a prompt and a summary bring files with them that no call
 * reads. WHY not SessionStart: the client (2.1.328) never calls an http hook for it, so the command hook passes it on.
 */
const httpEvents = [
  ...toolEvents,
  ...["UserPromptSubmit", "UserPromptExpansion", "PreCompact", "PostToolBatch", "ConfigChange"],
];

/**
 * The first version of the client that knows an event. WHY: an older one opens each session with a warning about the settings, and
 * waits there for a person (measured on 2.1.328).
 */
export const EVENT_SINCE: Readonly<Record<string, string>> = { PreSkillShellCommand: "2.1.332" };

/** Whether a client of this version reads entries of an event without a warning. */
export function isEventKnown(event: string, version: string | undefined): boolean {
  const since = EVENT_SINCE[event];
  return since === undefined || (version !== undefined && !isBefore(version, since));
}

/** Events of ours of which a client of this version tells nobody, because the entries lack them, and those that it does not know. */
export function eventStanding(
  entries: readonly { readonly event: string }[],
  version: string,
): { readonly lacking: readonly string[]; readonly unknown: readonly string[] } {
  const events = new Set(entries.map(({ event }) => event));
  const later = Object.keys(EVENT_SINCE);
  return {
    lacking: later.filter((event) => isEventKnown(event, version) && !events.has(event)),
    unknown: later.filter((event) => !isEventKnown(event, version) && events.has(event)),
  };
}

/**
 * Events that are only recorded: nothing is blocked when nobody answers. WHY not the others: a hook on WorktreeCreate
 * takes the place of git there (measured: `EnterWorktree` fails), MessageDisplay is every word of an answer, and hooks on
 * Elicitation, FileChanged, Setup and the model switches were not seen firing or are unknown to older clients.
 */
const watchedEvents: readonly string[] = [
  "PermissionRequest",
  "PermissionDenied",
  "SessionEnd",
  "SubagentStart",
  "SubagentStop",
  "CwdChanged",
  "InstructionsLoaded",
  "PostCompact",
  "Stop",
  "StopFailure",
  "Notification",
  "TaskCreated",
  "TaskCompleted",
  "TeammateIdle",
];
/**
 * Tells the daemon, before it has read a payload, that a refusal must not be one that blocks: a Stop that is blocked goes
 * on for ever.
 */
export const WATCHED_HEADER = "X-Sallyport-Watched";
/** Tells of the environment that the client gives its hooks. */
export const ENVIRONMENT_HEADER = "x-sallyport-environment";

/**
 * Stands behind the address of every http hook. WHY: when nobody answers there, the client (2.1.328) shows agent and person
 * the address of the hook and nothing that they could do; a fragment is shown with it and never sent.
 */
function repairWords(commandPath: string): string {
  // A path with other characters might make the address one that the client does not take.
  const command = /^[\w./-]{1,160}$/.test(commandPath) ? commandPath : "sallyport";
  return `#stopped? run: ${command} daemon --ensure`;
}

/** Goes on only where the process that the daemon's lock file `$1` names is gone, or dead and not yet reaped. */
const UNLESS_ALIVE = [
  '{ read -r l <"$1"; p=${l#*:}; p=${p%%,*}; kill -0 "$p" &&',
  '{ ! read -r s <"/proc/$p/stat" || case $s in *") "[ZX]" "*) false;; esac; }; } 2>/dev/null',
  "&& exit 0; shift;",
].join(" ");

/**
 * Runs at each prompt, with built-ins of the shell alone where the daemon lives: the words behind the lock file start one. WHY in a
 * session of its own: the prompt was kept back meanwhile, because nobody judged it, and the client ends what else it had started for it.
 */
const REVIVE_SCRIPT = `${UNLESS_ALIVE} [ -x /usr/bin/setsid ] && exec /usr/bin/setsid -w "$@"; exec "$@"`;

/** The same where nothing may be in a session's way: a daemon that does not start keeps no prompt back. */
const OBSERVING_REVIVE_SCRIPT = `${UNLESS_ALIVE} "$@"; exit 0`;

/** What an entry says about its failing: the call is blocked, or it goes on, which is the client's own way. */
function onFailure(mode: GuardMode | undefined): { readonly onFailure?: "block" } {
  return mode === "observe" ? {} : { onFailure: "block" };
}

/** Seconds that the client waits with events that are only recorded. */
const WATCHED_TIMEOUT_S = 3;
/**
 * Seconds that the client waits for an answer from elsewhere to its own question. WHY so long, and for this event alone: it calls
 * these hooks when its question stands at the terminal already, where it can be answered all the while, and an answer that never
 * comes leaves it there (measured on 2.1.328). Every call is judged before, within `CLIENT_WAITS_S`.
 */
const ELSEWHERE_TIMEOUT_S = 140;
/** Of them, and of those of calls that wait before the client hears of them, the daemon lets a question wait so many. */
const ELSEWHERE_SECONDS = 120;
/** What the client shows beside its spinner while a call waits, and for the milliseconds that judging takes. */
const WAITING_WORDS = "sallyport checks the call, or waits for an answer from elsewhere";
/** The event of the client's own question. */
const QUESTION_EVENT = "PermissionRequest";
/** Tells the daemon for how many seconds the client keeps an event open for a person's answer. */
export const PATIENCE_HEADER = "X-Sallyport-Patience";

/** The event before a call. */
const CALL_EVENT = "PreToolUse";

/** Whether an entry keeps the client's question open for an answer from elsewhere. */
export function waitsForPeople(entry: RecordedHook): boolean {
  return entry.event === QUESTION_EVENT && hasPatience(entry);
}

/** Whether an entry keeps a call open before the client asks anybody. */
export function waitsBeforeCalls(entry: RecordedHook): boolean {
  return entry.event === CALL_EVENT && hasPatience(entry);
}

/** An entry as it was written or recorded. */
type RecordedHook = { readonly event: string; readonly handler: Readonly<Record<string, unknown>> };

function hasPatience({ handler: { headers } }: RecordedHook): boolean {
  return typeof headers === "object" && headers !== null && Object.hasOwn(headers, PATIENCE_HEADER);
}

/** Seconds that the client waits for the daemon to come up at session start, before a prompt that nobody would judge. */
const START_TIMEOUT_S = CLIENT_WAITS_S;

/**
 * Builds the entries. `present` gives the value that a variable has now, in settings or in the environment: proxy
 * exceptions are added to it and not put in its place.
 */
export function buildInsertion(
  target: HookTarget,
  present: (name: string) => string | undefined,
): Insertion {
  const http = {
    type: "http",
    url: `https://${LOOPBACK_ADDRESS}:${target.port}/v1/hook${repairWords(target.commandPath)}`,
    headers: { Authorization: `Bearer ${target.token}` },
    timeout: CLIENT_WAITS_S,
    ...onFailure(target.mode),
  };
  const starting = ["daemon", "--ensure"];
  const start = {
    type: "command",
    command: target.commandPath,
    args: starting,
    timeout: START_TIMEOUT_S,
  };
  const script = target.mode === "observe" ? OBSERVING_REVIVE_SCRIPT : REVIVE_SCRIPT;
  const revive = {
    type: "command",
    command: "/bin/sh",
    args: ["-c", script, "sh", target.lockFile, target.commandPath, ...starting],
    timeout: START_TIMEOUT_S,
  };
  const waiting = {
    ...http,
    headers: { ...http.headers, [PATIENCE_HEADER]: String(ELSEWHERE_SECONDS) },
    timeout: ELSEWHERE_TIMEOUT_S,
    statusMessage: WAITING_WORDS,
  };
  const waits = target.waits === true && target.mode !== "observe";
  const known = httpEvents.filter((event) => isEventKnown(event, target.clientVersion));
  const hooks = known.map((event) => ({
    event,
    handler: waits && event === CALL_EVENT ? waiting : http,
  }));
  const watching = {
    type: "http",
    url: http.url,
    headers: { ...http.headers, [WATCHED_HEADER]: "1" },
    timeout: WATCHED_TIMEOUT_S,
  };
  const asking = {
    ...watching,
    headers: { ...watching.headers, [PATIENCE_HEADER]: String(ELSEWHERE_SECONDS) },
    timeout: ELSEWHERE_TIMEOUT_S,
  };
  const watched = watchedEvents.map((event) => ({
    event,
    handler: event === QUESTION_EVENT && target.mode !== "observe" ? asking : watching,
  }));
  return {
    hooks: [
      { event: "SessionStart", handler: start },
      ...hooks,
      ...watched,
      { event: "UserPromptSubmit", handler: revive },
    ],
    env: buildEnvironment(target.caBundlePath, present),
  };
}

/**
 * Variables by which a repository's settings could put code into our hook's process before it starts. Pinned to what they
 * are without the repository: its file stands below the one that we edit.
 */
const PINNED = ["NODE_OPTIONS", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"] as const;

/**
 * Builds the entries of the command transport: a program that judges in its own process, for clients that ignore
 * `onFailure` and machines without the daemon. `present` gives the value that a variable has now without the repository.
 * Everything that decides is in the arguments, because a repository may set variables.
 */
export function buildCommandInsertion(
  target: CommandTarget,
  present: (name: string) => string | undefined,
): Insertion {
  const { hookPath, projectId, dataDirectory, home } = target;
  const places = ["--project", projectId, "--data", dataDirectory, "--home", home];
  return commandInsertion({ ...target, program: hookPath, words: places }, present);
}

/**
 * Builds the entries of the machine's guard: a command that asks the account's judge. No account, project or place of one is named,
 * so they are the same on every machine.
 */
export function buildMachineInsertion(
  target: { readonly node: string; readonly hookPath: string; readonly clientVersion?: string },
  present: (name: string) => string | undefined,
): Insertion {
  return commandInsertion({ ...target, program: target.node, words: [target.hookPath] }, present);
}

function commandInsertion(
  target: Pick<CommandTarget, "mode" | "clientVersion"> & {
    readonly program: string;
    readonly words: readonly string[];
  },
  present: (name: string) => string | undefined,
): Insertion {
  const { program, words } = target;
  const watched = [...words, "--watched", "yes"];
  // WHY told: a client that is too old for `onFailure` lets the call run when the time is over, so the hook must be through before.
  const waits = ["--waits", String(CLIENT_WAITS_S)];
  const handler = {
    type: "command",
    command: program,
    // WHY watched: its exit code is then one that the client passes over, whatever fails.
    args: [...(target.mode === "observe" ? watched : words), ...waits],
    timeout: CLIENT_WAITS_S,
    ...onFailure(target.mode),
  };
  const watching = {
    type: "command",
    command: program,
    args: watched,
    timeout: WATCHED_TIMEOUT_S,
  };
  const hooks = [
    ...["SessionStart", ...httpEvents]
      .filter((event) => isEventKnown(event, target.clientVersion))
      .map((event) => ({ event, handler })),
    ...watchedEvents.map((event) => ({ event, handler: watching })),
  ];
  return { hooks, env: PINNED.map((name) => ({ name, value: present(name) ?? "" })) };
}

/** The group in which an entry is written: for every tool, where the event has one. */
export function groupOf({ event, handler }: HookEntry): Json {
  return toolEvents.includes(event) ? { matcher: "*", hooks: [handler] } : { hooks: [handler] };
}

/** The entry with another token in its header; one that carries none is as it was. */
export function withToken({ event, handler }: HookEntry, token: string): HookEntry {
  const { headers } = handler;
  if (typeof headers !== "object" || Array.isArray(headers)) return { event, handler };
  return {
    event,
    handler: { ...handler, headers: { ...headers, Authorization: `Bearer ${token}` } },
  };
}

/**
 * The token of an entry of ours, or undefined when the handler is not ours, `""` when it is ours and carries none. An
 * entry is ours by what it calls, so that one that somebody edited is still found.
 */
export function ourToken(handler: Json): string | undefined {
  if (!isObject(handler)) return undefined;
  if (typeof handler["url"] === "string") {
    if (!/^https:\/\/127\.0\.0\.1:\d{1,5}\/v1\/hook(?:#.*)?$/.test(handler["url"]))
      return undefined;
    const headers = handler["headers"];
    const value = isObject(headers) ? headers["Authorization"] : undefined;
    return typeof value === "string" ? value.replace(/^Bearer /, "") : "";
  }
  return isOurCommand(handler["command"], handler["args"]) ? "" : undefined;
}

/** Whether a command hook starts us: through a shim, or as versions without shims wrote it, by node and the program's file. */
function isOurCommand(command: Json | undefined, args: Json | undefined): boolean {
  if (!Array.isArray(args) || typeof command !== "string") return false;
  if (/[\\/]bin[\\/]sallyport-hook$/.test(command)) return args[0] === "--project";
  const [file, option] = args;
  if (typeof file === "string" && file.endsWith("/.claude/sallyport-hook.sh")) return true;
  if (typeof file === "string" && /[\\/]hook\.[cm]js$/.test(file)) return option === "--project";
  // Its place depends on what starts it: nothing, node, or a shell that first looks whether the daemon lives.
  const words = [command, ...args];
  const at = words.indexOf("daemon");
  const program = words[at - 1];
  if (words[at + 1] !== "--ensure" || typeof program !== "string") return false;
  return /[\\/](?:cli[\\/]main\.(?:js|ts)|bin[\\/]sallyport)$/.test(program);
}

/** The text with every hook token in it hidden, for terminals and reports. */
export function hideTokens(text: string): string {
  return text.replace(
    new RegExp(`(Bearer |${TELEMETRY_HEADER}=)[A-Za-z0-9_-]{16,}`, "g"),
    `$1${HIDDEN_TOKEN}`,
  );
}

/** Stands for the token wherever it must not be: in terminals, reports and the register. */
export const HIDDEN_TOKEN = "<hidden>";

/** Whether a list of proxy exceptions holds every host of another; `*` excepts all hosts. */
export function exceptsAll(value: string, hosts: string): boolean {
  const excepted = commaList(value);
  return excepted.includes("*") || commaList(hosts).every((host) => excepted.includes(host));
}
