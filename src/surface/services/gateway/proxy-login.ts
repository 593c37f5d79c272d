// The user and password of a company's proxy: kept in a private file or by a manager of secrets, read when a proxy of ours starts.
import { isAbsolute } from "node:path";
import { Failure } from "#base/failure.ts";
import { parseReference, type SecretReference } from "#govern/secrets/reference.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { openProvider } from "../secrets/providers/open-provider.ts";
import { machineSetting, type ProviderSetting } from "../secrets/setting.ts";

const FILE = "file:";
const LOGIN_CHARS_MAX = 1_024;

/** Where they are kept: the path of a file, or a secret. Throws a Failure `usage` or `secret-reference` that repeats nothing of it. */
export function readLoginReference(text: string): string | SecretReference {
  if (!text.startsWith(FILE)) return parseReference(text);
  const path = text.slice(FILE.length);
  if (!isAbsolute(path))
    throw new Failure("usage", "`--proxy-login` names a file as `file:/PATH`, from the root on");
  return path;
}

/** The value of the header. Rejects with a Failure where they cannot be read, or the file is not its user's alone. */
export async function proxyLogin(
  reference: string,
  setting: ProviderSetting = machineSetting(process.env),
): Promise<string> {
  const place = readLoginReference(reference);
  const text = typeof place === "string" ? fileText(place) : await secretText(place, setting);
  const login = text.replace(/\r?\n$/, "");
  if (login.length > LOGIN_CHARS_MAX || !/^[^:\p{Cc}]+:[^\p{Cc}]*$/u.test(login))
    throw new Failure("proxy-login", "what `--proxy-login` names holds no `user:password`");
  return `Basic ${Buffer.from(login).toString("base64")}`;
}

function fileText(path: string): string {
  let cause: unknown;
  try {
    const text = readPrivateFile(path, { secret: true });
    if (text !== undefined) return text;
  } catch (thrown) {
    cause = thrown;
  }
  throw new Failure(
    "proxy-login",
    `\`${path}\` is not taken: it has to be a small plain file that is yours and that nobody else may read (\`chmod 600\`)`,
    { cause },
  );
}

async function secretText(reference: SecretReference, setting: ProviderSetting): Promise<string> {
  const provider = await openProvider(reference.provider, setting);
  return (await provider.get(reference)).value.reveal();
}
