// Events of questions that a person may answer elsewhere: asked, answered, over, and answers that did not count.
import {
  boundedList,
  cutText,
  PATH_CHARS_MAX,
  plainName,
  REASON_CHARS_MAX,
  wholeNumber,
} from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const RULES_MAX = 32;

/**
 * A step of a question. `answered`: `verdict` says how, `waitedMs` how long it took. `refused`: an answer came that does not
 * count, `code` says why. Who answered, the note and the place are sealed; of the call there is no word.
 */
export function questionEvent(
  stamp: EventStamp,
  input: {
    readonly phase: "asked" | "answered" | "expired" | "withdrawn" | "refused";
    readonly question?: {
      readonly id: string;
      readonly digest: string;
      readonly tool: string;
      readonly policy: string;
      readonly rules: readonly string[];
      readonly root: string;
      readonly user: string;
      readonly sessionId: string;
      readonly callId: string;
    };
    readonly verdict?: "allow" | "deny";
    readonly waitedMs?: number;
    /** From where it was answered: a word such as `cli` or `dashboard`. */
    readonly from?: string;
    readonly by?: string;
    readonly note?: string;
    readonly code?: string;
  },
): AuditEvent {
  const { phase, question, verdict, waitedMs, from, by, note, code } = input;
  const person = question === undefined ? undefined : cutText(question.user, ID_CHARS_MAX);
  const metadata = {
    ...baseMetadata(stamp, "question"),
    phase,
    ...(question === undefined
      ? {}
      : {
          question: plainName(question.id) ?? "other",
          tool: plainName(question.tool) ?? "other",
          ...boundedList(
            "rules",
            question.rules.map((rule) => plainName(rule) ?? "other"),
            RULES_MAX,
            (name) => name,
          ),
          digest: plainName(question.digest) ?? "other",
          policyDigest: plainName(question.policy) ?? "other",
          session: stamp.pseudonym("session", question.sessionId, person),
          call: stamp.pseudonym("call", question.callId, person),
        }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(waitedMs === undefined ? {} : { waitedMs: wholeNumber(waitedMs) }),
    ...(from === undefined ? {} : { where: plainName(from) ?? "other" }),
    ...(code === undefined ? {} : { code: plainName(code) ?? "other" }),
  };
  const sealed = {
    ...(person === undefined ? {} : { user: person }),
    ...(question === undefined
      ? {}
      : {
          project: cutText(question.root, PATH_CHARS_MAX),
          sessionId: cutText(question.sessionId, ID_CHARS_MAX),
          toolUseId: cutText(question.callId, ID_CHARS_MAX),
        }),
    ...(by === undefined ? {} : { approver: cutText(by, REASON_CHARS_MAX) }),
    ...(note === undefined ? {} : { reason: cutText(note, REASON_CHARS_MAX) }),
  };
  return { id: stamp.id, metadata, sealed };
}
