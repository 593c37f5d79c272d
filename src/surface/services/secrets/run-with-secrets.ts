// Runs one program with secrets in its environment: in memory here, in that one environment, and nowhere else.
import { spawn } from "node:child_process";
import { Failure } from "#base/failure.ts";
import type { ProviderName } from "#govern/secrets/reference.ts";
import type { SecretValue } from "#govern/secrets/secret-value.ts";
import { endedBySignal } from "#platform/signals.ts";

/** Signals that end a program at a terminal; they are passed on, and the program decides what becomes of them. */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
/** What a shell says when it does not find a program, and when it cannot run one. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;

/**
 * Variables by which a manager of secrets knows us, by provider: who has one reads every secret that we may read. Sources: the
 * providers' own documents of their programs. Those of the three clouds are logins to much else, so they go only with their provider.
 */
const LOGINS: Readonly<Record<ProviderName, RegExp>> = {
  keychain: /^$/,
  pass: /^PASSWORD_STORE_GPG_OPTS$/,
  vault: /^VAULT_(?:TOKEN|SECRET_ID|ROLE_ID|WRAPPED_TOKEN)$/,
  "1password": /^OP_(?:SERVICE_ACCOUNT_TOKEN|CONNECT_TOKEN|SESSION(?:_\w+)?)$/,
  doppler: /^DOPPLER_TOKEN$/,
  aws: /^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_AUTHORIZATION_TOKEN(?:_FILE)?)$/,
  gcp: /^(?:GOOGLE_APPLICATION_CREDENTIALS|GOOGLE_OAUTH_ACCESS_TOKEN|CLOUDSDK_AUTH_ACCESS_TOKEN(?:_FILE)?)$/,
  azure:
    /^AZURE_(?:CLIENT_SECRET|CLIENT_CERTIFICATE_PATH|CLIENT_CERTIFICATE_PASSWORD|FEDERATED_TOKEN_FILE|PASSWORD)$/,
};
/** Good for nothing but secrets: they never reach the program, whichever provider gave it its own. */
const ALWAYS: readonly ProviderName[] = ["vault", "1password", "doppler", "pass"];

/**
 * The environment without the logins of managers of secrets: the program gets values, and not what opens all the others. `keep`
 * names variables that stay. Gives the names that were left out as well.
 */
export function withoutLogins(
  environment: Readonly<Record<string, string | undefined>>,
  used: Iterable<ProviderName>,
  keep: readonly string[] = [],
): {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly left: readonly string[];
} {
  const patterns = [...new Set([...ALWAYS, ...used])].map((name) => LOGINS[name]);
  const isLogin = (name: string): boolean =>
    !keep.includes(name) && patterns.some((pattern) => pattern.test(name));
  const entries = Object.entries(environment);
  return {
    environment: Object.fromEntries(entries.filter(([name]) => !isLogin(name))),
    left: entries.flatMap(([name, value]) => (isLogin(name) && value !== undefined ? [name] : [])),
  };
}

/**
 * Runs `program` on this terminal and resolves to its exit code, as a shell would say it. Throws a Failure where a value
 * cannot stand in an environment.
 */
export async function runWithSecrets(
  [program = "", ...words]: readonly string[],
  secrets: ReadonlyMap<string, SecretValue>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const env: Record<string, string | undefined> = { ...environment };
  for (const [variable, value] of secrets) {
    const text = value.reveal();
    if (text.includes("\0"))
      throw new Failure(
        "secret-value",
        `the value for \`${variable}\` has a zero byte: no variable can hold it`,
      );
    env[variable] = text;
  }
  const child = spawn(program, words, { env, stdio: "inherit" });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of PASSED_ON) process.on(signal, pass);
  try {
    return await new Promise((resolve) => {
      child.on("error", (error: NodeJS.ErrnoException) =>
        resolve(error.code === "ENOENT" ? NOT_FOUND : NOT_RUNNABLE),
      );
      child.on("exit", (code, signal) =>
        resolve(code ?? (signal === null ? NOT_RUNNABLE : endedBySignal(signal))),
      );
    });
  } finally {
    for (const signal of PASSED_ON) process.off(signal, pass);
  }
}
