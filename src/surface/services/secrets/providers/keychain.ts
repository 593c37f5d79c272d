// The operating system's keychain: libsecret on Linux, Keychain on macOS, Credential Manager on Windows and from WSL.
import { FAULT_WORDS, secretFailure, type SecretProvider } from "#govern/secrets/provider.ts";
import type { SecretReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { outputOf } from "../program-answer.ts";
import type { ProviderSetting } from "../setting.ts";
import { readScript, writeScript } from "./credential-manager.ts";

/** One system's way to read and to write an entry. Values go through pipes, for words of a program are seen by everybody. */
type Keychain = {
  readonly who: string;
  readonly read: (service: string, account: string) => Promise<string>;
  readonly write: (service: string, account: string, value: string) => Promise<void>;
  /** Harmless words that show whether the keychain answers. */
  readonly probe: () => Promise<void>;
};

/** A service and an account that nobody has: asking for them shows whether the keychain answers. */
const NOBODY = ["sallyport-probe", "nobody"] as const;

/** Opens the keychain of this system. */
export function keychainProvider(setting: ProviderSetting): SecretProvider {
  const keychain = keychainOf(setting);
  return {
    name: "keychain",
    async get({ path: [service = "", account = ""] }) {
      const value = new SecretValue(await keychain.read(service, account));
      return { value, version: undefined, createdMs: undefined, leaseSeconds: undefined };
    },
    async replace({ path: [service = "", account = ""] }: SecretReference, value) {
      await keychain.write(service, account, value.reveal());
      return undefined;
    },
    async examine() {
      await keychain.probe();
      return [{ isGood: true, says: `${keychain.who} answers` }];
    },
  };
}

function keychainOf(setting: ProviderSetting): Keychain {
  switch (setting.system) {
    case "macos":
      return macosKeychain(setting);
    case "windows":
    case "wsl":
      return credentialManager(setting);
    case "linux":
    case "other":
      return secretService(setting);
    default:
      return setting.system satisfies never;
  }
}

/** `secret-tool` of libsecret, which asks the Secret Service on the session's D-Bus. */
function secretService({ run }: ProviderSetting): Keychain {
  const who = "the keyring of libsecret";
  const faults = {
    "secret-sealed": /locked|prompt/i,
    "secret-setup": /d-?bus|autolaunch|org\.freedesktop\.secrets|serviceunknown/i,
  } as const;
  const attributes = (service: string, account: string) => ["service", service, "account", account];
  const read = async (service: string, account: string): Promise<string> => {
    const ended = await run("secret-tool", ["lookup", ...attributes(service, account)]);
    // It says nothing at all and ends with 1 where there is no such entry.
    if (ended.kind === "ended" && ended.status === 1 && ended.errors.trim() === "")
      throw missing(who);
    return outputOf(who, "secret-tool", ended, faults);
  };
  return {
    who,
    read,
    async write(service, account, value) {
      const words = ["store", `--label=${service} (${account})`, ...attributes(service, account)];
      outputOf(who, "secret-tool", await run("secret-tool", words, value), faults);
    },
    probe: () => answersNobody(read),
  };
}

/** `security` of macOS: <https://ss64.com/mac/security.html>; 44 is errSecItemNotFound, 51 and 36 that it may not ask. */
function macosKeychain({ run }: ProviderSetting): Keychain {
  const who = "the keychain of macOS";
  const faults = { "secret-sealed": /interaction is not allowed|locked|-25308/i } as const;
  const read = async (service: string, account: string): Promise<string> => {
    const ended = await run("security", [
      "find-generic-password",
      "-s",
      service,
      "-a",
      account,
      "-w",
    ]);
    if (ended.kind === "ended" && ended.status === 44) throw missing(who);
    return outputOf(who, "security", ended, faults).replace(/\n$/, "");
  };
  return {
    who,
    read,
    async write(service, account, value) {
      const hex = Buffer.from(value).toString("hex");
      const line = `add-generic-password -U -s ${quoted(service)} -a ${quoted(account)} -X ${hex}\n`;
      const ended = await run("security", ["-i"], line);
      outputOf(who, "security", ended, faults);
      // `security -i` ends with 0 whatever its lines did: only reading shows that it is there.
      if ((await read(service, account)) !== value)
        throw secretFailure("secret-answer", `${who} did not keep the value`);
    },
    probe: () => answersNobody(read),
  };
}

/** Windows' Credential Manager through PowerShell, which WSL can start too. */
function credentialManager({ run }: ProviderSetting): Keychain {
  const who = "the Credential Manager of Windows";
  const start = (script: string, input?: string) => {
    const encoded = Buffer.from(script, "utf16le").toString("base64");
    const words = ["-NoProfile", "-NonInteractive", "-EncodedCommand", encoded];
    return run("powershell.exe", words, input);
  };
  const read = async (service: string, account: string): Promise<string> => {
    const ended = await start(readScript(service, account));
    if (ended.kind === "ended" && ended.status === 44) throw missing(who);
    const text = outputOf(who, "powershell.exe", ended, {}).trim();
    return Buffer.from(text, "base64").toString("utf8");
  };
  return {
    who,
    read,
    async write(service, account, value) {
      const input = Buffer.from(value).toString("base64");
      outputOf(who, "powershell.exe", await start(writeScript(service, account), input), {});
    },
    probe: () => answersNobody(read),
  };
}

/** An entry that is missing is a good answer here. */
async function answersNobody(
  read: (service: string, account: string) => Promise<string>,
): Promise<void> {
  try {
    await read(...NOBODY);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "secret-missing") return;
    throw error;
  }
}

function missing(who: string) {
  return secretFailure("secret-missing", `${who} ${FAULT_WORDS["secret-missing"]}`);
}

/** A word for the line that `security -i` reads; references hold no quote and no backslash. */
function quoted(word: string): string {
  return `"${word}"`;
}
