// One row of the table of endpoints, and the faults that its work may end with.
import type * as v from "valibot";
import type { Role } from "../access/roles.ts";
import type { LoginSession } from "../access/logins.ts";
import type { DashboardParts } from "../context/parts.ts";

/** What is wrong, by the status that says it. */
export const FAULT_STATUS = {
  input: 400,
  "no-session": 401,
  role: 403,
  "not-found": 404,
  method: 405,
  changed: 409,
  confirm: 412,
  "too-large": 413,
  "too-many": 429,
  fault: 500,
  command: 502,
  daemon: 503,
} as const;
export type FaultCode = keyof typeof FAULT_STATUS;

/** A request that cannot be answered; the message is for the person who looks at the page. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

type Schema = v.GenericSchema<unknown, unknown>;

/** What the work of an endpoint gets. */
export type Asked<Input> = {
  readonly input: Input;
  /** Undefined where nobody need be logged in. */
  readonly session: LoginSession | undefined;
  /** Aborts when the asker is gone. */
  readonly signal: AbortSignal;
};

/** One endpoint. Every segment of `path` that begins with `:` is a text of the input of that name. */
export type Endpoint = {
  readonly method: "GET" | "POST";
  /** Below `/api/v1`, such as `/events/:index`. */
  readonly path: string;
  /** One sentence for the description of the API. */
  readonly about: string;
  /** Who may; `nobody` needs no session, `operator` is a command of ours that proves to know the operator's secret. */
  readonly role: Exclude<Role, "auditor"> | "nobody" | "operator";
  /** Whether the person must have confirmed lately. */
  readonly confirms: boolean;
  /** Whether what it answers is sensitive, so that asking is itself an event. */
  readonly isSensitive: boolean;
  /** Where it is answered: of one machine, over the store of a team, or both. */
  readonly of: "machine" | "team" | "both";
  /** A strict object of all that comes in: path, query and body together. Texts of path and query are texts. */
  readonly input: v.GenericSchema<unknown, unknown>;
  readonly answer: v.GenericSchema<unknown, unknown>;
  readonly work: (parts: DashboardParts, asked: Asked<unknown>) => Promise<unknown>;
};

type Given<Input extends Schema, Answer extends Schema> = Pick<
  Endpoint,
  "method" | "path" | "about" | "role"
> & {
  readonly confirms?: boolean;
  readonly isSensitive?: boolean;
  readonly of?: Endpoint["of"];
  readonly input: Input;
  readonly answer: Answer;
  readonly work: (
    parts: DashboardParts,
    asked: Asked<v.InferOutput<Input>>,
  ) => Promise<v.InferInput<Answer>>;
};

/** A row whose work is held to its own schemas by the compiler. */
export function endpoint<Input extends Schema, Answer extends Schema>(
  given: Given<Input, Answer>,
): Endpoint {
  const { work, confirms = false, isSensitive = false, of = "machine" } = given;
  return {
    ...given,
    confirms,
    isSensitive,
    of,
    work: (parts, { input, ...rest }) =>
      work(parts, { ...rest, input: input as v.InferOutput<Input> }),
  };
}
