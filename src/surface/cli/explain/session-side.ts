// What a call is judged under beside the policy: the labels of its session, and exceptions and statements of people that stand.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { SessionLabel } from "#guard/facts/facts.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import { labelWord } from "#govern/library/label-word.ts";
import { type Statement } from "#govern/exceptions/statement.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { openStatements } from "../../services/exceptions/statements.ts";
import { openExceptions } from "../../services/exceptions/store.ts";
import { sessionLabels } from "../../services/facts/git/session-labels.ts";

/** Options of a command that judges for a session. */
export const sessionOptions = {
  session: {
    type: "string",
    valueHint: "ID",
    description: "Judge as in this session of the client: by the labels that people gave it",
  },
  label: {
    type: "string",
    valueHint: "NAME[,NAME]",
    description: "Judge as if a person had marked the session so",
  },
} as const;

/** The session that is asked about. */
export type AskedSession = {
  readonly session?: string | undefined;
  readonly label?: string | undefined;
};

/** An exception or a statement that stands, as it is shown. Times are wall time. */
export type InForce = {
  readonly id: string;
  readonly kind: "exception" | Statement["kind"];
  /** Rules of an exception; the control, finding or label of a statement. */
  readonly about: string;
  readonly untilMs: number;
  /** How often it may still be used; undefined for what is not used up. */
  readonly left?: number;
};

/** What stands; `trouble` says which list counts for nothing, and why. */
export type InForceList = {
  readonly all: readonly InForce[];
  readonly trouble?: string;
};

/** Names given with `--label`. Throws a Failure `usage` for what no session can bear. */
export function labelsGiven(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  return text.split(",").map((part) => {
    const parsed = v.safeParse(labelWord, part.trim());
    if (parsed.success) return parsed.output;
    const message = `\`--label ${printable(part)}\` is no label: ${parsed.issues[0].message}`;
    throw new Failure("usage", message);
  });
}

/**
 * The labels that a session has under a policy, as the daemon finds them at its first call; undefined where they cannot be told, and
 * then what restricts speaks. Without a session: those of one that nobody marked.
 */
export async function labelsUnder(
  policy: Policy,
  place: { readonly root: string; readonly home: string; readonly data?: string },
  { session, label }: AskedSession,
): Promise<readonly SessionLabel[] | undefined> {
  const directories = directoriesIn(place.data ?? dataDirectory());
  const marked =
    session === undefined ? [] : openStatements(directories).labelsOf(session, Date.now());
  const given = marked === undefined ? undefined : [...marked, ...labelsGiven(label)];
  const { root, home } = place;
  return sessionLabels(policy, { root, home, given, found: new Set() });
}

/** Exceptions that count in a project now, and statements about it, about everything and about the session that is asked about. */
export function standingAt(
  policy: Policy,
  place: { readonly root: string; readonly data?: string },
  asked: AskedSession = {},
): InForceList {
  const lists = [exceptionsAt, statementsAt].map((of): InForceList => {
    try {
      return { all: of(policy, place, asked) };
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      return { all: [], trouble: cause.message };
    }
  });
  const troubles = lists.flatMap(({ trouble }) => trouble ?? []);
  const all = lists.flatMap((list) => list.all);
  return { all, ...(troubles.length === 0 ? {} : { trouble: troubles.join("; ") }) };
}

function exceptionsAt(
  { digest, exceptions = [] }: Policy,
  { root, data }: { readonly root: string; readonly data?: string },
): readonly InForce[] {
  const directories = directoriesIn(data ?? dataDirectory());
  const now = { nowMs: Date.now(), policy: digest, root, given: exceptions };
  const store = openExceptions(directories);
  const approved = store.all(now).map(({ receipt, ...rest }) => ({
    ...rest,
    ...receipt.exception,
    untilMs: receipt.exception.expiresMs,
  }));
  const given = store.given(now).map(({ exception, ...rest }) => ({ ...rest, ...exception }));
  const counting = [...approved, ...given].filter(({ state }) => state === "in-force");
  return counting.map(({ id, rules, untilMs, uses, used }) => {
    return { id, kind: "exception", about: rules.join(", "), untilMs, left: uses - used };
  });
}

function statementsAt(
  _: Policy,
  { root, data }: { readonly root: string; readonly data?: string },
  { session }: AskedSession,
): readonly InForce[] {
  return openStatements(directoriesIn(data ?? dataDirectory()))
    .all(Date.now())
    .filter(({ state }) => state === "in-force" || state === "ends-soon")
    .filter(({ receipt }) => isAbout(receipt.statement, root, session))
    .map(({ receipt: { statement } }) => {
      const { id, kind, about, expiresMs } = statement;
      return { id, kind, about, untilMs: expiresMs };
    });
}

function isAbout({ scope }: Statement, root: string, session: string | undefined): boolean {
  if (scope.of === "all") return true;
  return scope.of === "project" ? scope.path === root : scope.id === session;
}

/** Labels in words; printable. */
export function labelsInWords(labels: readonly SessionLabel[] | undefined): string {
  if (labels === undefined)
    return "they cannot be told, so every rule that restricts by one speaks";
  const from = { managed: "by managed policy", person: "by a person", found: "by its repository" };
  const words = labels.map((label) => `${printable(label.name)} (${from[label.from]})`);
  return words.length === 0 ? "none" : words.join(", ");
}

/** What stands in words, a line each; printable. */
export function standingLines({ all, trouble }: InForceList): readonly string[] {
  const lines = all.map(({ id, kind, about, untilMs, left }) => {
    const uses = left === undefined ? "" : `, ${left} ${left === 1 ? "use" : "uses"} left`;
    return `${kind} ${id}: ${printable(about)}, until ${new Date(untilMs).toISOString()}${uses}`;
  });
  return trouble === undefined ? lines : [printable(trouble), ...lines];
}

/** Whether a rule about labels speaks in a session; undefined for a rule that says nothing of them. */
export function speaksFor(
  { when, verdict }: Rule,
  labels: readonly SessionLabel[] | undefined,
): boolean | undefined {
  if (when.labels === undefined) return undefined;
  const isOpening = verdict === "allow";
  if (labels === undefined) return !isOpening;
  return labels.some(
    ({ name, from }) => when.labels?.includes(name) && !(isOpening && from === "found"),
  );
}
