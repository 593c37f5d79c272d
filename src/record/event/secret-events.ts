// Events of secrets that were fetched from their provider or replaced there: which, by whom and how it went, never the value.
import { cutText, knownWord, plainName, wholeNumber } from "./bounded.ts";
import { nameDigest } from "./redact.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

const NAME_CHARS_MAX = 1_024;
const PROVIDER_WORDS = ["keychain", "vault", "aws", "gcp", "azure", "1password", "doppler", "pass"];

/**
 * A secret was fetched, given to a program, or replaced; or this failed with `fault`. The secret's name is sealed, in clear
 * stands a keyed digest of it, so that two fetches of one secret can be told to be such.
 */
export function secretEvent(
  stamp: EventStamp,
  input: {
    readonly what: "fetched" | "given" | "rotated" | "failed";
    readonly provider: string;
    readonly name: string;
    readonly version: string | undefined;
    readonly leaseSeconds: number | undefined;
    readonly fault: string | undefined;
    readonly user: string;
    /** Under which grant of a person, and for which host. */
    readonly grant?: { readonly id: string; readonly host: string } | undefined;
  },
): AuditEvent {
  const { what, provider, name, version, leaseSeconds, fault, user, grant } = input;
  const metadata = {
    ...baseMetadata(stamp, "secret"),
    what,
    provider: knownWord(provider, PROVIDER_WORDS),
    secret: nameDigest(name, stamp.digest),
    ...(version === undefined ? {} : { version: plainName(version) ?? "other" }),
    ...(leaseSeconds === undefined ? {} : { leaseSeconds: wholeNumber(leaseSeconds) }),
    ...(fault === undefined ? {} : { fault: plainName(fault) ?? "other" }),
    ...(grant === undefined ? {} : { grant: plainName(grant.id) ?? "other" }),
  };
  const sealed = {
    name: cutText(name, NAME_CHARS_MAX),
    user: cutText(user, ID_CHARS_MAX),
    ...(grant === undefined ? {} : { host: cutText(grant.host, NAME_CHARS_MAX) }),
  };
  return { id: stamp.id, metadata, sealed };
}
