// The password store `pass` through its own program: <https://git.zx2c4.com/password-store/about/>. An entry is a password in its first line, and `name: value` lines below.
import { secretFailure, type SecretProvider } from "#govern/secrets/provider.ts";
import type { SecretReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { outputOf } from "../program-answer.ts";
import type { ProviderSetting } from "../setting.ts";

const FAULTS = {
  "secret-missing": /is not in the password store/i,
  "secret-setup": /password store is empty|you must run|pass init/i,
  "secret-sealed":
    /decryption failed|no secret key|no pinentry|inappropriate ioctl|cancelled|bad passphrase|timeout/i,
  "secret-denied": /permission denied/i,
} as const;

/** Opens the store of `PASSWORD_STORE_DIR`, or `~/.password-store`, with the person's own key of GnuPG. */
export function passProvider({
  run,
  environment,
  home,
  readText,
}: ProviderSetting): SecretProvider {
  const ask = async (words: readonly string[], input?: string) =>
    outputOf("pass", "pass", await run("pass", words, input), FAULTS);
  const entry = (path: readonly string[]): Promise<string> => ask(["show", path.join("/")]);
  return {
    name: "pass",
    async get({ path, key }) {
      return {
        value: new SecretValue(valueIn(await entry(path), key)),
        version: undefined,
        createdMs: undefined,
        leaseSeconds: undefined,
      };
    },
    async replace({ path, key }: SecretReference, value) {
      const text = value.reveal();
      if (/[\r\n]/.test(text))
        throw secretFailure("secret-setup", "a value in pass is one line: this one has several");
      const now = await entry(path);
      // The whole entry goes through the pipe, so that its other lines stay as they are.
      await ask(["insert", "--multiline", "--force", path.join("/")], replaced(now, key, text));
      return undefined;
    },
    async examine() {
      const store = environment["PASSWORD_STORE_DIR"] || `${home}/.password-store`;
      await ask(["version"]);
      return readText(`${store}/.gpg-id`) === undefined
        ? [{ isGood: false, says: "pass has no store here: run `pass init` with your key" }]
        : [{ isGood: true, says: "pass has a store here" }];
    },
  };
}

/** The first line, or the value of the first line that begins with the field's name and a colon. */
function valueIn(text: string, key: string | undefined): string {
  const lines = text.split("\n");
  if (key === undefined) {
    const [first = ""] = lines;
    if (first !== "") return first;
    throw secretFailure("secret-missing", "the first line of this entry of pass is empty");
  }
  const line = lines.slice(1).find((one) => isField(one, key));
  if (line !== undefined) return line.slice(line.indexOf(":") + 1).trim();
  throw secretFailure("secret-missing", "this entry of pass has no line with such a field");
}

function replaced(text: string, key: string | undefined, value: string): string {
  const lines = text.split("\n");
  const at =
    key === undefined ? 0 : lines.findIndex((one, place) => place > 0 && isField(one, key));
  if (at < 0)
    throw secretFailure("secret-missing", "this entry of pass has no line with such a field");
  const line = key === undefined ? value : `${lines[at]?.split(":")[0] ?? key}: ${value}`;
  return lines.with(at, line).join("\n");
}

function isField(line: string, key: string): boolean {
  return (
    line
      .slice(0, Math.max(0, line.indexOf(":")))
      .trim()
      .toLowerCase() === key.toLowerCase()
  );
}
