// Whose session uses the egress proxy: credentials that only who has the proxy's key can make, and that name the session.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

const KEY_BYTES = 32;
const SESSION = /^[A-Za-z0-9-]{1,64}$/;

/** What is known of who asks. `session` undefined: nobody said. */
export type Asker =
  | { readonly kind: "nobody" }
  | { readonly kind: "session"; readonly session: string | undefined };

/** Makes and checks them. */
export type SessionCredentials = {
  /** User and password for a session; undefined for a word that is no id of one. */
  of(session: string): { readonly user: string; readonly password: string } | undefined;
  check(login: { readonly user: string; readonly password: string } | undefined): Asker;
};

/** With the key of a data directory, which is made where there is none. `isRequired`: who says nothing is nobody. */
export function sessionCredentials(root: string, isRequired = false): SessionCredentials {
  const file = join(root, "egress.key");
  let text = readPrivateFile(file, { secret: true });
  if (text === undefined) {
    text = randomBytes(KEY_BYTES).toString("hex");
    writePrivateFile(file, text);
  }
  return credentialsBy(Buffer.from(text.trim(), "hex"), isRequired);
}

/** With a key. */
export function credentialsBy(key: Buffer, isRequired: boolean): SessionCredentials {
  const tokenOf = (session: string): string =>
    createHmac("sha256", key).update(`egress session\n${session}`).digest("base64url");
  return {
    of: (session) =>
      SESSION.test(session) ? { user: session, password: tokenOf(session) } : undefined,
    check(login) {
      if (login === undefined)
        return isRequired ? { kind: "nobody" } : { kind: "session", session: undefined };
      const [given, right] = [login.password, tokenOf(login.user)].map((word) => Buffer.from(word));
      const isRight =
        given?.length === right?.length && timingSafeEqual(given ?? key, right ?? key);
      return SESSION.test(login.user) && isRight
        ? { kind: "session", session: login.user }
        : { kind: "nobody" };
    },
  };
}

/** User and password of a header `Proxy-Authorization`; an empty login for one that cannot be read. */
export function basicLogin(
  header: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  if (header === undefined) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1] ?? "";
  const [, user = "", password = ""] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("latin1")) ?? [];
  return { user, password };
}
