// Exceptions that end, in words: the same finding in `status` and in `policy check`.
import type { EndingException } from "./store.ts";

/** One line on an exception that expired or ends soon. Not printable yet: owners are free text. */
export function endingInWords({ exception, ending }: EndingException): string {
  const { id, expiresMs, rules, owner } = exception;
  const at = new Date(expiresMs).toISOString();
  const what = `the exception ${id} from ${rules.join(", ")}, owner ${owner},`;
  return ending === "expired"
    ? `${what} expired at ${at}: it is denied again`
    : `${what} ends at ${at}`;
}
