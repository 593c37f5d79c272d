// What an audit saw, collected once: files, settings, hooks, servers, environment, machine. Checks look at nothing else.
import type { ReleaseStanding } from "#govern/settings/client-releases.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import type { LintDocument } from "#govern/settings/lint/document.ts";
import type { StatementState } from "#govern/exceptions/statement.ts";
import type { ScanFinding, Unseen } from "#assure/scan/scan-finding.ts";
import type { Severity } from "./severity.ts";
import type { HookOutcome } from "./hook-outcome.ts";
import type { JsonNode } from "#govern/settings/json-text.ts";
import type { YamlReading } from "./yaml-text.ts";

/** Something that was seen, or why it was not. */
export type Seen<Value> =
  | { readonly kind: "seen"; readonly value: Value }
  | { readonly kind: "unseen"; readonly why: string };

/** Where a file lies. `managed`: the client's managed folder. `system`: elsewhere on the machine, by absolute path. */
export type Place = "repository" | "home" | "managed" | "system";

/** One file that checks may be about. */
export type SeenFile = {
  readonly place: Place;
  /** From the place's root, with `/`; absolute for `system`. */
  readonly path: string;
  /** As people are shown it, such as `~/.claude/settings.json`; not yet printable. */
  readonly shown: string;
  /** Permission bits, in a home directory as far as others get to the file; undefined where nobody told. */
  readonly mode: number | undefined;
  /** Whether git has it as executable, where git follows it: that is what comes with a clone. `mode` says no more than it. */
  readonly isRecordedExecutable?: boolean;
  /** Whom it belongs to, as far as that matters. */
  readonly owner: "us" | "root" | "other" | undefined;
  readonly bytes: number;
  readonly isLink: boolean;
  /** Where a link leads, as it is written. */
  readonly target?: string;
  /** Hex SHA-256 of the content, where it was read whole. */
  readonly sha256: string | undefined;
  /** Undefined where it is no text, too large, or could not be read: `why` says. */
  readonly text: string | undefined;
  readonly why: string | undefined;
};

/** The files of one place that checks may be about: instructions, settings, scripts, workflows and the like. */
export type SeenTree = {
  /** As people are shown the place. */
  readonly shown: string;
  readonly files: ReadonlyMap<string, SeenFile>;
  /** Paths of links to folders of the same place, which are not followed. */
  readonly links?: readonly string[];
  /** All entries that were walked past, of interest or not. */
  readonly entries: number;
  /** Whether everything was walked; if not, `AuditInputs.unseen` says what was left. */
  readonly isWhole: boolean;
};

/** A variable of the environment, without what could be secret. */
export type VariableInput = {
  readonly name: string;
  /** The value of a variable that is known to hold none; user and password of an address are cut out. */
  readonly value: string | undefined;
  /** What the value looks like. */
  readonly form: "empty" | "flag" | "number" | "address" | "path" | "text";
  /** Whether it is an address with a password, which is not in `value`. */
  readonly hasPassword?: boolean;
};

/** A handler of a hook, from settings, a plugin, a skill or an agent. */
export type HookInput = {
  readonly from: "settings" | "plugin" | "skill" | "agent";
  readonly layer: "managed" | "local" | "project" | "user" | "plugin";
  readonly file: SeenFile;
  readonly line: number;
  readonly column: number;
  readonly event: string;
  readonly matcher: string | undefined;
  readonly type: string;
  /** The shell text or program; for other types what is called. */
  readonly command: string;
  readonly args: readonly string[] | undefined;
  /** Scripts that the command names and that were seen. */
  readonly scripts: readonly SeenFile[];
  /** Paths of scripts that the command names and that are not there. */
  readonly missing: readonly string[];
  /** The handler as it is written. */
  readonly node: JsonNode;
};

/** Something that shellcheck says of a script that a hook runs. */
export type ScriptFault = {
  readonly file: SeenFile;
  readonly line: number;
  readonly column: number;
  /** Its number, as in `SC2086`. */
  readonly code: number;
  readonly message: string;
};

/** A harmful act of a script, at its line from 1. */
export type ScriptAct = {
  readonly file: SeenFile;
  readonly line: number;
  readonly message: string;
  /** Milder than the check where people may have meant it. */
  readonly severity?: Severity;
};

