// JSON Web Tokens (RFC 7519) read without a key: who issued one, until when it counts, and whether it is signed at all.
import { base64Bytes } from "./encoded.ts";

/** What a token says of itself. Times are seconds since 1970, as it has them. `isSigned`: its third part is there and its algorithm is not `none`. */
export type TokenMeaning = {
  readonly algorithm: string;
  readonly isSigned: boolean;
  readonly issuer?: string;
  readonly subject?: string;
  readonly issuedAt?: number;
  readonly expiresAt?: number;
  /** Whose rights it gives, where it says so: `anon` for everybody's. */
  readonly role?: string;
};

/** What `token` says of itself; undefined for what is no token of three parts with a header and claims in JSON. */
export function tokenMeaning(token: string): TokenMeaning | undefined {
  const [head = "", body = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0) return undefined;
  const header = objectIn(head);
  const claims = objectIn(body);
  const algorithm = header?.["alg"];
  if (claims === undefined || typeof algorithm !== "string") return undefined;
  const { iss, sub, iat, exp, role } = claims;
  return {
    algorithm,
    isSigned: signature !== "" && algorithm.toLowerCase() !== "none",
    ...(typeof iss === "string" ? { issuer: iss } : {}),
    ...(typeof sub === "string" ? { subject: sub } : {}),
    ...(typeof iat === "number" ? { issuedAt: iat } : {}),
    ...(typeof exp === "number" ? { expiresAt: exp } : {}),
    ...(typeof role === "string" ? { role } : {}),
  };
}

function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(base64Bytes(part));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
