// The settings of the login by a provider, in a file that only its user reads; the client's secret stands elsewhere.
import { rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { ownValue } from "#base/own-value.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { isSafeAddress } from "../../services/secrets/bounded-request.ts";
import { ROLES } from "../access/roles.ts";

const GROUPS_MAX = 256;
const SECRET_CHARS_MAX = 4_096;
const VARIABLE = /^env:([A-Za-z_]\w{0,127})$/;
const FILE = /^file:(.{1,1024})$/;

/** A text of printable characters. */
const plain = (charsMax: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(charsMax),
    v.regex(/^[^\p{C}]+$/u, "it has characters that cannot be seen"),
  );

const settingsSchema = v.strictObject({
  version: v.literal(1),
  issuer: v.pipe(
    plain(512),
    v.check(
      isIssuer,
      "an issuer is `https://HOST/...` without user, query or `.well-known`; `http://` only on this machine",
    ),
  ),
  clientId: plain(256),
  clientSecret: v.pipe(
    v.string(),
    // WHY the value is not repeated in the fault: somebody may have written the secret itself.
    v.check(
      (text) => VARIABLE.test(text) || isAbsolute(FILE.exec(text)?.[1] ?? ""),
      "the client's secret stands here as `env:NAME` or `file:/PATH`, and never itself",
    ),
  ),
  scopes: v.pipe(
    v.array(v.pipe(plain(128), v.regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, "a scope has no spaces"))),
    v.maxLength(32),
    v.check((scopes) => scopes.includes("openid"), "`openid` is one of the scopes"),
  ),
  groupsClaim: plain(256),
  /** The file of people that a directory exported; without one the provider alone says who may be here. */
  users: v.optional(
    v.pipe(plain(1_024), v.check(isAbsolute, "the file is named from the root on")),
  ),
  roles: v.pipe(
    v.array(v.strictObject({ group: plain(256), role: v.picklist(ROLES) })),
    v.minLength(1, "name at least one group with its role"),
    v.maxLength(GROUPS_MAX),
    v.check(
      (roles) => new Set(roles.map(({ group }) => group)).size === roles.length,
      "a group stands twice",
    ),
  ),
});

/** How people log in by a provider. `clientSecret` is a reference. */
export type OidcSettings = v.InferOutput<typeof settingsSchema>;

export const oidcFile = ({ keys }: Directories) => join(keys, "dashboard-oidc.json");

/** The settings; undefined where there are none. Throws a Failure when the file is damaged, or not ours alone. */
export function readOidcSettings(directories: Directories): OidcSettings | undefined {
  const file = oidcFile(directories);
  const text = readPrivateFile(file, { secret: true });
  if (text === undefined) return undefined;
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), settingsSchema), text);
  if (read.success) return read.output;
  throw new Failure("oidc", `\`${file}\` is damaged: run \`sallyport oidc set\` again`);
}

/** Checks what a person gave. Throws a Failure that names the setting and never its value. */
export function checkOidcSettings(given: Omit<OidcSettings, "version">): OidcSettings {
  const read = v.safeParse(settingsSchema, { version: 1, ...given });
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new Failure("usage", `${v.getDotPath(issue) ?? "the settings"}: ${issue.message}`);
}

/** The file's text, as it is shown and written. */
export function oidcText(settings: OidcSettings): string {
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}

export function writeOidcSettings(directories: Directories, settings: OidcSettings): void {
  writePrivateFile(oidcFile(directories), oidcText(settings));
}

export function removeOidcSettings(directories: Directories): void {
  rmSync(oidcFile(directories), { force: true });
}

/** The client's secret, from its variable or its file. Throws a Failure where it is not there, or others may read the file. */
export function readClientSecret(
  { clientSecret }: Pick<OidcSettings, "clientSecret">,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const variable = VARIABLE.exec(clientSecret)?.[1];
  const file = FILE.exec(clientSecret)?.[1] ?? "";
  const text = variable === undefined ? readSecretFile(file) : ownValue(environment, variable);
  const secret = text?.trim() ?? "";
  const where = variable === undefined ? `\`${file}\`` : `the variable \`${variable}\``;
  if (secret === "")
    throw new Failure("oidc", `${where} holds no client secret where the dashboard runs`);
  if (secret.length > SECRET_CHARS_MAX)
    throw new Failure("oidc", `${where} holds more than a client secret`);
  return secret;
}

function readSecretFile(file: string): string | undefined {
  try {
    return readPrivateFile(file, { secret: true });
  } catch (cause) {
    throw new Failure(
      "oidc",
      `the client secret in \`${file}\` is not taken: it has to be a small plain file that is yours and that nobody else may read (\`chmod 600\`)`,
      { cause },
    );
  }
}

function isIssuer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined &&
    isSafeAddress(url) &&
    `${url.username}${url.password}${url.search}${url.hash}` === "" &&
    !url.pathname.includes("/.well-known/")
  );
}
