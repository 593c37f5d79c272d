// What lint can find in settings: each check with how bad it is and the items of the requirements that ask for it.

/** `error`: it does not do what it says, or undoes a protection. `warning`: it does less or more than people think. */
export type Severity = "error" | "warning" | "note";

type Check = {
  readonly severity: Severity;
  /** Items of the requirements. */
  readonly items: readonly string[];
  readonly title: string;
};

const check = (severity: Severity, items: string, title: string): Check => ({
  severity,
  items: items.split(" ").filter((item) => item !== ""),
  title,
});

/** Every check by its id. */
export const CHECKS = {
  "file/empty": check(
    "error",
    "X.66",
    "a file without a byte: in managed settings it is no policy, silently",
  ),
  "file/too-large": check("error", "", "a file that is larger than the client reads"),
  "file/unreadable": check("error", "X.66", "a file that cannot be read"),
  "file/link": check("warning", "", "a file that is a link: what it holds is decided elsewhere"),
  "file/dead-place": check("error", "X.9 X.12", "a file at a place where the client does not look"),
  "file/not-committed": check(
    "warning",
    "M7.15",
    "rules of a repository that are not committed: they hold for one person",
  ),
  "json/syntax": check("error", "X.66", "text that is not JSON: the client ignores the whole file"),
  "json/comment": check("error", "X.66", "a comment: the client ignores the whole file"),
  "json/trailing-comma": check(
    "error",
    "X.66",
    "a comma at the end: the client ignores the whole file",
  ),
  "json/repeated-key": check(
    "error",
    "",
    "a key that appears twice: the client takes the last one",
  ),
  "json/not-an-object": check("error", "X.66", "settings that are no object"),

  "key/invented": check(
    "error",
    "M15.11 M15.12 X.10 X.28 X.33 X.36 X.44",
    "a key that does not exist",
  ),
  "key/misplaced": check("error", "M15.12 X.6 X.70", "a real key at a place where it does nothing"),
  "key/unknown": check("warning", "M15.11", "a key that is newer than the catalogue, or misspelt"),
  "key/wrong-layer": check("error", "M7.13", "a key that does nothing in this file"),
  "key/unknown-to-old-clients": check(
    "note",
    "X.2",
    "a managed restriction that an older client ignores",
  ),
  "value/wrong-type": check("error", "X.66 X.5", "a value that the key cannot take"),
  "value/dropped": check("warning", "X.66", "a value that the client drops"),

  "rule/not-text": check("error", "M15.11", "an entry that is no rule"),
  "rule/malformed": check("error", "M15.11", "a rule that the client drops"),
  "rule/unknown-tool": check("error", "M15.11", "a rule about a tool that does not exist"),
  "rule/old-name": check("note", "M15.11", "a rule that names a tool by an old name"),
  "rule/wildcard-tool": check("error", "M15.2 M15.11 X.30", "a rule that names all tools"),
  "rule/mcp-brackets": check("error", "M15.11", "a rule about an MCP tool with brackets"),
  "rule/path-of-wrong-tool": check(
    "error",
    "X.7 M15.11",
    "a path in a rule of a tool that takes none",
  ),
  "rule/absolute-path": check(
    "error",
    "X.71",
    "a path with one slash: it does not begin at the root of the disk",
  ),
  "rule/negation": check("error", "X.71", "a path with an exclamation mark: it matches nothing"),
  "rule/path-prefix": check("error", "M15.11", "a path with `:*`"),
  "rule/field-name": check("error", "M15.11", "a field of the call before what it holds"),
  "rule/spaces": check("error", "M15.11", "spaces that make a rule match nothing"),
  "rule/project-only": check("warning", "X.71", "a pattern that does not reach the home directory"),
  "rule/takes-example-too": check("note", "X.20", "a deny that takes `.env.example` too"),
  "rule/bash-reads": check("note", "X.50", "a read rule that commands get around"),
  "rule/url": check("error", "X.34 M15.11", "an address in a rule of WebFetch"),
  "rule/no-domain": check("error", "X.34 M15.11", "a WebFetch rule without `domain:`"),
  "rule/no-sub-domains": check("warning", "X.71", "a domain that leaves out what is below it"),
  "rule/search-wildcard": check("error", "M15.11", "a wildcard in a rule of WebSearch"),
  "rule/prefix-misplaced": check(
    "error",
    "M15.11",
    "`:*` that is not at the end, or after nothing",
  ),
  "rule/star-before-prefix": check("error", "M15.11", "a star before `:*`: it stands for itself"),
  "rule/alternation": check("error", "X.15 M15.11", "a bar that is no alternative"),
  "rule/regular-expression": check("error", "M15.11", "a regular expression"),
  "rule/compound": check("error", "M1.35", "an allow of several commands at once"),
  "rule/compound-line": check("warning", "X.54", "a deny of a line of several commands"),
  "rule/exact-deny": check("warning", "M2.21", "a deny of one exact text"),
  "rule/option-order": check(
    "warning",
    "X.16 M2.10",
    "a deny that another order of options gets around",
  ),
  "rule/by-name": check("note", "X.16", "a program that others stand in for"),

  "allow/runs-anything": check("error", "M15.9 X.14", "an allow by which anything can be run"),
  "allow/runs-project-code": check(
    "warning",
    "M15.9 X.14",
    "an allow by which code of the project runs",
  ),
  "allow/any-option": check("note", "X.14", "an allow that takes every option of a command"),
  "allow/reads-files": check(
    "warning",
    "X.14",
    "an allow by which files are read, secrets among them",
  ),
  "allow/leading-wildcard": check("error", "X.19 M2.25", "an allow that begins with a wildcard"),
  "allow/inner-wildcard": check("warning", "X.19", "an allow with a wildcard among options"),
  "allow/privileged": check(
    "warning",
    "M1.12 X.53 X.54",
    "an allow of what should be asked about or denied",
  ),
  "allow/secret": check("error", "M1.12", "an allow of a place where secrets are"),
  "allow/unscoped-write": check(
    "warning",
    "X.52",
    "writing everywhere is allowed and no secret is denied",
  ),
  "allow/unscoped-fetch": check("warning", "M1.12", "every address is allowed"),
  "deny/half-of-writing": check(
    "warning",
    "X.8 X.51",
    "one tool that writes is denied and another is not",
  ),
  "ask/harmless": check("note", "M1.12", "a question about what does no harm"),
  "shadow/deny": check("warning", "M1.4 X.34 X.63", "a rule that a deny makes idle"),
  "shadow/ask": check("warning", "X.49", "an allow that a question makes idle"),
  "shadow/wider": check("note", "M1.12", "a rule that a wider one of the same list holds already"),

  "mode/bypass": check("error", "M1.11 M15.2", "bypassPermissions as the default mode"),
  "mode/none": check("note", "X.80", "managed settings that name no mode"),

  "hook/voids-file": check(
    "error",
    "X.66 X.55",
    "a hook that cannot be loaded and voids the whole file",
  ),
  "hook/dropped": check("error", "X.66 X.55", "a hook that cannot be loaded"),
  "hook/unknown-event": check(
    "warning",
    "M15.11",
    "hooks of an event that is newer than the catalogue, or misspelt",
  ),
  "hook/matcher": check("error", "X.61", "a matcher that never fits"),
  "hook/matcher-is-rule": check("error", "X.61", "a matcher that is written as a rule"),
  "hook/partial-matcher": check("note", "X.61", "a guard that does not see every tool"),
  "hook/if": check("warning", "X.61", "a guard that is called for some calls only"),
  "hook/async-guard": check("error", "X.73 M3.8", "a guard that is not waited for"),
  "hook/fails-open": check("warning", "X.1 X.2 M3.44", "a guard whose failure lets the call run"),
  "hook/exit-code": check("error", "X.1", "a hook that means to block by exit 1"),
  "hook/legacy-answer": check("error", "X.56", "a hook that answers in a form that does not block"),
  "hook/no-input": check(
    "error",
    "X.3 X.27 M15.10",
    "a hook that reads variables that do not exist",
  ),
  "hook/shell-in-args": check("error", "X.60", "shell syntax where no shell runs"),
  "hook/only-after": check("warning", "X.26 M3.7", "an audit that sees no refused call"),
  "hook/log-in-reach": check("warning", "X.24", "a record that the agent can write"),
  "hook/no-change-guard": check(
    "note",
    "X.68",
    "hooks in a file that the agent may rewrite while it runs",
  ),
  "hook/repository": check("note", "M3.28 X.76", "hooks that the repository decides"),
  "hook/old-clients": check("warning", "X.2", "`onFailure` without a version that knows it"),
  "hook/proxy": check("warning", "X.74", "a managed http hook that a proxy may answer"),
  "hook/node-options": check("warning", "X.75", "a managed command hook that NODE_OPTIONS undoes"),

  "variable/redirects": check(
    "error",
    "X.76 X.77",
    "a variable by which the repository runs code or moves traffic",
  ),
  "variable/no-effect": check("warning", "X.38 X.27", "a variable that the client does not read"),
  "variable/content": check("warning", "X.39", "telemetry that holds content"),
  "variable/secret": check("error", "M15.2 M4.31", "a secret in a settings file"),
  "key/repository-runs-code": check(
    "error",
    "X.76",
    "a key by which the repository runs code or moves traffic",
  ),
  "key/pinned-model": check("note", "X.59", "a model by one version"),

  "stack/rules-without-hooks": check(
    "error",
    "X.65 M7.13",
    "managed rules alone, while others' hooks may answer allow",
  ),
  "stack/dropped-denies": check("error", "X.65", "denies that managed settings drop"),
  "stack/open-mcp-list": check(
    "error",
    "X.72 M7.13",
    "a managed list of MCP servers that others add to",
  ),
  "stack/mcp-by-name": check("warning", "X.31 M8.2", "an MCP server that is known by its name"),
  "stack/sandbox-optional": check(
    "error",
    "X.33 X.69",
    "a sandbox without which the client runs too",
  ),
  "stack/no-managed-settings": check(
    "warning",
    "M7.11",
    "a machine with a managed policy whose client has no managed settings",
  ),

  "policy/review-due": check("warning", "M1.39", "a policy file whose review is overdue"),
  "policy/no-review": check("note", "M1.39", "a policy file that names no owner or no review"),
} as const satisfies Readonly<Record<string, Check>>;

/** Id of a check. */
export type CheckId = keyof typeof CHECKS;
