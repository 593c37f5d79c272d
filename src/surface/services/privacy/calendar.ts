// What is due on which day: answers to people, contracts and attestations that end, what leaves the log, approvals and exceptions that end.
import { type PersonRequest, dueMsOf, nextStep } from "#record/privacy/person-request.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openRawApprovals } from "../exceptions/raw-approvals.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import { openStatements } from "../exceptions/statements.ts";
import { lookAtTexts } from "../retention/expire-texts.ts";
import { lookAhead } from "../retention/retain.ts";
import { readRequests } from "./requests.ts";
import { readPersonRequests } from "./person-requests.ts";

const DAY_MS = 86_400_000;

/** Something that is due. `isLate`: its day is over and it was not done. */
export type DueItem = {
  readonly atMs: number;
  readonly what:
    | "answer"
    | "deletion elsewhere"
    | "attestation"
    | "texts"
    | "entries"
    | "raw texts";
  readonly about: string;
  readonly isLate: boolean;
};

/** What is due up to a moment, the earliest first; what is late stands before. */
export async function dueItems(
  directories: Directories,
  { nowMs, untilMs }: { readonly nowMs: number; readonly untilMs: number },
): Promise<readonly DueItem[]> {
  const late = (atMs: number) => atMs < nowMs;
  const items: DueItem[] = [
    ...readPersonRequests(directories).flatMap((request) => answerDue(request, nowMs)),
    ...readRequests(directories)
      .filter(({ state }) => state === "outstanding")
      .map(({ erasure, target, askedMs }): DueItem => {
        const atMs = askedMs + 30 * DAY_MS;
        const about = `${erasure.slice(0, 8)}/${target} has to say that entries of an erased person are gone`;
        return { atMs, what: "deletion elsewhere", about, isLate: late(atMs) };
      }),
    ...openStatements(directories)
      .all(nowMs)
      .filter(
        ({ receipt: { statement }, state }) => isLasting(statement.kind) && state !== "withdrawn",
      )
      .map(({ receipt: { statement } }): DueItem => {
        const { kind, about, owner, expiresMs: atMs } = statement;
        const words = `${kind} ${about} ends; owner ${owner}`;
        return { atMs, what: "attestation", about: words, isLate: late(atMs) };
      }),
    ...(await retentionDue(directories, nowMs)),
  ];
  return items
    .filter(({ atMs }) => atMs <= untilMs)
    .sort((one, other) => one.atMs - other.atMs || (one.about < other.about ? -1 : 1));
}

function isLasting(kind: string): boolean {
  return ["attestation", "objection", "waiver", "server"].includes(kind);
}

function answerDue(request: PersonRequest, nowMs: number): readonly DueItem[] {
  const next = nextStep(request);
  if (next === undefined) return [];
  const atMs = dueMsOf(request);
  const about = `request ${request.id} (${request.right}) has to be answered; the next step is \`${next}\``;
  return [{ atMs, what: "answer", about, isLate: atMs < nowMs }];
}

async function retentionDue(directories: Directories, nowMs: number): Promise<readonly DueItem[]> {
  const raw = openRawApprovals(directories).inForce(nowMs);
  const order = openRetentionFile(directories).current();
  const ofRaw: readonly DueItem[] =
    raw === undefined
      ? []
      : [
          {
            atMs: raw.expiresMs,
            what: "raw texts",
            about: "the approval of raw texts ends",
            isLate: false,
          },
        ];
  if (order === undefined) return ofRaw;
  const texts = await lookAtTexts(directories, order.textDays, nowMs);
  const { first, end } = await lookAhead(directories, order, nowMs);
  const isIdle = order.isDaily ? "the daemon does it" : "run `sallyport log retention apply`";
  return [
    ...ofRaw,
    ...(texts.due.length > 0
      ? [
          {
            atMs: nowMs,
            what: "texts" as const,
            about: `texts of ${texts.due.length} days are over: ${isIdle}`,
            isLate: false,
          },
        ]
      : []),
    ...(texts.nextMs === undefined
      ? []
      : [
          {
            atMs: texts.nextMs,
            what: "texts" as const,
            about: "texts of one more day are over",
            isLate: false,
          },
        ]),
    ...(end > first
      ? [
          {
            atMs: nowMs,
            what: "entries" as const,
            about: `${end - first} entries of the log are over: ${isIdle}`,
            isLate: false,
          },
        ]
      : []),
  ];
}
