// Runs one program with secrets in its environment: in memory here, in that one environment, and nowhere else.
import { spawn } from "node:child_process";
import { Failure } from "#base/failure.ts";
import type { SecretValue } from "#govern/secrets/secret-value.ts";
import { endedBySignal } from "#platform/signals.ts";

/** Signals that end a program at a terminal; they are passed on, and the program decides what becomes of them. */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
/** What a shell says when it does not find a program, and when it cannot run one. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;

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
