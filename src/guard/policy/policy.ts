// Policy: rules over effects, compiled from declarative packs. The guard sees only this shape, never YAML.
import type { CodeOrigin, DataSource, EffectKind } from "../vocabulary/effect.ts";
import type { ChainKind, PermissionMode } from "../facts/facts.ts";
import type { Approval } from "./approval.ts";
import type { Budget } from "./budget.ts";
import type { Verdict } from "./decision.ts";

/** Where a rule came from. A lower layer can never weaken a higher one. */
export type Layer = "managed" | "user" | "project" | "builtin";

/**
 * When a rule applies to an effect. Every given condition must hold; a list holds when one of its items does.
 * Path patterns are in base/glob.ts syntax: `**` crosses directories; a pattern that does not start with `/`, `~/` or
 * `<project>/` matches at any depth.
 */
export type Condition = {
  readonly effects: readonly EffectKind[];
  readonly paths?: readonly string[];
  readonly exceptPaths?: readonly string[];
  /** Only where the effect names the place itself, not where a whole tree around it is touched. */
  readonly named?: boolean;
  /** Names, `*.name` for sub-domains, or the words `loopback`, `machine-services`, `own-remote`, `own-account` and `own-search`. */
  readonly hosts?: readonly string[];
  readonly exceptHosts?: readonly string[];
  /** Where commits go: a host, `host/path` as globs, or an absolute path of this machine; the scheme and `.git` left out. */
  readonly remotes?: readonly string[];
  readonly exceptRemotes?: readonly string[];
  /** Where packages, images and releases go to or come from, in the same form. Of most installs nobody knows it. */
  readonly registries?: readonly string[];
  readonly exceptRegistries?: readonly string[];
  /** Package managers of an install. */
  readonly managers?: readonly string[];
  /** Systems of a deploy effect. */
  readonly systems?: readonly string[];
  /** Whether an egress carries nothing but words of the call itself: no file, nothing read, nothing unknown. */
  readonly carriesNothing?: boolean;
  /** Whether an egress only asks for what a short https address shows, and tells nothing else. */
  readonly asksOnly?: boolean;
  /** Of what kinds of sources an egress carries something (see `DataSource`). */
  readonly carries?: readonly DataSource["kind"][];
  readonly origins?: readonly CodeOrigin[];
  readonly reach?: "modelled" | "unbounded";
  /**
   * history operation, deploy operation, publish channel, `locked`, `declared` or `unlocked` for an install, unknown reason, privilege or persist means,
   * tamper control, mode of a write, `worktree` for a
   * further working tree that is made anew, or taken away where git keeps all of it, or the word `delete` for a delete.
   */
  readonly operations?: readonly string[];
  readonly refs?: readonly string[];
  /** Whether git itself can give back all that an act in its history takes away; where nobody can tell, it cannot. */
  readonly recoverable?: boolean;
  /** Detectors of which one found something in what the call sends, wherever in it. Never of an allow rule. */
  readonly detectors?: readonly string[];
  /** Programs of an execute effect, for sites; built-in packs do not name programs. */
  readonly programs?: readonly string[];
  /**
   * Command lines, of which one is run however it is written (`commands.ts` says what matches). A rule that restricts then
   * speaks of running such a command, one that allows of what such commands do.
   */
  readonly commands?: readonly CommandPattern[];
  /** Only for calls of these tools of the client; `*` at the end stands for any rest. */
  readonly tools?: readonly string[];
  /**
   * Only for calls of these tools of MCP servers: `server`, or `server/tool`, where `*` stands for any text. An allow rule
   * with it allows the call itself, whose effects nobody knows, and nothing else.
   */
  readonly mcp?: readonly string[];
  readonly exceptMcp?: readonly string[];
  /** Only in these permission modes of the client. */
  readonly modes?: readonly PermissionMode[];
  /** Only while one of these branches is checked out in the session's directory: globs of branch names. */
  readonly branches?: readonly string[];
  /** Only in, or only outside of, a run of continuous integration. */
  readonly ci?: boolean;
  /** Only in sessions that bear one of these labels. */
  readonly labels?: readonly string[];
  /** Only at these times of the machine's clock. */
  readonly hours?: readonly Hours[];
  /** Only for calls that end such a chain of their session, told as `percent` or more. Never of an allow rule. */
  readonly chains?: { readonly kinds: readonly ChainKind[]; readonly percent: number };
};

/**
 * A command line that a rule speaks of. `words`: the program and what must be among its arguments, in order; an option of
 * letters (`-rf`) stands for those letters in any spelling. `any` as program stands for each. `exact`: nothing else may be
 * there.
 */
export type CommandPattern = { readonly words: readonly string[]; readonly exact: boolean };

/** Weekdays from Monday (1) to Sunday (7), and minutes of the day: from `start`, until before `end`. */
export type Hours = {
  readonly days: readonly number[];
  readonly start: number;
  readonly end: number;
};

export type Rule = {
  readonly id: string;
  readonly verdict: Exclude<Verdict, "abstain">;
  readonly when: Condition;
  readonly reason: string;
  readonly instead: string | undefined;
  /** Who answers for it. */
  readonly owner?: string;
  /**
   * The rule gives way to a proven sandbox: one that asks about `execute` or `unknown` asks nothing there, nor does one that
   * asks about `install` where a gateway lets registries be read, or about `read` of processes below `/proc`, and one that
   * allows `unknown` speaks only there. `accepts` is
   * what of the policy's own rules the sandbox need not hold.
   */
  readonly contained?: { readonly accepts: readonly Remainder[] };
  /**
   * The rule gives way where a program loads a file of which the held call is shown a view: what it gets there are other values.
   * Only of a rule that keeps places from being read.
   */
  readonly views?: true;
  /** Its question is asked each time, whatever a person answered before. */
  readonly remembered?: false;
  /** Its question is another person's to answer first. Only of a rule that asks. */
  readonly approval?: Approval;
  /** The policy that it came with, where policies of several layers were put together. */
  readonly from?: RuleSource;
};

