// What a sandbox holds of a policy: for each rule that restricts, what code inside could still do that the rule speaks of (decision 0042).
import { globsIntersect } from "#base/glob.ts";
import { isWithin, joinPath } from "#base/path.ts";
import { WORLD_WRITABLE } from "../effects/paths/permissions.ts";
import { isLoopback } from "../effects/network/destination.ts";
import type { EffectKind } from "../vocabulary/effect.ts";
import type { ProvenSandbox, SessionFacts } from "../facts/facts.ts";
import type { Condition, Remainder, Rule } from "./policy.ts";
import { isMadeUp } from "./process-files.ts";
import { isOutside, sandboxPatterns } from "./sandbox-patterns.ts";

/** What of a rule the sandbox leaves: nothing, things that a policy may accept by name, or something that none may. */
export type Held = { readonly left: readonly Remainder[]; readonly open: string | undefined };

/** What of a call decides beside the sandbox. `installs`: while it runs the gateway lets registries be read. */
export type HeldCall = {
  readonly session: Pick<SessionFacts, "projectRoot" | "controlPaths">;
  readonly installs: boolean;
};

/** Says what is left of a rule that denies or asks. Where it cannot be told, something is. */
export function heldBy(
  sandbox: ProvenSandbox,
  { when, verdict }: Rule,
  { session, installs }: HeldCall,
): Held {
  const registries = installs ? sandbox.registries : [];
  const asked = { when, verdict, sandbox, session, registries };
  const parts = when.effects.map((effect) => heldOf(effect, asked));
  if (when.commands !== undefined || when.programs !== undefined) parts.push(leaving("programs"));
  return {
    left: [...new Set(parts.flatMap(({ left }) => left))],
    open: parts.find(({ open }) => open !== undefined)?.open,
  };
}

type Asked = Pick<Rule, "when" | "verdict"> & {
  readonly sandbox: ProvenSandbox;
  readonly session: HeldCall["session"];
  /** Hosts of registries that are read while the call runs. */
  readonly registries: readonly string[];
};

const HELD: Held = { left: [], open: undefined };
/** Nobody else's branch is touched without the network. */
const REMOTE_HISTORY: readonly string[] = ["force-push", "force-push-with-lease"];
/** Ways to stay that lead outside of the project, or need a service of the machine. */
const OUTSIDE_MEANS: readonly string[] = [
  ...["shell-startup", "scheduled-task", "service", "remote-login", "container"],
];

function heldOf(effect: EffectKind, asked: Asked): Held {
  const { when } = asked;
  const only = (operations: readonly string[]): boolean =>
    when.operations?.every((operation) => operations.includes(operation)) === true;
  switch (effect) {
    case "read":
      return heldRead(asked);
    case "write":
    case "delete":
      return heldWrite(asked, effect);
    case "egress":
      return heldEgress(asked);
    // The gateway takes nothing but readings: nothing is published or deployed through it.
    case "publish":
    case "deploy":
      return heldNetwork(asked);
    case "install":
      return heldBringing(asked);
    case "execute":
      return when.origins?.includes("download") === true ? heldBringing(asked) : HELD;
    case "history":
      return only(REMOTE_HISTORY)
        ? heldNetwork(asked)
        : { ...leaving("project"), open: heldNetwork(asked).open };
    case "persist":
      return only(OUTSIDE_MEANS) ? heldOutside(asked, ["/**"]) : leaving("project");
    case "tamper":
      return heldControls(asked);
    case "privilege":
      return when.operations?.includes(WORLD_WRITABLE) === false ? HELD : leaving("project");
    case "unknown":
      return HELD;
    default:
      return effect satisfies never;
  }
}

function heldRead({ when, verdict, sandbox }: Asked): Held {
  const { paths, exceptPaths = [] } = when;
  if (paths === undefined) return opening("everything is read there");
  const excepted = new Set(exceptPaths.flatMap(patternsOf));
  const readable = sandbox.allowRead.filter((pattern) => !excepted.has(pattern));
  const left = new Set<Remainder>();
  for (const path of paths) {
    // Of processes it shows its own; in a call's own profile secrets of their environment are not there.
    if (isMadeUp(path)) {
      if (sandbox.perCall !== true) left.add("environment");
      continue;
    }
    const patterns = patternsOf(path);
    const bare = patterns.find((pattern) => !sandbox.denyRead.includes(pattern));
    // WHY: settings of the client hide what is refused, and ask about nothing.
    if (sandbox.perCall !== true && verdict === "ask" && path.startsWith("~/")) {
      left.add("home");
      continue;
    }
    if (sandbox.perCall !== true && (patterns.length === 0 || bare !== undefined))
      return opening(`\`${path}\` is not hidden there`);
    const again = readable.find((one) => patterns.some((pattern) => mayMeet(one, pattern)));
    if (again !== undefined) return opening(`\`${again}\` is readable there`);
    // WHY: a pattern without a place is looked for in the project alone.
    if (!isOutside(path) && !path.startsWith("<project>")) left.add("elsewhere");
  }
  return { left: [...left], open: undefined };
}