/** What a hook did when it was run in a jail, by what it was fed. */
export type HookTrial = {
  readonly hook: HookInput;
  /** Why nothing can be said of it, where it was not run or does not work there. */
  readonly why: string | undefined;
  /** How it fails by itself on a call that no guard refuses, in words. */
  readonly failure?: string;
  readonly tries: readonly {
    readonly fed: string;
    /** `named`: a call that its text names; `broken`: input that is no call; `lacking`: a call, where a program is missing that the hook uses. */
    readonly kind: "call" | "named" | "broken" | "lacking";
    readonly outcome: HookOutcome;
  }[];
};

/** A server of the Model Context Protocol that some file declares. */
export type ServerInput = {
  readonly from: "project" | "user" | "managed" | "plugin";
  readonly file: SeenFile;
  readonly line: number;
  readonly column: number;
  readonly name: string;
  readonly type: string;
  readonly command: string | undefined;
  readonly args: readonly string[];
  /** Address without user, password and query. */
  readonly url: string | undefined;
  /** Names of the variables and headers that it gets. */
  readonly env: readonly string[];
  readonly headers: readonly string[];
  readonly node: JsonNode;
};

/** How git stands here. */
export type GitInput = {
  readonly isRepository: boolean;
  /** Whether git follows a path; undefined where nobody asked. */
  readonly tracked: (path: string) => boolean | undefined;
  /** A file with the mode that git has for it, where that says more than the disk's. */
  readonly recorded?: (file: SeenFile) => SeenFile;
  /** Whether git keeps the client's local settings file out, by whichever ignore file; undefined where nobody asked. */
  readonly ignoresLocalSettings?: boolean;
  /** Scripts that git runs, where they lie. */
  readonly hooks: readonly SeenFile[];
  /** Host of the remote `origin`; never its user. */
  readonly remoteHost: string | undefined;
  /** The account or group that it belongs to there. */
  readonly remoteOwner?: string | undefined;
};

/** How the client logs in, from what it keeps of it. */
export type LoginInput = {
  readonly kind: "subscription" | "console" | "api-key" | "bedrock" | "vertex" | "foundry" | "none";
  readonly hasOrganization: boolean;
  /** The plan by the client's own word, such as `claude_enterprise`. */
  readonly plan: string | undefined;
};

/** The machine and the account. */
export type MachineInput = {
  readonly platform: Seen<"linux" | "macos" | "windows">;
  readonly isAdministrator: Seen<boolean>;
  readonly isContainer: Seen<boolean>;
  readonly isCi: Seen<boolean>;
  /** Version of the client that is installed; null where there is none. */
  readonly clientVersion: Seen<string | null>;
  /** Which of the programs that the sandbox needs are on the path: `bwrap`, `socat`. */
  readonly sandboxPrograms?: Seen<readonly string[]>;
  readonly diskEncryption: Seen<{
    readonly state: "encrypted" | "not-encrypted" | "memory" | "unknown";
    readonly by: string;
  }>;
  readonly login: Seen<LoginInput>;
  /** How wide the directory is that was audited: a whole home or disk is broad (M1.44). */
  readonly start: Seen<"root" | "home" | "broad" | "scoped">;
};

/** This guard, its record and where that goes. */
export type GuardInput = {
  readonly isInstalled: boolean;
  /** Whether the audited directory is guarded. */
  readonly isGuarded: boolean;
  readonly isDaemonRunning: boolean;
  readonly policy: string | undefined;
  readonly logDirectory: string | undefined;
  /** The guard's own directory where only its owner may write, so that nobody puts a program there. */
  readonly ownDirectory?: string | undefined;
  readonly isLogInRepository: boolean;
  /** Whether others than its owner can read or write the log. */
  readonly isLogOpen: boolean;
  readonly exportTargets: number;
  readonly hasManagedPolicy: boolean;
  /** Days since the last event, where there is one. */
  readonly lastEventDays: number | undefined;
};

/** What a person stated: waivers, attestations and objections to them, by the record of exceptions. */
export type StatementInput = {
  readonly id: string;
  readonly kind: "waiver" | "attestation" | "objection";
  readonly about: string;
  readonly owner: string;
  /** `YYYY-MM-DD`. */
  readonly until: string;
  readonly state: StatementState;
  /** Whether it speaks of the audited directory. */
  readonly isHere: boolean;
};

