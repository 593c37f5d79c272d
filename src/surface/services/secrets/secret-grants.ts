// Secrets that people gave to hosts, as a held call has them: something made up inside, the value outside, and only while the grant counts.
import { randomBytes } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { readGrant, type SecretGrant } from "#govern/secrets/secret-grant.ts";
import type { Statement, StatementState } from "#govern/exceptions/statement.ts";

/** Fetches the value of a granted secret, on record with the grant and its host before it is given. */
export type FetchGranted = (grant: SecretGrant & { readonly id: string }) => Promise<string>;

/** One of them, for one call. */
export type GrantedSecret = Pick<SecretGrant, "variable" | "host"> & {
  readonly id: string;
  /** What the call finds in its variable: of this call alone, and worth nothing. */
  readonly shown: string;
  /** Whether it counts now: not withdrawn, not over. */
  readonly isOpen: () => boolean;
  /** Rejects with a Failure where it cannot be had, or is no secret that can be kept from being seen. */
  readonly value: () => Promise<string>;
};

/** Gives those that a call may have. Never throws: where statements cannot be read, nothing is given. */
export type SecretGrants = (asked: {
  readonly projectRoot: string;
  readonly sessionId: string;
  readonly hosts: readonly string[];
}) => readonly GrantedSecret[];

/** What people stated, as the store of statements tells it. */
type Stated = {
  all(
    nowMs: number,
    kind: "secret",
  ): readonly {
    readonly receipt: { readonly statement: Statement };
    readonly state: StatementState;
  }[];
};

/** WHY no short ones: answers are looked through for the value, and who may try a short one many times would learn it by that. */
const VALUE = /^[\x21-\x7e]{14,4096}$/;
const SHOWN_BYTES = 24;

/** Builds it. */
export function createSecretGrants(
  statements: Stated,
  { fetch, nowMs }: { readonly fetch: FetchGranted; readonly nowMs: () => number },
): SecretGrants {
  const standing = () => {
    try {
      return statements
        .all(nowMs(), "secret")
        .filter(({ state }) => state === "in-force" || state === "ends-soon")
        .map(({ receipt }) => receipt.statement);
    } catch {
      return [];
    }
  };
  return ({ projectRoot, sessionId, hosts }) => {
    const given = new Map<string, GrantedSecret>();
    for (const { id, about, scope } of standing()) {
      const isHere =
        scope.of === "project"
          ? scope.path === projectRoot
          : scope.of === "session" && scope.id === sessionId;
      const grant = readGrant(about);
      if (!isHere || grant === undefined || !hosts.includes(grant.host)) continue;
      const { variable, host } = grant;
      given.set(variable, {
        id,
        variable,
        host,
        shown: `sallyport_${randomBytes(SHOWN_BYTES).toString("hex")}`,
        isOpen: () => standing().some((one) => one.id === id),
        async value() {
          const value = await fetch({ ...grant, id });
          if (VALUE.test(value)) return value;
          throw new Failure(
            "secret-form",
            "only a text of 14 to 4,096 plain characters can be given",
          );
        },
      });
    }
    return [...given.values()];
  };
}