/** Kinds of effects for which a sandbox may answer. */
export const CONTAINABLE = [
  "execute",
  "install",
  "read",
  "unknown",
] as const satisfies readonly EffectKind[];

/**
 * What code in a sandbox can still do. `project`: change the files of the project, git's data of it and the scratch directory.
 * `environment`: read the variables that the client hands on. `elsewhere`: read what only its name protects, outside of the
 * project. `home`: read places of the home that a rule only asks about. `programs`: run programs that a rule names. `registries`: read registries of packages through the gateway while an
 * install runs, and run what came.
 */
export const REMAINDERS = [
  "project",
  "environment",
  "elsewhere",
  "home",
  "programs",
  "registries",
] as const;
export type Remainder = (typeof REMAINDERS)[number];

/** Where a rule of a stack came from. */
export type RuleSource = { readonly layer: Layer; readonly policy: string };

/**
 * What must be so wherever a policy is in force. `audit`: each call and its decision is recorded. `prompts-without-…`: a prompt that holds
 * such data is not sent; `outputs-without-…`: they are replaced in what tools answer. `personal` is personal and health data.
 * `record-words`: the record holds stand-ins for the words of a call and no readable text; `record-effects`: not even these.
 */
export const REQUIREMENTS = [
  "audit",
  "prompts-without-secrets",
  "prompts-without-personal",
  "outputs-without-secrets",
  "outputs-without-personal",
  "record-words",
  "record-effects",
] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/**
 * Which commands are held, the strictest first: `every` that runs, those whose code nobody can foresee (`unproven`), or none
 * (`never`).
 */
export const HOLD_MODES = ["every", "unproven", "never"] as const;
export type HoldMode = (typeof HOLD_MODES)[number];

/** A compiled policy: its rules in order, its digest (hex SHA-256 over the canonical compiled form). */
export type Policy = {
  readonly id: string;
  readonly layer: Layer;
  readonly version: string;
  readonly digest: string;
  /** Whether allow rules may answer a prompt in the user's place. */
  readonly automaticApproval: boolean;
  /** Whether layers below may answer prompts by allow rules of their own; they may unless this is false. */
  readonly lowerMayAllow?: boolean;
  /** What must be so wherever it is in force. `audit`: no call runs before its record is on disk. */
  readonly requires?: readonly Requirement[];
  /** What becomes of a call that would be left to the client: a question; without it the client goes its own way. */
  readonly otherwise?: "ask";
  /** Which commands run in a profile that is made for each; every one unless given. */
  readonly hold?: HoldMode;
  /** Ports of this machine that held code reaches, each as `canonicalPort` writes it; none unless given. */
  readonly machinePorts?: readonly string[];
  readonly rules: readonly Rule[];
  /** How sessions are marked by the repository that they work in. */
  readonly sessionLabels?: readonly LabelSource[];
  /** What may be spent; each of them holds, so none of a lower layer raises one of a higher. */
  readonly budgets?: readonly Budget[];
  /** What a managed policy lifts of its own rules for a while. */
  readonly exceptions?: readonly GivenException[];
  /** How far a managed policy is introduced; without it whole. */
  readonly stage?: UnfinishedStage;
};

/** Steps by which a policy is introduced, in order: judged and recorded, then asked instead of refused, then as written. */
export const STAGES = ["observe", "ask", "enforce"] as const;
export type Stage = (typeof STAGES)[number];
/** The steps in which a policy does less than it says. */
export type UnfinishedStage = Exclude<Stage, "enforce">;

/**
 * A label that sessions bear in some repositories: those whose root one of `paths` covers (globs of absolute paths, `~/` for
 * the home), and those of which a remote goes to one of `remotes`, in the form of a condition. `layer`: who says so.
 */
export type LabelSource = {
  readonly label: string;
  readonly paths?: readonly string[];
  readonly remotes?: readonly string[];
  readonly layer: Layer;
};

/** An exception that is written in a managed policy. Times are wall time: from the first, until before the second. */
export type GivenException = PolicyException & {
  readonly layer: "managed";
  readonly fromMs: number;
  readonly untilMs: number;
  /** Calls for which an installation may use it. */
  readonly uses: number;
  /** Real path of the one project in which it counts, or null for all. */
  readonly project: string | null;
  readonly reason: string;
  readonly owner: string;
  readonly approver: string;
};

/**
 * An exception that a person approved: what the named rules would refuse of the effects that `when` certainly covers gets
 * `verdict` in their place. A person's is no part of a policy: it comes and goes while the policy stays.
 */
export type PolicyException = {
  /** Id of the exception. */
  readonly id: string;
  /** Rules as `ruleName` names them. */
  readonly rules: readonly string[];
  readonly when: Condition;
  readonly verdict: "ask" | "allow";
  /** Given where it is a person's lasting yes to questions (`answerId`): then it lifts these, and nothing by `when`. */
  readonly answers?: readonly string[];
  /** The layer that it speaks for: managed rules are lifted by that alone, and all others by a person of this machine. */
  readonly layer?: "managed";
};

/** How reasons name a rule: `<layer>:<policy>/<rule id>`. */
export function ruleName(rule: Rule, policy: Pick<Policy, "id" | "layer">): string {
  const { layer, policy: id } = sourceOf(rule, policy);
  return `${layer}:${id}/${rule.id}`;
}

/** The policy that a rule came with. */
export function sourceOf({ from }: Rule, policy: Pick<Policy, "id" | "layer">): RuleSource {
  return from ?? { layer: policy.layer, policy: policy.id };
}