/** Whether patterns of the sandbox may mean the same file, or one a directory of it. Relative ones lie in the project. */
function mayMeet(first: string, second: string): boolean {
  const [one, other] = [first, second].map((pattern) =>
    /^[~/]/.test(pattern) ? pattern : `/**/${pattern.replace(/^(?:\.\/|\*\*\/)/, "")}`,
  ) as [string, string];
  const isNear = one.startsWith("~") === other.startsWith("~");
  // The home may be anywhere.
  if (!isNear) return true;
  return (
    globsIntersect(one, other) ||
    globsIntersect(`${one}/**`, other) ||
    globsIntersect(one, `${other}/**`)
  );
}

function heldWrite(asked: Asked, effect: "write" | "delete"): Held {
  const { when, verdict, sandbox, session } = asked;
  const { paths = ["/**"], exceptPaths = [] } = when;
  const outside = heldOutside(asked, paths);
  if (outside.open !== undefined) return outside;
  const isProjectExcepted = exceptPaths.includes("<project>/**");
  const inside = paths.filter((path) =>
    isOutside(path) ? !isProjectExcepted && meetsProject(path, session.projectRoot) : true,
  );
  if (inside.length === 0) return outside;
  const bare = inside
    .flatMap(patternsOf)
    .find((pattern) => !sandbox.denyWrite.includes(pattern) && !isOutside(pattern));
  // What asks is no pattern there, and what a rule says of some ways of writing is none either.
  const isCompiled = verdict === "deny" && effect === "write" && when.operations === undefined;
  if (sandbox.perCall !== true && isCompiled && bare !== undefined)
    return opening(`\`${bare}\` is not protected there`);
  return leaving("project");
}

/** Controls outside of the project are not written; of those inside the settings must name the policies in force. */
function heldControls(asked: Asked): Held {
  const { sandbox, session } = asked;
  const { projectRoot, controlPaths = [] } = session;
  const isProtected = (path: string): boolean =>
    sandbox.denyWrite.some(
      (pattern) =>
        pattern.startsWith("./") && isWithin(joinPath(projectRoot, pattern.slice(2)), path),
    );
  const bare = controlPaths.find((path) => isWithin(projectRoot, path) && !isProtected(path));
  if (sandbox.perCall !== true && bare !== undefined)
    return opening(`\`${bare}\` is not protected there`);
  return { ...leaving("project"), open: heldOutside(asked, ["/**"]).open };
}

/** WHY of paths in the home as well: a project may lie anywhere below it. */
function meetsProject(path: string, project: string): boolean {
  if (path.startsWith("~/")) return true;
  const tree = `${project}/**`;
  return globsIntersect(path, tree) || globsIntersect(path, project);
}

/** What is written outside of the project is what the settings list. */
function heldOutside({ when, sandbox }: Asked, paths: readonly string[]): Held {
  if (!paths.some(isOutside)) return HELD;
  const excepted = new Set((when.exceptPaths ?? []).flatMap(patternsOf));
  const listed = sandbox.allowWrite.find((pattern) => !excepted.has(pattern));
  return listed === undefined ? HELD : opening(`\`${listed}\` is written there`);
}

function heldNetwork({ sandbox: { hosts } }: Asked): Held {
  const [first] = hosts;
  return first === undefined ? HELD : opening(`the host \`${first}\` is reached from there`);
}

/** What others wrote comes through the gateway as well. WHY whatever it is: in an install code may bring more than was named. */
function heldBringing(asked: Asked): Held {
  const { open } = heldNetwork(asked);
  return asked.registries.length === 0 ? { ...HELD, open } : { ...leaving("registries"), open };
}

/** WHY of a registry whatever else a rule asks of a request: a name that is asked for tells something too. */
function heldEgress({ when, sandbox, registries }: Asked): Held {
  const met = sandbox.hosts.find((host) => isMet(host, when));
  if (met !== undefined) return opening(`the host \`${met}\` is reached from there`);
  return registries.some((host) => isMet(host, when)) ? leaving("registries") : HELD;
}

/** Whether a rule may speak of a host that the settings list; `*.name` may be any below it. */
function isMet(host: string, { hosts, exceptHosts = [] }: Condition): boolean {
  const isSome = host.includes("*");
  const is = (pattern: string): boolean =>
    pattern === host ||
    (pattern === "loopback" && isLoopback(host)) ||
    (pattern.startsWith("*.") && host.endsWith(pattern.slice(1)));
  if (!isSome && exceptHosts.some(is)) return false;
  if (isSome || hosts === undefined) return true;
  // Whose remote or account a name is, nobody knows here.
  return hosts.some((pattern) => pattern.startsWith("own-") || is(pattern));
}

/** Patterns of a glob; none where the sandbox has no pattern for it. */
export function patternsOf(glob: string): readonly string[] {
  const found = sandboxPatterns(glob);
  return found.kind === "patterns" ? found.patterns : [];
}

function leaving(...left: readonly Remainder[]): Held {
  return { left, open: undefined };
}

function opening(how: string): Held {
  return { left: [], open: how };
}
