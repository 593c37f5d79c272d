// What a vendor's library threw, as a fault of ours: its name or code tells the kind, its message is not repeated.
import { Failure } from "#base/failure.ts";
import { FAULT_WORDS, type SecretFault, secretFailure } from "#govern/secrets/provider.ts";

/** Names and codes of a library's errors, by what they mean. */
export type FaultNames = Readonly<Partial<Record<SecretFault, readonly (string | number)[]>>>;

/** Codes that node gives where a server is not reached. */
const UNREACHED = [
  ...["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EPIPE", "TimeoutError"],
  ...["REQUEST_SEND_ERROR", "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT"],
];

/**
 * The Failure for what was thrown. `who` names the provider and, where it helps, the region or project asked. The message
 * carries the vendor's error name, which is one of its documented words, and nothing else of the error. A Failure of ours stays as it is.
 */
export function sdkFault(who: string, thrown: unknown, names: FaultNames): Failure {
  if (thrown instanceof Failure) return thrown;
  const marks = marksOf(thrown);
  const entries = Object.entries(names) as readonly [SecretFault, readonly (string | number)[]][];
  const named = entries.find(([, known]) => known.some((mark) => marks.includes(mark)))?.[0];
  const status = marks.find((mark) => typeof mark === "number" && mark >= 100 && mark < 600);
  const fault =
    named ??
    (marks.some((mark) => UNREACHED.includes(String(mark)))
      ? "secret-unreachable"
      : faultOf(status));
  const word = marks.find(
    (mark) => typeof mark === "string" && /^[A-Za-z][\w-]{2,63}$/.test(mark) && mark !== "Error",
  );
  const said = word ?? status;
  return secretFailure(
    fault,
    `${who} ${FAULT_WORDS[fault]}${said === undefined ? "" : ` (${said})`}`,
  );
}

function faultOf(status: string | number | undefined): SecretFault {
  switch (status) {
    case 401:
      return "secret-login";
    case 403:
      return "secret-denied";
    case 404:
      return "secret-missing";
    case 429:
      return "secret-busy";
    default:
      return typeof status === "number" && status >= 500 ? "secret-unreachable" : "secret-answer";
  }
}

/** Names, codes and statuses of an error and of what caused it, the outermost first. */
function marksOf(thrown: unknown, depth = 0): readonly (string | number)[] {
  if (typeof thrown !== "object" || thrown === null || depth > 3) return [];
  const { name, code, status, statusCode, $metadata, cause, errors } = thrown as Readonly<
    Record<string, unknown>
  >;
  const inner = typeof $metadata === "object" && $metadata !== null ? $metadata : {};
  const own = [
    code,
    status,
    name,
    statusCode,
    (inner as Readonly<Record<string, unknown>>)["httpStatusCode"],
  ];
  const plain = own.filter(
    (mark): mark is string | number => typeof mark === "string" || typeof mark === "number",
  );
  const below = Array.isArray(errors) ? errors.slice(0, 8) : [];
  return [
    ...plain,
    ...marksOf(cause, depth + 1),
    ...below.flatMap((each) => marksOf(each, depth + 1)),
  ];
}
