// What the client's own permission decision depends on: settings by layer, mode, trust, places. Values only, no disk.
import type { Json } from "../toolcall/tool-call.ts";

/** The client's permission modes. */
export type NativeMode =
  | "default"
  | "acceptEdits"
  | "plan"
  | "auto"
  | "dontAsk"
  | "bypassPermissions";

/** Where settings come from. `flag` is `--settings`, `--allowedTools`, `--disallowedTools` and `--add-dir`. */
export type NativeSource = "managed" | "flag" | "local" | "project" | "user";

/** The list that a rule stands in. */
export type RuleList = "deny" | "ask" | "allow";

/** The keys of a settings file that the client's decision depends on; others do not change it. */
export type NativeSettings = {
  readonly permissions?: {
    readonly allow?: readonly string[];
    readonly ask?: readonly string[];
    readonly deny?: readonly string[];
    readonly defaultMode?: string;
    readonly additionalDirectories?: readonly string[];
    readonly disableBypassPermissionsMode?: string;
  };
  /** Counts in managed settings only. */
  readonly allowManagedPermissionRulesOnly?: boolean;
};

/** One settings file. */
export type NativeLayer = {
  readonly source: NativeSource;
  /** As it is to be named to people. */
  readonly file: string;
  /** Absolute: where a pattern of this file begins that starts with one slash. */
  readonly root: string;
  readonly settings: NativeSettings;
};

/**
 * All that holds for a session. `mode` is `--permission-mode`, undefined where the flag was not given. Directories are
 * absolute, with links resolved. Managed drop-ins are layers of their own, in the order of their names.
 */
export type NativeStack = {
  readonly layers: readonly NativeLayer[];
  readonly mode: NativeMode | undefined;
  readonly isTrusted: boolean;
  readonly project: string;
  readonly home: string;
};

/** One call as the client gets it from the model. `cwd` is where the session's shell stands. */
export type NativeCall = {
  readonly tool: string;
  readonly input: { readonly [key: string]: Json };
  readonly cwd: string;
  /**
   * A Bash call of the session has run before. Until then the client asks about every command that sets a variable, since
   * it has not seen the shell; false where it is not known.
   */
  readonly hasRunShell?: boolean;
};

/** What of the disk the client looks at. `realPath` follows links; undefined where there is nothing to follow. */
export type NativeDisk = { readonly realPath: (path: string) => string | undefined };

/** A rule with the file it stands in. */
export type NativeRule = {
  readonly list: RuleList;
  readonly text: string;
  readonly source: NativeSource;
  readonly file: string;
};

/**
 * What the client would do. INVARIANT: never milder than the client (deny > ask > allow); `npm run simulator` holds it
 * against the client. `rule` is undefined where none decided: the mode, or what the client takes for harmless.
 */
export type NativeAnswer = {
  readonly verdict: RuleList;
  readonly rule: NativeRule | undefined;
  readonly why: string;
  /** It asks or refuses because of what the call does to a place, whatever a rule allows. */
  readonly isProtection?: true;
};
