// The fields of a filter by name: what each holds, in the words of the reference page that is made of this table.
import { CLIENT_MODES } from "#guard/facts/facts.ts";
import { EVENT_KINDS } from "../event/event.ts";
import type { NameKind } from "../event/readable-part.ts";
import type { MarkField, NumberField, WordField } from "./indexed-event.ts";

/** How a field is compared. `name` is a name in the sealed, readable part of an event, `text` the words of a call. */
export type FieldKind =
  | { readonly kind: "word"; readonly field: WordField }
  | { readonly kind: "mark"; readonly field: MarkField }
  | { readonly kind: "number"; readonly field: NumberField | "index" }
  | { readonly kind: "flag"; readonly field: "enforced" | "canary" }
  | { readonly kind: "name"; readonly of: NameKind }
  | { readonly kind: "time" | "id" | "text" | "scope" };

/** One field: its name, how it is compared, and what it holds. */
export type FilterField = {
  readonly name: string;
  readonly is: FieldKind;
  readonly holds: string;
  readonly example: string;
  /** All that it can be, where that is a short list of our own. */
  readonly values?: readonly string[];
};

const word = (
  name: WordField,
  holds: string,
  example: string,
  values: readonly string[] = [],
): FilterField => ({
  name,
  is: { kind: "word", field: name },
  holds,
  example,
  ...(values.length === 0 ? {} : { values }),
});
const mark = (name: MarkField, holds: string, example: string): FilterField => ({
  name,
  is: { kind: "mark", field: name },
  holds,
  example,
});

const name = (named: string, of: NameKind, holds: string, example: string): FilterField => ({
  name: named,
  is: { kind: "name", of },
  holds,
  example,
});

/** Every field, in the order of the page. */
export const FILTER_FIELDS: readonly FilterField[] = [
  word(
    "kind",
    "kind of event: decision, result, batch, session, hook, policy, ...",
    "kind:result",
    EVENT_KINDS,
  ),
  word("verdict", "how a call was judged: deny, ask, abstain or allow", "verdict:deny,ask", [
    ...["deny", "ask", "abstain", "allow"],
  ]),
  word(
    "tool",
    "the tool of a call; `mcp` is any tool of a server, `other` one not known",
    "tool:Bash",
  ),
  mark(
    "rule",
    "a rule that spoke, also by its name without the policy's; `*` at the end takes all that begin so",
    "rule:secrets/read",
  ),
  mark(
    "effect",
    "kind of effect, alone or with its class: read, egress/other, unknown/dynamic-code",
    "effect:delete/home",
  ),
  {
    name: "scope",
    is: { kind: "scope" },
    holds:
      "where a read, write, deletion or sending goes: project, home, system, temp, own, other, unresolved",
    example: "scope:home",
    values: ["project", "home", "system", "temp", "own", "other", "unresolved"],
  },
  mark(
    "program",
    "a program that the command runs, also within another; `*` at the end finds only programs that a model knows",
    "program:git",
  ),
  {
    name: "text",
    is: { kind: "text" },
    holds:
      "words of the call as it was given, or of the normalised command, its subcommands and long options too; quoted, they stand one after the other. A word alone is short for it",
    example: 'text:"git push --force"',
  },
  name("host", "hosts", "a host that the call contacts, with those below it", "host:github.com"),
  name(
    "path",
    "reads",
    "a file or folder that the call is about: parts that follow one another, from the project's root, `~` or `/`",
    "path:src/app.ts",
  ),
  name("branch", "branches", "a branch or tag that would be changed", "branch:main"),
  name("remote", "remotes", "a remote, as the call names it", "remote:origin"),
  name(
    "package",
    "packages",
    "a package that would be installed, without its version",
    "package:left-pad",
  ),
  name("mcp", "servers", "a server whose tool was called", "mcp:tracker"),
  word(
    "session",
    "a session, by the client's id or by its pseudonym",
    "session:5f0c2f7e-0000-4000-8000-000000000000",
  ),
  word("agent", "a sub-agent, by the client's id or by its pseudonym", "agent:*"),
  word("call", "a call, by the client's tool use id or by its pseudonym", "call:toolu_01"),
  word("user", "whose call it is, by name", "user:ada"),
  word(
    "class",
    "class of a call: read-only, local-compute, dependency, external, unclear",
    "class:external",
    ["read-only", "local-compute", "dependency", "external", "unclear"],
  ),
  word("mode", "permission mode of the session", "mode:bypassPermissions", CLIENT_MODES),
  word(
    "policy",
    "id of the policy that decided, or of an exception or deployment",
    "policy:builtin/team",
  ),
  word("layer", "layer of that policy", "layer:managed"),
  word(
    "outcome",
    "how a call or a change ended: success, failure, blocked, passed, or a failure's answer",
    "outcome:failure",
  ),
  word(
    "what",
    "which event of its kind: a hook event's name, start or end, changed or broken, a cause",
    "what:UserPromptSubmit",
  ),
  word("code", "code or reason of a failure or of a blocked change", "code:shell-snapshot"),
  word("submitter", "who handed the event in: hook, operator, daemon, cli", "submitter:hook"),
  mark("detector", "a detector that found something", "detector:aws-access-key"),
  mark("content", "family and tier of what was found", "content:secret-high"),
  mark("doubt", "what speaks against the event: unproven, replayed, other-project", "doubt:*"),
  mark("exception", "an exception that the decision rests on", "exception:*"),
  mark("chain", "a chain of calls that the call ends", "chain:secret-leaves"),
  mark(
    "prompt",
    "whether the decision spared a question that the client alone would have asked, added one, or left it to the client: spared, added, left",
    "prompt:spared",
  ),
  {
    name: "enforced",
    is: { kind: "flag", field: "enforced" },
    holds:
      "false for a verdict that was not enforced, because the guard was switched off or only observes",
    example: "enforced:false",
    values: ["true", "false"],
  },
  {
    name: "canary",
    is: { kind: "flag", field: "canary" },
    holds: "true for our own probes",
    example: "canary:false",
    values: ["true", "false"],
  },
  {
    name: "duration",
    is: { kind: "number", field: "duration" },
    holds: "milliseconds that judging or the call took",
    example: "duration>=100",
  },
  {
    name: "size",
    is: { kind: "number", field: "size" },
    holds: "characters given to the tool, or of its answer",
    example: "size:1000..5000",
  },
  {
    name: "findings",
    is: { kind: "number", field: "findings" },
    holds: "how much was found in what the call sends or in its answer",
    example: "findings>0",
  },
  {
    name: "time",
    is: { kind: "time" },
    holds:
      "a day, a time, a range, or so long ago: `24h`, `7d`; in UTC unless an offset stands there",
    example: "time:2026-03-01..2026-03-08",
  },
  {
    name: "index",
    is: { kind: "number", field: "index" },
    holds: "place in the log, from 0",
    example: "index>=1000",
  },
  {
    name: "id",
    is: { kind: "id" },
    holds: "id of the event",
    example: "id:01997a10-0000-7000-8000-000000000000",
  },
];

/** The beginnings of terms, for completion: `verdict:`, and `verdict:deny` where the values are a list of ours. */
export function termBeginnings(): readonly string[] {
  return FILTER_FIELDS.flatMap(({ name, values = [] }) => [
    `${name}:`,
    ...values.map((value) => `${name}:${value}`),
  ]);
}

const BY_NAME: ReadonlyMap<string, FilterField> = new Map(
  FILTER_FIELDS.map((field) => [field.name, field]),
);

/** The field of a name. */
export function fieldNamed(name: string): FilterField | undefined {
  return BY_NAME.get(name);
}
