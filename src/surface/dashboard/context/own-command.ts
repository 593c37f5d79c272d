// A command of ours as a child process: what is computed seldom is what the command prints, one truth for page and terminal.
import { spawn } from "node:child_process";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { builtMainPath } from "../../foundation/product/product.ts";
import type { Ran, RunOptions } from "./parts.ts";

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const PROBLEM_CHARS_MAX = 4_000;
const RUN_MS_MAX = 60_000;
/** Commands at once: a page that asks for many must not take the whole machine. */
const RUNNING_MAX = 3;
const WAITING_MAX = 32;

type Place = { readonly root: string; readonly environment: NodeJS.ProcessEnv | undefined };

/** Runs commands of this program over one data directory, a few at once. */
export function createOwnCommands(
  root: string,
  environment?: NodeJS.ProcessEnv,
): (args: readonly string[], options?: RunOptions) => Promise<Ran> {
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async () => {
    if (running < RUNNING_MAX) {
      running++;
      return;
    }
    if (waiting.length >= WAITING_MAX)
      throw new Failure("busy", "too many pages ask for commands at once: try again in a moment");
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };
  return async (args, options = {}) => {
    await enter();
    try {
      return await runOnce({ root, environment }, args, options);
    } finally {
      leave();
    }
  };
}

function runOnce(
  { root, environment = process.env }: Place,
  args: readonly string[],
  options: RunOptions,
): Promise<Ran> {
  const { timeoutMs = RUN_MS_MAX, signal, cwd = root, input } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtMainPath(), ...args], {
      cwd,
      env: { ...environment, SALLYPORT_HOME: root, NO_COLOR: "1" },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      ...(signal === undefined ? {} : { signal }),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let problem = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > OUTPUT_BYTES_MAX) child.kill("SIGKILL");
      else chunks.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      const said = chunk.toString("utf8");
      if (problem.length < PROBLEM_CHARS_MAX) problem += said;
      options.onProblem?.(said);
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    child.on("error", (cause) =>
      reject(new Failure("command", "our own command cannot be started", { cause })),
    );
    child.on("close", (code) => {
      if (bytes > OUTPUT_BYTES_MAX)
        return reject(new Failure("command", "the answer is too large: ask for less"));
      if (code === null)
        return reject(new Failure("command", "the command took too long and was ended"));
      const output = Buffer.concat(chunks).toString("utf8");
      resolve({ code, output, problem: problem.slice(0, PROBLEM_CHARS_MAX) });
    });
  });
}

/** The values that a command printed, one a line. Throws a Failure that repeats what it said where it printed none. */
function jsonLines({ output, problem }: Ran): readonly unknown[] {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  try {
    return lines.map((line) => JSON.parse(line) as unknown);
  } catch (cause) {
    throw new Failure("command", problem.trim() || "the command's answer cannot be read", {
      cause,
    });
  }
}

/** The one value that a command printed. */
function jsonValue(ran: Ran): unknown {
  if (ran.output.trim() === "")
    throw new Failure("command", ran.problem.trim() || "the command said nothing");
  try {
    return JSON.parse(ran.output) as unknown;
  } catch {
    return jsonLines(ran)[0];
  }
}

/** The one value that a command printed, as `schema` has it. Throws a Failure `command` for anything else. */
export function readAnswer<Output>(ran: Ran, schema: v.GenericSchema<unknown, Output>): Output {
  return checked(jsonValue(ran), schema, ran);
}

/** The values that it printed, one a line. */
export function readLines<Output>(
  ran: Ran,
  schema: v.GenericSchema<unknown, Output>,
): readonly Output[] {
  return jsonLines(ran).map((one) => checked(one, schema, ran));
}

function checked<Output>(
  value: unknown,
  schema: v.GenericSchema<unknown, Output>,
  { problem }: Ran,
): Output {
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  throw new Failure("command", problem.trim() || "the command's answer is of another form");
}
