// References to secrets: what configuration holds in place of a value, such as `vault:secret/app#api-key`.
import { Failure } from "#base/failure.ts";

/** Where secrets are kept. */
export const PROVIDERS = [
  "keychain",
  "vault",
  "aws",
  "gcp",
  "azure",
  "1password",
  "doppler",
  "pass",
] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/**
 * One secret at one provider. `path` is the provider's own name of it without empty parts, `key` the field of a
 * secret that holds several, `version` the provider's own word for one; without it the newest is meant.
 */
export type SecretReference = {
  readonly provider: ProviderName;
  readonly path: readonly string[];
  readonly version: string | undefined;
  readonly key: string | undefined;
};

/** The name of a variable that gets one, as POSIX has it (XBD 8.1), and shells take it. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** How a reference is written for a provider, and what its parts mean. */
type Form = {
  readonly example: string;
  readonly partsMin: number;
  readonly partsMax: number;
  readonly key: "needed" | "possible" | "none";
  readonly version: boolean;
};

/** Azure's names: <https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates>. */
const FORMS: Readonly<Record<ProviderName, Form>> = {
  keychain: {
    example: "keychain:github/me",
    partsMin: 2,
    partsMax: 2,
    key: "none",
    version: false,
  },
  vault: {
    example: "vault:secret/app#api-key",
    partsMin: 2,
    partsMax: 32,
    key: "needed",
    version: true,
  },
  aws: {
    example: "aws:prod/app#api-key",
    partsMin: 1,
    partsMax: 16,
    key: "possible",
    version: true,
  },
  gcp: {
    example: "gcp:my-project/api-key",
    partsMin: 2,
    partsMax: 2,
    key: "possible",
    version: true,
  },
  azure: {
    example: "azure:my-vault/api-key",
    partsMin: 2,
    partsMax: 2,
    key: "possible",
    version: true,
  },
  "1password": {
    example: "1password:vault/item/field",
    partsMin: 3,
    partsMax: 4,
    key: "none",
    version: false,
  },
  doppler: {
    example: "doppler:project/config/NAME",
    partsMin: 3,
    partsMax: 3,
    key: "none",
    version: false,
  },
  pass: {
    example: "pass:team/api#token",
    partsMin: 1,
    partsMax: 16,
    key: "possible",
    version: false,
  },
};

/** Characters of a reference; the longest name of a provider has 512 (AWS). */
export const REFERENCE_CHARS_MAX = 1_024;
/**
 * A part of a path. It begins with no dash, for it becomes an argument of a provider's program, and has nothing that a
 * URL, a shell or a terminal could read as something else.
 */
const PART = /^[\p{L}\p{N}_][\p{L}\p{N} _.,+=()-]{0,255}$/u;
const VERSION = /^[\w-]{1,128}$/;
const KEY = /^[\p{L}\p{N}_][\p{L}\p{N} _.-]{0,255}$/u;

/**
 * Reads `<provider>:<path>[@<version>][#<key>]`. `op://vault/item/field`, which is 1Password's own form, is read too. Throws
 * Failure `secret-reference` that says which part is wrong; the message repeats no more than the provider.
 */
export function parseReference(text: string): SecretReference {
  if (text.length > REFERENCE_CHARS_MAX)
    throw wrong(`a reference has at most ${REFERENCE_CHARS_MAX} characters`);
  const uniform = text.startsWith("op://") ? `1password:${text.slice("op://".length)}` : text;
  const provider = PROVIDERS.find((name) => uniform.startsWith(`${name}:`));
  if (provider === undefined) {
    throw wrong(
      `a reference begins with a provider, as in \`${FORMS.vault.example}\`; providers are ${PROVIDERS.join(", ")}`,
    );
  }
  const form = FORMS[provider];
  const [place = "", key, ...moreKeys] = uniform.slice(provider.length + 1).split("#");
  const [pathText = "", version, ...moreVersions] = place.split("@");
  const path = pathText.split("/");
  const fault =
    moreKeys.length > 0 || moreVersions.length > 0
      ? "has one `#` and one `@` at most"
      : (pathFault(path, form) ?? versionFault(version, form) ?? keyFault(key, form));
  if (fault !== undefined)
    throw wrong(`a reference to ${provider} ${fault}; write it like \`${form.example}\``);
  return { provider, path, version, key };
}

/**
 * Reads what a list is asked of: `<provider>:<path>` with as many parts as one knows, or a provider alone. Throws as
 * `parseReference` does.
 */
export function parsePlace(text: string): Pick<SecretReference, "provider" | "path"> {
  const [name = "", ...rest] = text.split(":");
  const provider = PROVIDERS.find((known) => known === name);
  const path = rest.join(":").split("/").filter(Boolean);
  if (provider === undefined)
    throw wrong(`a place begins with a provider; providers are ${PROVIDERS.join(", ")}`);
  if (text.length > REFERENCE_CHARS_MAX || !path.every((part) => PART.test(part)))
    throw wrong(`a place is written like a reference, as in \`${FORMS[provider].example}\``);
  return { provider, path };
}

/** The reference as it is written; the same for every way of writing it. */
export function referenceText({ provider, path, version, key }: SecretReference): string {
  const at = version === undefined ? "" : `@${version}`;
  return `${provider}:${path.join("/")}${at}${key === undefined ? "" : `#${key}`}`;
}

/** The secret whatever its version: what is rotated, and what a date of rotation is kept for. */
export function secretName(reference: SecretReference): string {
  return referenceText({ ...reference, version: undefined });
}

function pathFault(path: readonly string[], form: Form): string | undefined {
  if (path.length < form.partsMin || path.length > form.partsMax) {
    const many =
      form.partsMin === form.partsMax ? `${form.partsMin}` : `${form.partsMin} to ${form.partsMax}`;
    return `has ${many} parts between slashes`;
  }
  if (path.every((part) => PART.test(part) && !/^\.+$/.test(part))) return undefined;
  return "has parts of letters, digits and `_ . , + = ( ) -` that begin with a letter, a digit or `_`";
}

function versionFault(version: string | undefined, form: Form): string | undefined {
  if (version === undefined) return undefined;
  if (!form.version) return "has no version";
  return VERSION.test(version) ? undefined : "has a version of letters, digits, `_` and `-`";
}

function keyFault(key: string | undefined, form: Form): string | undefined {
  if (key === undefined) return form.key === "needed" ? "says which field, behind `#`" : undefined;
  if (form.key === "none") return "has no field behind `#`";
  return KEY.test(key) ? undefined : "has a field of letters, digits, spaces and `_ . -`";
}

function wrong(message: string): Failure<"secret-reference"> {
  return new Failure("secret-reference", message);
}
