// Effects in words for people: what a call would do, without jargon.
import type { Destination, Effect, WriteMode } from "../vocabulary/effect.ts";
import { engineInWords, engineStakes } from "./engine-words.ts";
import { copiedInWords, lossInWords } from "./loss-in-words.ts";
import { describeTarget } from "./paths/targets.ts";

const WRITES: Readonly<Record<WriteMode, string>> = {
  create: "writes",
  append: "appends to",
  change: "changes",
  tracked: "lets version control change",
  cache: "keeps a cache in",
};

const HISTORY: Readonly<Record<Extract<Effect, { kind: "history" }>["operation"], string>> = {
  "force-push": "replaces commits",
  "force-push-with-lease": "replaces commits that were seen here before",
  "delete-ref": "deletes a branch or tag",
  reset: "moves the branch and drops what is not committed",
  discard: "drops changes that are not committed",
  rewrite: "rewrites commits",
  amend: "makes commits anew, of which the reflog keeps those before",
  prune: "deletes commits that nothing leads to any more",
};

/** One effect as a short clause: "reads `/p/.env`". */
export function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case "read":
      return `reads ${describeTarget(effect.target)}`;
    case "write":
      if (effect.worktree === true)
        return `makes a further working tree in ${describeTarget(effect.target)}`;
      if (effect.worktree === "moved")
        return `moves the working tree in ${describeTarget(effect.target)}`;
      if (effect.worktree !== undefined)
        return `takes away the working tree in ${describeTarget(effect.target)}`;
      return `${WRITES[effect.mode]} ${describeTarget(effect.target)}`;
    case "delete":
      return `deletes ${describeTarget(effect.target)}`;
    case "egress":
      return describeEgress(effect);
    case "execute":
      return describeExecution(effect);
    case "history":
      return `${historyInWords(effect)}${effect.remote === undefined ? "" : ` on \`${effect.remote}\``}`;
    case "publish":
      return `${publication(effect)}${effect.refs === undefined ? "" : ` (${effect.refs.map((ref) => `\`${ref}\``).join(", ")})`}`;
    case "deploy":
      return `acts on ${effect.system}: ${effect.operation === "" ? "what it does there is not named" : effect.operation}`;
    case "install":
      if (effect.locked !== undefined)
        return `installs with ${effect.manager} what a lock file names`;
      if (effect.declared !== undefined)
        return `installs with ${effect.manager} what files of the project name`;
      return `installs ${effect.packages.filter((name) => name !== "").join(", ") || "packages"} with ${effect.manager}`;
    case "privilege":
      return `gains rights through ${effect.means}`;
    case "persist":
      return `makes something start by itself later (${effect.means})${effect.target === undefined ? "" : `: ${describeTarget(effect.target)}`}`;
    case "tamper":
      return `touches a control of the session (${effect.control})${effect.target === undefined ? "" : `: ${describeTarget(effect.target)}`}`;
    case "unknown":
      return `does something that cannot be told: ${effect.detail}`;
    default:
      return effect satisfies never;
  }
}

function historyInWords({ operation, lost }: Extract<Effect, { kind: "history" }>): string {
  const loss = lost === undefined ? undefined : lossInWords(lost, LOST_MAX);
  const copied = lost === undefined ? undefined : copiedInWords(lost, LOST_MAX);
  return `${HISTORY[operation]}${loss === undefined ? "" : `: ${loss} would be lost`}${copied === undefined ? "" : `: ${copied}`}`;
}

/** Names that are listed where there is room for all of a question. */
const LOST_MAX = 10;

/** WHY a path apart: nobody is contacted there. */
function describeEgress(effect: Extract<Effect, { kind: "egress" }>): string {
  const { path } = effect.destination;
  const cargo = describeCargo(effect);
  if (path === undefined) return `contacts ${describeDestination(effect.destination)}${cargo}`;
  return `${cargo === "" ? "writes" : cargo.replace(", sending", "sends")} to the path \`${path}\``;
}

/** What leaves with an egress: words of the call itself are there for everybody to see. */
function describeCargo({ carries, destination }: Extract<Effect, { kind: "egress" }>): string {
  const clauses = carries.flatMap((source): string[] => {
    switch (source.kind) {
      case "file":
        return [
          `what ${describeTarget(source.target)} holds${source.isView === true ? " with made-up values in place of secret ones" : ""}`,
        ];
      case "network":
        // A host gets back what it sent in any conversation.
        if (source.destination.host === destination.host) return [];
        return [`what ${describeDestination(source.destination)} sent`];
      case "repository":
        return ["content of the repository"];
      case "environment":
        return ["the whole environment"];
      case "variable":
        return ["a secret variable"];
      case "processes":
        return ["a list of processes"];
      case "unknown":
        return ["data that is not known"];
      case "argument":
        return [];
      default:
        return source satisfies never;
    }
  });
  const shown = [...new Set(clauses)];
  if (shown.length === 0) return "";
  const more = shown.length > CARGO_MAX ? ` and ${shown.length - CARGO_MAX} more` : "";
  return `, sending ${shown.slice(0, CARGO_MAX).join(", ")}${more}`;
}

/** Sources that are named; a sentence with more is not read. */
const CARGO_MAX = 3;

/** A destination in words. */
export function describeDestination(destination: Destination): string {
  if (destination.host === undefined) {
    if (destination.known === "remote") return "the repository's own remote";
    if (destination.known === "account") return "the service that the person is signed in to";
    return "a host that is not known";
  }
  return `\`${destination.host}${destination.port === undefined ? "" : `:${destination.port}`}\``;
}

function describeExecution(effect: Extract<Effect, { kind: "execute" }>): string {
  const { engine, program } = effect;
  if (engine !== undefined && engineStakes(engine) !== undefined)
    return `${engineInWords(engine)} (\`${program ?? ""}\`)`;
  const what = effect.program === undefined ? "code" : `\`${effect.program}\``;
  const origins = {
    system: "",
    project: " of the project",
    generated: " written earlier in this session",
    download: " that comes from the network",
    inline: " in the command",
    unknown: " of unknown origin",
  } as const;
  return `runs ${what}${origins[effect.origin]}${effect.reach === "unbounded" ? ", which may do anything" : ""}`;
}

function publication({ destination, channel, refs }: Effect & { kind: "publish" }): string {
  if (destination !== undefined) return `publishes to \`${destination}\``;
  // Mail of git names no refs.
  return channel === "git" && refs !== undefined
    ? "pushes to a remote that is not configured"
    : "publishes to an unknown place";
}
