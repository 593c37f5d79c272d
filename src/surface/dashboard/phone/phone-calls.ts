// The three calls of a phone: open its link, look how the question stands, answer it with the passphrase.
import * as v from "valibot";
import { type Question, questionSchema } from "../../services/questions/question-schema.ts";
import { ApiFault, type Endpoint } from "../api/endpoint.ts";
import { nothing } from "../api/fields.ts";
import type { DashboardParts } from "../context/parts.ts";
import type { LinkedQuestion, PhoneLinks } from "./phone-links.ts";

export type PhoneParts = Pick<DashboardParts, "clock" | "order" | "note"> & {
  readonly links: PhoneLinks;
  /** Whose passphrase it is: the record says that this person answered. */
  readonly by: string;
  /** Whether this is the passphrase. */
  readonly isPassphrase: (given: string) => Promise<boolean>;
};

/** A row of the table: asked by POST, with what comes in and goes out. */
export type PhoneCall = Pick<Endpoint, "path" | "about" | "input" | "answer"> & {
  /** Whether the phone shows that it opened its link. */
  readonly isOpened: boolean;
  readonly work: (
    parts: PhoneParts,
    asked: { readonly input: unknown; readonly bearer: string },
  ) => Promise<unknown>;
};

type Schema = v.GenericSchema<unknown, unknown>;

function call<Input extends Schema, Answer extends Schema>(
  given: Pick<PhoneCall, "path" | "about" | "isOpened"> & {
    readonly input: Input;
    readonly answer: Answer;
    readonly work: (
      parts: PhoneParts,
      asked: { readonly input: v.InferOutput<Input>; readonly bearer: string },
    ) => Promise<v.InferInput<Answer>>;
  },
): PhoneCall {
  return {
    ...given,
    work: (parts, { input, bearer }) =>
      given.work(parts, { input: input as v.InferOutput<Input>, bearer }),
  };
}

const shown = {
  question: questionSchema,
  /** Milliseconds that it waits still. WHY not a time: the phone's clock may be wrong. */
  leftMs: v.number(),
};

export const PHONE_CALLS: readonly PhoneCall[] = [
  call({
    path: "/open",
    about: "Opens a link, once, and gives the question that it was made for.",
    isOpened: false,
    input: v.strictObject({ token: v.pipe(v.string(), v.maxLength(256)) }),
    answer: v.object({ bearer: v.string(), ...shown }),
    async work(parts, { input: { token } }) {
      const opened = parts.links.open(token);
      if (opened === undefined)
        throw new ApiFault(
          "no-session",
          "This link was opened before, or its time is over. The client asks at its terminal.",
        );
      await parts.note({ what: "login", role: "approver", page: "/phone/open", count: 1 });
      const question = await questionOf(parts, opened.question);
      await parts.note({ what: "view", role: "approver", page: "/phone/open", count: 1 });
      return { bearer: opened.bearer, ...question };
    },
  }),
  call({
    path: "/state",
    about: "The question of this phone as it stands now.",
    isOpened: true,
    input: nothing,
    answer: v.object(shown),
    work: (parts, { bearer }) => questionOf(parts, linkOf(parts, bearer)),
  }),
  call({
    path: "/answer",
    about: "Answers the question of this phone; counts with the passphrase alone.",
    isOpened: true,
    input: v.strictObject({
      answer: v.picklist(["allow", "deny"]),
      /** What the person read: another call is not answered by it. */
      digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      passphrase: v.pipe(v.string(), v.maxLength(256)),
    }),
    answer: v.object({ answer: v.picklist(["allow", "deny"]) }),
    async work(parts, { input: { answer, digest, passphrase }, bearer }) {
      const linked = linkOf(parts, bearer);
      if (digest !== linked.digest)
        throw new ApiFault("changed", "The answer is for another call than the one that is asked.");
      await requirePassphrase(parts, bearer, passphrase);
      const told = await parts.order({
        order: "question-answer",
        id: linked.id,
        digest: linked.digest,
        answer,
        note: null,
        by: parts.by,
        from: "phone",
      });
      if (told.kind === "question-refused") throw new ApiFault("changed", told.why);
      if (told.kind === "refused") throw new ApiFault("daemon", told.why);
      if (told.kind !== "question-answered")
        throw new ApiFault("fault", "the answer makes no sense");
      return { answer };
    },
  }),
];

function linkOf({ links }: PhoneParts, bearer: string): LinkedQuestion {
  const linked = links.find(bearer);
  if (linked !== undefined) return linked;
  throw new ApiFault("no-session", "Its time is over. The client asks at its terminal.");
}

async function requirePassphrase(
  { links, isPassphrase, note }: PhoneParts,
  bearer: string,
  passphrase: string,
): Promise<void> {
  const may = links.takeTry(bearer);
  if (may !== "go-on")
    throw new ApiFault(
      "too-many",
      may === "locked"
        ? "Too many wrong passphrases: nothing is taken from phones for a quarter of an hour."
        : "Too many wrong passphrases for this link. The client asks at its terminal.",
    );
  const isRight = await isPassphrase(passphrase);
  const left = links.tried(bearer, isRight);
  const what = isRight ? "confirmed" : "confirm-refused";
  await note({ what, role: "approver", page: "/phone/answer", count: 1 });
  if (!isRight) throw new ApiFault("role", `That is not the passphrase. Tries left: ${left}.`);
}

async function questionOf(
  { order, clock }: PhoneParts,
  { id, digest }: LinkedQuestion,
): Promise<{ readonly question: Question; readonly leftMs: number }> {
  const told = await order({ order: "questions" });
  if (told.kind === "refused") throw new ApiFault("daemon", told.why);
  if (told.kind !== "questions") throw new ApiFault("fault", "the answer makes no sense");
  const question = told.questions.find((one) => one.id === id && one.digest === digest);
  if (question === undefined)
    throw new ApiFault(
      "changed",
      "Nobody asks any more. If the client still does, its terminal does.",
    );
  return { question, leftMs: Math.max(0, question.expiresMs - clock.nowMs()) };
}
