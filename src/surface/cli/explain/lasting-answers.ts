// Questions that were asked in a project's sessions, and a person's lasting yes to one of them.
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import {
  type Exception,
  EXCEPTION_DAYS_MAX,
  exceptionSchema,
} from "#govern/exceptions/exception.ts";
import { answerId } from "#guard/policy/remembered/answers.ts";
import type { StoredQuestion } from "../../services/sessions/session-answers.ts";
import type { JudgingPolicy } from "../../services/evaluation/judging-policy.ts";
import type { RememberedSession } from "../../services/sessions/remembered-session.ts";
import { readSpan } from "../../foundation/terminal/span.ts";

/** Why a yes was made to last, where nobody says. */
const NO_REASON = "asked once too often";

/** The question that was asked last, or the one about a call. Throws a Failure `usage` where there is none. */
export function questionAsked(
  sessions: readonly Pick<RememberedSession, "state">[],
  call?: string,
): StoredQuestion {
  const asked = sessions.flatMap(({ state }) => state.answers.questions);
  const [last] = asked
    .filter((question) => call === undefined || question.call === call)
    .toSorted((one, other) => other.atMs - one.atMs);
  if (last !== undefined) return last;
  throw new Failure(
    "usage",
    call === undefined
      ? "nothing was asked about in this project; `sallyport explain --last` shows what the log has"
      : "that event is no question that is still remembered; `LAST` means the last one",
  );
}

/** The exception by which a person's yes lasts. Throws a Failure that says why it cannot. */
export function lastingAnswer(
  question: StoredQuestion,
  given: { readonly for: string | undefined; readonly reason: string | undefined },
  here: Pick<JudgingPolicy, "policy" | "root">,
  by: { readonly approver: string; readonly nowMs: number },
): Exception {
  if (!question.isLasting)
    throw new Failure(
      "exception",
      "a yes to that question cannot last: it is about something that is asked each time, such as secrets, losses or unclear code",
    );
  const { reason = NO_REASON } = given;
  if (reason === "" || reason.length > 300)
    throw new Failure("usage", "`--reason` has from 1 to 300 characters");
  const { policy, root } = here;
  return v.parse(exceptionSchema, {
    id: randomBytes(8).toString("hex"),
    verdict: "allow",
    scope: { effects: [] },
    rules: [...new Set(question.answers.map(({ rule }) => rule))],
    answers: question.answers.map(({ rule, key, what, lasting }) => ({
      id: answerId({ rule, key: lasting?.key ?? key }),
      what: lasting?.what ?? what,
    })),
    project: root,
    reason,
    owner: by.approver,
    approver: by.approver,
    createdMs: by.nowMs,
    expiresMs: by.nowMs + readSpan(given.for, EXCEPTION_DAYS_MAX),
    uses: 1,
    policy: policy.digest,
  });
}

/** A lasting yes in words. */
export function lastingLines(
  { project, expiresMs, reason, approver }: Omit<Exception, "policy">,
  answers: NonNullable<Exception["answers"]>,
): readonly string[] {
  return [
    ...new Set(answers.map(({ what }) => `no question when a call ${what}`)),
    `in ${project ?? "every project"}, until ${new Date(expiresMs).toISOString()}, while the policy stays as it is`,
    `because ${reason}; approved by ${approver}`,
  ];
}

/** What people said yes to in sessions that did not end, as lines. */
export function sessionLines(sessions: readonly RememberedSession[]): readonly string[] {
  return sessions.flatMap(({ about, state }) =>
    state.answers.approved.map(
      ({ what, atMs }) =>
        `session ${about.session.slice(0, 8)}  ${new Date(atMs).toISOString()}  ${printable(what)}`,
    ),
  );
}