/** Code that a plugin or skill brings into the client itself. */
export type ModInput = {
  readonly name: string;
  /** Who brought it. */
  readonly origin: "project" | "home" | "plugin" | "session";
  /** The file that declares it, as people are shown it. */
  readonly file: string;
  /** Hex SHA-256. */
  readonly digest: string;
  /** Whether a session that starts in the audited directory loads it. */
  readonly isLoaded: boolean;
  /** Whether a person agreed to it as it is. */
  readonly isAgreed: boolean;
  /** Whether git follows it, so that everybody gets it. */
  readonly isTracked: boolean;
};

/** Rules that decided nothing within some days, among those that were asked about. */
export type IdleRules = {
  readonly days: number;
  /** How many rules were asked about: the rest is not to be called idle. */
  readonly asked: number;
  readonly rules: readonly string[];
};

/** What a scan read of a repository: every text that git follows. `commit`: the one that is checked out, where there is one. */
export type ScannedTree = {
  readonly files: number;
  readonly bytes: number;
  readonly commit: string | undefined;
  /** Findings that an annotation or a baseline accepts. */
  readonly accepted: number;
};

/** Everything that an audit saw. */
export type AuditInputs = {
  readonly nowMs: number;
  readonly repository: SeenTree;
  readonly home: SeenTree;
  readonly managed: SeenTree;
  readonly system: SeenTree;
  /** Settings in force that could be parsed, the highest layer first. Their `file` is the `shown` of a SeenFile. */
  readonly settings: readonly LintDocument[];
  /** Settings files that are there, parsed or not. */
  readonly settingsFiles: readonly SeenFile[];
  /** How the installed client stands to those that this program was proven with; undefined where its version is not known. */
  readonly clientRelease: ReleaseStanding | undefined;
  /** Whether the installed client takes no variable of this name from a repository's settings. */
  readonly isIgnoredVariable: (name: string) => boolean;
  /** What lint says of them. */
  readonly lint: readonly LintFinding[];
  readonly hooks: readonly HookInput[];
  /** Without it nobody ran shellcheck. */
  readonly scriptFaults?: Seen<readonly ScriptFault[]>;
  /** Harmful acts of scripts that no hook starts and of code in texts for the model. Without it nobody judged them. */
  readonly scriptActs?: Seen<readonly ScriptAct[]>;
  /** Without it no hook was run. */
  readonly hookTrials?: Seen<readonly HookTrial[]>;
  readonly servers: readonly ServerInput[];
  readonly environment: Seen<ReadonlyMap<string, VariableInput>>;
  readonly machine: MachineInput;
  readonly git: Seen<GitInput>;
  readonly guard: Seen<GuardInput>;
  readonly secrets: Seen<readonly ScanFinding[]>;
  /** What `secrets` is of, where all of the repository was read; without it, of files that checks are about. */
  readonly scanned?: ScannedTree;
  readonly statements: Seen<readonly StatementInput[]>;
  /** Mods of the project, the home and plugins. Without it nobody looked. */
  readonly mods?: Seen<readonly ModInput[]>;
  /** Rules of the chosen policy that decided nothing for long. Without it nobody asked the record. */
  readonly idleRules?: Seen<IdleRules>;
  /** A checklist was asked for: what its items want needs no other cause. */
  readonly isAskedFor?: boolean;
  /** Projects inside the audited directory that have settings of their own: what is seen where a session starts there. */
  readonly below?: readonly AuditInputs[];
  /** Files in the form of what the client reads, where it reads nothing; they are not among the repository's. */
  readonly fixtures?: readonly SeenFile[];
  /** What could not be looked at. */
  readonly unseen: readonly Unseen[];
  /** Whether git would ignore a path of the repository, by its `.gitignore` files. */
  readonly isIgnored: (path: string) => boolean;
  /** A file as JSON with places; undefined where it is none. Read once. */
  readonly json: (file: SeenFile) => JsonNode | undefined;
  /** A file as YAML with places. Read once. */
  readonly yaml: (file: SeenFile) => YamlReading;
};

/** Files of a tree whose path matches, in the order of their paths. */
export function filesMatching(tree: SeenTree, pattern: RegExp): readonly SeenFile[] {
  return [...tree.files.values()]
    .filter(({ path }) => pattern.test(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
